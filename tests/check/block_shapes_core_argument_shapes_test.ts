import { assertEquals } from "@std/assert";
import { coreArgumentsShape, passShape } from "../../src/check/block_shapes.ts";
import type { Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

/** Valid values, which are copied. */
const ACCEPTED: readonly (readonly [name: string, shape: Shape, values: unknown[]])[] = [
  ["what is passed", passShape, [[], ["pointer", "byteLength"], ["packedPointerHigh"]]],
  ["core arguments", coreArgumentsShape, [
    [{ parameter: 0 }, { text: 1, as: "pointer" }, { area: 0 }, "output", "capacity", 5],
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
  [passShape, ["length"], 'at[0] is "length", did you mean "byteLength"?'],
  [passShape, "pointer", 'at is "pointer", expected an array such as ["pointer", "byteLength"]'],
  [coreArgumentsShape, ["area"], 'at[0] is "area", did you mean { area: 0 }?'],
  [coreArgumentsShape, ["pointer"], 'at[0] is "pointer", did you mean { text: 0, as: "pointer" }?'],
  [
    coreArgumentsShape,
    [{ argument: 2 }],
    'at[0].argument is unknown, did you mean { text: 2, as: "pointer" }?',
  ],
  [
    coreArgumentsShape,
    [{ text: 0 }],
    'at[0].as is missing, expected "pointer", "byteLength", "codeUnits", "count", "lengths", ' +
    '"packedPointerHigh" or "packedPointerLow"',
  ],
];

for (const [shape, value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => assertEquals(read(shape, value, "at")[1], [problem]));
}
