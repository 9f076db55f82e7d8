import { assertEquals } from "@std/assert";
import { lengthShape, numericType, valueShape } from "../../src/check/value_shapes.ts";
import type { Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

/** Valid values, which are copied. */
const ACCEPTED: readonly (readonly [name: string, shape: Shape, values: unknown[]])[] = [
  ["a value", valueShape, [
    "result",
    "output",
    0,
    -1.5,
    { result: 1 },
    { low: { result: 0 } },
    { word: 0, at: { argument: 1 } },
    { load: "u16", at: "result", offset: -4 },
    { call: "size", with: [{ parameter: 0 }, 4] },
    { sum: ["result", { product: [2, { byteLengthOf: 0 }] }] },
    { difference: [8, 4] },
    { indexIn: 0, of: "result" },
  ]],
  ["a length", lengthShape, [
    "nul",
    "result",
    8,
    { prefix: "u32", offset: -4 },
    { end: { word: 1 } },
    { object: "arc" },
    { word: 1 },
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
  [valueShape, "results", 'at is "results", did you mean "result"?'],
  [valueShape, true, 'at is true, expected "result", a number or its place, such as { word: 0 }'],
  [valueShape, Infinity, "at is Infinity, expected a finite number"],
  [valueShape, { word: -1 }, "at.word is -1, expected an integer, 0 or more"],
  [valueShape, { word: 0, low: "result" }, 'at has "low" and "word", expected one of them'],
  [valueShape, { difference: [1] }, "at.difference has 1 values, expected two"],
  [valueShape, { call: "f" }, "at.with is missing, expected an array of numbers or their places"],
  [valueShape, { load: "u33", at: 0 }, 'at.load is "u33", did you mean "u32"?'],
  [valueShape, { area: 0 }, "at.area is unknown, expected { word } for what the return area holds"],
  [
    valueShape,
    { text: 1 },
    "at.text is unknown, expected { argument: 1 } for its address or { byteLengthOf: 1 } for its length",
  ],
  [lengthShape, "null", 'at is "null", did you mean "nul"?'],
  [lengthShape, -1, "at is -1, expected an integer, 0 or more"],
  [lengthShape, { prefix: "i32" }, 'at.prefix is "i32", did you mean "u32"?'],
  [numericType, "int", 'at is "int", did you mean "i32"?'],
];

for (const [shape, value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => assertEquals(read(shape, value, "at")[1], [problem]));
}
