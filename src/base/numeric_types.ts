// The ten types of numbers.

import { anyOf, expectedType } from "./misnomers.ts";
import { show } from "./show.ts";

/** An integer or float type in linear memory and in declared symbols. */
export type NumericType =
  | "i8"
  | "u8"
  | "i16"
  | "u16"
  | "i32"
  | "u32"
  | "i64"
  | "u64"
  | "f32"
  | "f64";

/** The JavaScript type of a {@linkcode NumericType}: a bigint for the 64-bit integers. */
export type NumericValue<T extends NumericType> = T extends "i64" | "u64" ? bigint : number;

interface Numeric {
  readonly byteLength: number;
  readonly range?: readonly [number | bigint, number | bigint];
}

export const NUMERIC_TYPES: Readonly<Record<NumericType, Numeric>> = {
  i8: { byteLength: 1, range: [-0x80, 0x7f] },
  u8: { byteLength: 1, range: [0, 0xff] },
  i16: { byteLength: 2, range: [-0x8000, 0x7fff] },
  u16: { byteLength: 2, range: [0, 0xffff] },
  i32: { byteLength: 4, range: [-0x80000000, 0x7fffffff] },
  u32: { byteLength: 4, range: [0, 0xffffffff] },
  i64: { byteLength: 8, range: [-0x8000000000000000n, 0x7fffffffffffffffn] },
  u64: { byteLength: 8, range: [0n, 0xffffffffffffffffn] },
  f32: { byteLength: 4 },
  f64: { byteLength: 8 },
};

/** Returns whether a value is the name of a numeric type. */
export function isNumericType(type: unknown): type is NumericType {
  return typeof type === "string" && Object.hasOwn(NUMERIC_TYPES, type);
}

/**
 * Returns the size of a number in memory in bytes.
 *
 * @throws {TypeError} if there is no such type.
 */
export function sizeOfNumber(type: NumericType, action: string): number {
  const { byteLength } = NUMERIC_TYPES[type] ?? {};
  if (byteLength !== undefined) return byteLength;
  const known = Object.keys(NUMERIC_TYPES);
  const expected = typeof type === "string"
    ? expectedType(type, known)
    : `expected ${anyOf(known)}`;
  throw new TypeError(`Cannot ${action}: its type is ${show(type)}, ${expected}`);
}

/** Returns whether an integer of 32 bits, signed or unsigned, holds a number exactly. */
export function fits32(value: number): boolean {
  return (value | 0) === value || value >>> 0 === value;
}

/** The numbers that {@linkcode fits32} accepts, for errors. */
export const RANGE_32 = "an integer from -2147483648 to 4294967295";

/**
 * Throws unless `value` is a number that `type` holds exactly (for a float: any number).
 *
 * @param index The index of the value in an array, for the error.
 * @throws {TypeError} if it is not a number, or not a bigint where one is needed.
 * @throws {RangeError} if it is not an integer within the range of `type`.
 */
export function checkNumeric(
  type: NumericType,
  value: unknown,
  action: string,
  index?: number,
): void {
  sizeOfNumber(type, action);
  const { range } = NUMERIC_TYPES[type];
  const kind = typeof range?.[0] === "bigint" ? "bigint" : "number";
  const found: string = typeof value;
  const number = value as number | bigint;
  if (found === kind) {
    if (range === undefined) return;
    const isInteger = kind === "bigint" || Number.isInteger(number);
    if (isInteger && number >= range[0] && number <= range[1]) return;
  }
  const subject = index === undefined ? "it" : `element ${index}`;
  const start = `Cannot ${action}: ${subject} is ${show(value)}, expected`;
  throw found === kind
    ? new RangeError(`${start} ${type}, ${range![0]} to ${range![1]}`)
    : new TypeError(`${start} a ${kind} for ${type}`);
}

/**
 * Throws unless `count` is an integer of 0 or more.
 *
 * @param count The number of bytes or pages.
 * @param describe Makes the start of the error, which includes the formatted count.
 * @throws {RangeError} if it is negative, a fraction, infinite or NaN.
 * @throws {TypeError} if it is not a number.
 */
export function checkCount(count: unknown, describe: (shown: string) => string): void {
  if (typeof count !== "number") {
    throw new TypeError(`${describe(show(count))}: expected a number`);
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`${describe(String(count))}: expected an integer, 0 or more`);
  }
}

// A switch rather than a table of functions, because V8 inlines it if the type is constant.

/** Reads the number of `type` at `offset`, little-endian, aligned or not. */
export function readNumeric(data: DataView, type: NumericType, offset: number): number | bigint {
  switch (type) {
    case "i8":
      return data.getInt8(offset);
    case "u8":
      return data.getUint8(offset);
    case "i16":
      return data.getInt16(offset, true);
    case "u16":
      return data.getUint16(offset, true);
    case "i32":
      return data.getInt32(offset, true);
    case "u32":
      return data.getUint32(offset, true);
    case "i64":
      return data.getBigInt64(offset, true);
    case "u64":
      return data.getBigUint64(offset, true);
    case "f32":
      return data.getFloat32(offset, true);
    case "f64":
      return data.getFloat64(offset, true);
  }
}

/** Writes a `value` that `type` can hold at `offset`, little-endian, aligned or not. */
export function writeNumeric(
  data: DataView,
  type: NumericType,
  offset: number,
  value: number | bigint,
): void {
  switch (type) {
    case "i8":
    case "u8":
      return data.setUint8(offset, value as number);
    case "i16":
    case "u16":
      return data.setUint16(offset, value as number, true);
    case "i32":
    case "u32":
      return data.setUint32(offset, value as number, true);
    case "i64":
    case "u64":
      return data.setBigUint64(offset, value as bigint, true);
    case "f32":
      return data.setFloat32(offset, value as number, true);
    case "f64":
      return data.setFloat64(offset, value as number, true);
  }
}
