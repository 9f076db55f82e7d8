import { isCount, isObject, nearest } from "../../src/base/misnomers.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

const ROWS: [name: string, names: string[], near: string | undefined][] = [
  ["echo", ["ecco", "load"], "ecco"],
  ["ECHO", ["load", "echo"], "echo"],
  ["add_wasm_is_col", ["get_buffer_pointer", "add_wasm_is_cool"], "add_wasm_is_cool"],
  ["passString", ["pass_string"], "pass_string"],
  // A third of its letters, and one more.
  ["abcdefghi", ["abcdefxyz"], "abcdefxyz"],
  ["abcdefghi", ["abcdewxyz"], undefined],
  // The nearer one; the first one if two are equally near.
  ["transform", ["transfo", "transfor"], "transfor"],
  ["abc", ["abd", "abe"], "abd"],
  ["anything", [], undefined],
  // Names that differ in every letter are not near.
  ["gi", ["f", "ab", "gx"], "gx"],
  ["gi", ["f", "ab"], undefined],
  ["a".repeat(201), ["a".repeat(200)], undefined],
  ["a".repeat(200), ["a".repeat(199)], "a".repeat(199)],
];

for (const [name, names, near] of ROWS) {
  Deno.test(`nearest to ${name.slice(0, 20)} among ${names.length} names is ${near?.slice(0, 20)}`, () => {
    assertStrictEquals(nearest(name, names), near);
  });
}

Deno.test("isObject() accepts neither arrays nor null", () => {
  assertEquals([isObject({}), isObject([]), isObject(null)], [true, false, false]);
});

Deno.test("a count is an integer that a number holds exactly, 0 or more", () => {
  const values = [0, 2 ** 53 - 1, -1, 0.5, 2 ** 53, NaN, "1", 1n];
  assertEquals(values.filter(isCount), [0, 2 ** 53 - 1]);
});
