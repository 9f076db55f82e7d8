import { assertEquals } from "@std/assert";
import { encodingShape, textResultShape } from "../../src/check/data_shapes.ts";
import type { Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

/** Invalid values, each with the whole problem. */
const REFUSED: readonly (readonly [shape: Shape, value: unknown, problem: string])[] = [
  [encodingShape, "utf8", 'at is "utf8", did you mean "utf-8"?'],
  [
    textResultShape,
    { pointer: 0 },
    'at.length is missing, expected "nul", "result", a number or the place of a length, such as { word: 1 }',
  ],
];

for (const [shape, value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => assertEquals(read(shape, value, "at")[1], [problem]));
}
