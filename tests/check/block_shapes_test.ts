import { assertEquals } from "@std/assert";
import {
  byShape,
  freedByShape,
  placeShape,
  resultFreedByShape,
} from "../../src/check/block_shapes.ts";
import type { Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

/** Valid values, which are copied. */
const ACCEPTED: readonly (readonly [name: string, shape: Shape, values: unknown[]])[] = [
  ["an owner", freedByShape, ["host", "guest", { call: "free" }, {
    call: { export: "free", pass: ["pointer", "align", 1], optional: true },
  }]],
  ["an owner of a result", resultFreedByShape, ["host", { call: "free" }, { calls: ["a", "b"] }]],
  ["what C passes", byShape, ["pointer", "value"]],
  ["a place", placeShape, [
    { kind: "stack" },
    { kind: "buffer", pointer: "b", offset: 8, capacity: { export: "c", holds: "address" } },
    { kind: "buffer", pointer: { reserve: 65536 }, capacity: 8 },
    {
      kind: "allocator",
      allocate: "m",
      free: "f",
      empty: "none",
      room: { above: "p", perByte: 1.5 },
    },
    { kind: "managedArray", class: "A", classIds: { A: 3 }, runtime: "arc" },
  ]],
];

for (const [name, shape, values] of ACCEPTED) {
  for (const value of values) {
    Deno.test(`${name} can be ${JSON.stringify(value)}`, () => {
      const [copy, lines] = read(shape, value, "at");
      assertEquals([copy, lines], [value, []]);
    });
  }
}

/** Invalid values, each with the whole problem. */
const REFUSED: readonly (readonly [shape: Shape, value: unknown, problem: string])[] = [
  [freedByShape, { calls: ["a"] }, 'at.calls is unknown, did you mean "call"?'],
  [freedByShape, "gest", 'at is "gest", did you mean "guest"?'],
  [resultFreedByShape, { calls: "a" }, 'at.calls is "a", expected an array such as ["free"]'],
  [
    placeShape,
    { kind: "heap" },
    'at.kind is "heap", expected "buffer", "allocator", "managedArray", "stack" or "reference"',
  ],
  [
    placeShape,
    { kind: "buffer" },
    "at.pointer is missing, expected the name of an export, an address, its place, { reserve } or " +
    "{ layout }",
  ],
  [byShape, "reference", 'at is "reference", did you mean "pointer"?'],
  [byShape, "copy", 'at is "copy", did you mean "value"?'],
  [placeShape, { kind: "stack", size: 8 }, 'at.size is unknown, expected "kind"'],
];

for (const [shape, value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => assertEquals(read(shape, value, "at")[1], [problem]));
}
