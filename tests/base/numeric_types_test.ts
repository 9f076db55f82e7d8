import { assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { checkNumeric, type NumericType } from "../../src/base/numeric_types.ts";
import { show } from "../../src/base/show.ts";

/** The least and the greatest value of each integer type, as the specification has them. */
const RANGES: [type: NumericType, least: number | bigint, greatest: number | bigint][] = [
  ["i8", -(2 ** 7), 2 ** 7 - 1],
  ["u8", 0, 2 ** 8 - 1],
  ["i16", -(2 ** 15), 2 ** 15 - 1],
  ["u16", 0, 2 ** 16 - 1],
  ["i32", -(2 ** 31), 2 ** 31 - 1],
  ["u32", 0, 2 ** 32 - 1],
  ["i64", -(2n ** 63n), 2n ** 63n - 1n],
  ["u64", 0n, 2n ** 64n - 1n],
];

for (const [type, least, greatest] of RANGES) {
  Deno.test(`checkNumeric() accepts only values from ${least} to ${greatest} for ${type}`, () => {
    const one = typeof least === "bigint" ? 1n : 1;
    checkNumeric(type, least, "write value");
    checkNumeric(type, greatest, "write value");
    for (
      const value of [(least as number) - (one as number), (greatest as number) + (one as number)]
    ) {
      const error = assertThrows(() => checkNumeric(type, value, "write value"), RangeError);
      assertStrictEquals(
        error.message,
        `Cannot write value: it is ${show(value)}, expected ${type}, ${least} to ${greatest}`,
      );
    }
  });
}

Deno.test("checkNumeric() refuses values that are not integers for every integer type", () => {
  for (const [type, least] of RANGES) {
    if (typeof least === "bigint") continue;
    for (const value of [0.5, NaN, Infinity, -Infinity]) {
      assertThrows(() => checkNumeric(type, value, "write value"), RangeError, `it is ${value}`);
    }
  }
});

Deno.test("checkNumeric() accepts every number for a float", () => {
  for (const value of [0, -0, 0.5, NaN, Infinity, 1e308, 2 ** 53]) {
    checkNumeric("f32", value, "write value");
    checkNumeric("f64", value, "write value");
  }
});

Deno.test("checkNumeric() distinguishes a bigint from a number", () => {
  const rows: [type: NumericType, value: unknown, message: string][] = [
    ["u8", 1n, "Cannot write value: it is 1n, expected a number for u8"],
    ["f64", 1n, "Cannot write value: it is 1n, expected a number for f64"],
    ["i64", 1, "Cannot write value: it is 1, expected a bigint for i64"],
    ["u64", 1, "Cannot write value: it is 1, expected a bigint for u64"],
    ["i32", "1", 'Cannot write value: it is "1", expected a number for i32'],
    ["i32", true, "Cannot write value: it is true, expected a number for i32"],
    ["i32", undefined, "Cannot write value: it is undefined, expected a number for i32"],
  ];
  for (const [type, value, message] of rows) {
    const error = assertThrows(() => checkNumeric(type, value, "write value"), TypeError);
    assertStrictEquals(error.message, message);
    assertInstanceOf(error, TypeError);
  }
});

Deno.test("show() distinguishes values on one line", () => {
  const rows: [value: unknown, shown: string][] = [
    ["a\nb", '"a\\nb"'],
    ["a".repeat(40), `"${"a".repeat(40)}"`],
    ["a".repeat(41), "a string of 41 code units"],
    [5, "5"],
    [5n, "5n"],
    [null, "null"],
    [undefined, "undefined"],
    [new Uint8Array(), "an object of class Uint8Array"],
    [Object.create(null), "an object of class null prototype"],
    [() => 1, "a function"],
    [Symbol("s"), "Symbol(s)"],
    [true, "true"],
  ];
  for (const [value, shown] of rows) assertStrictEquals(show(value), shown);
});
