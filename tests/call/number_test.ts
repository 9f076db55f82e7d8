import { assertEquals } from "@std/assert";
import { NUMERIC_TYPES, type NumericType } from "../../src/base/numeric_types.ts";
import type { ValueType } from "../../src/binary/types.ts";
import {
  compileLowerNumber,
  storeNumber,
  writeLiftNumber,
  writeLowerNumber,
} from "../../src/call/number.ts";
import { liftNumber } from "../../src/call/steps/result_steps.ts";

/** Values around the ends of every type, and others that some types refuse. */
const NUMBERS = [0, -0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536, 0.5, NaN]
  .concat([2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1, 2 ** 32, Infinity]);
const BIGINTS = [0n, 1n, -1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 64n];
const OTHERS = [true, null, undefined, "1", {}];

/** Returns the core value of a written check, or that it has left the value to the run form. */
function lowered(type: NumericType | "bool" | "pointer", value: unknown): unknown {
  const written = writeLowerNumber(type, "i32", "value", "lower");
  const source = `${written.check} return ${written.core};`;
  const refuse = () => {
    throw new TypeError("refused");
  };
  try {
    return new Function("value", "lower", source)(value, refuse);
  } catch (error) {
    return (error as Error).message;
  }
}

for (const type of [...Object.keys(NUMERIC_TYPES) as NumericType[], "bool"] as const) {
  Deno.test(`values are passed as ${type} and refused as by the run form`, () => {
    const lower = compileLowerNumber(type, "i32", "pass it");
    for (const value of [...NUMBERS, ...BIGINTS, ...OTHERS]) {
      let expected: unknown;
      try {
        expected = lower(value);
      } catch {
        expected = "refused";
      }
      assertEquals(lowered(type, value), expected, `${typeof value} ${String(value)}`);
    }
  });
}

Deno.test("a pointer is passed at once if it is an address of 32 bits", () => {
  assertEquals([0, 2 ** 32 - 1].map((value) => lowered("pointer", value)), [0, 2 ** 32 - 1]);
  assertEquals([-1, 2 ** 32, 0.5, 64n, "64"].map((value) => lowered("pointer", value)), [
    ...Array(5).fill("refused"),
  ]);
});

/** The core values of each type that a result can have. */
const CORES: readonly (readonly [core: ValueType, values: readonly (number | bigint)[]])[] = [
  ["i32", NUMBERS.filter((value) => (value | 0) === value)],
  ["i64", BIGINTS.map((value) => BigInt.asIntN(64, value))],
  ["f64", [0.5, -1, Infinity]],
];

Deno.test("values are lifted as by the run form, or left to that", () => {
  let written = 0;
  for (const type of [...Object.keys(NUMERIC_TYPES) as NumericType[], "bool", "pointer"] as const) {
    for (const [core, values] of CORES) {
      const source = writeLiftNumber(type, core, "value");
      if (source === undefined) continue;
      written++;
      const lift = new Function("value", `return ${source};`);
      for (const value of values) {
        assertEquals(lift(value), liftNumber(type, value), `${type} from ${core} ${value}`);
      }
    }
  }
  // Six integers, a boolean and a pointer of i32, two of i64, and two floats.
  assertEquals(written, 12);
  assertEquals(writeLiftNumber("u8", undefined, "value"), undefined);
});

Deno.test("each number is put with the method of its type, little-endian", () => {
  const put = (type: "bool" | "u8" | "i16" | "f64") =>
    storeNumber({ type, store: type === "bool" ? "u8" : type }, "data", "8", "value");
  assertEquals(["bool", "u8", "i16", "f64"].map((type) => put(type as "u8")), [
    "data.setUint8(8, value ? 1 : 0);",
    "data.setUint8(8, value);",
    "data.setInt16(8, value, true);",
    "data.setFloat64(8, value, true);",
  ]);
});
