// The component model's canonical ABI, "Loading", "Storing", "Flat Lifting" and "Flat Lowering",
// for values that are one number: numbers, booleans, characters, flags and handles.

import {
  NUMERIC_TYPES,
  type NumericType,
  readNumeric,
  writeNumeric,
} from "../../base/numeric_types.ts";
import { hex } from "../../base/show.ts";
import { storeNumber, testOf } from "../../call/number.ts";
import type { Primitive } from "../types.ts";
import { propertyOf } from "./js_shapes.ts";
import { abiTrap, inside, member, outOfRange, wrongType } from "./mistakes.ts";
import { address, loadNumber, type ValueCode, type ValueSource } from "./value_code.ts";
import type { Handles, Place, ValueCodec } from "./value_codec.ts";
import type { CoreValue, Layout } from "./value_layout.ts";

/** How a value is one number. */
export interface NumberForm {
  /** The type of the number in memory. */
  readonly type: NumericType;
  /** Returns the value of a core value, whose other bits do not count. */
  fromCore(core: CoreValue): unknown;
  /** Checks a value of the host, and returns its number. */
  toCore(value: unknown): CoreValue;
  /** The type of a value that is a number in JavaScript, or a boolean. */
  readonly plain?: NumericType | "bool";
}

/** The types that are one number. */
export type NumberName = Exclude<Primitive, "string">;

/** The forms of primitive types. */
export const NUMBER_FORMS: Readonly<Record<NumberName, NumberForm>> = {
  bool: { type: "u8", fromCore: (core) => core !== 0, toCore: fromBoolean, plain: "bool" },
  s8: integer("i8", (core) => (core as number) << 24 >> 24),
  u8: integer("u8", (core) => (core as number) & 0xff),
  s16: integer("i16", (core) => (core as number) << 16 >> 16),
  u16: integer("u16", (core) => (core as number) & 0xffff),
  s32: integer("i32", (core) => (core as number) | 0),
  u32: integer("u32", (core) => (core as number) >>> 0),
  s64: big("i64", (core) => BigInt.asIntN(64, core as bigint)),
  u64: big("u64", (core) => BigInt.asUintN(64, core as bigint)),
  f32: float("f32", (value) => Math.fround(toFloat(value))),
  f64: float("f64", toFloat),
  char: { type: "u32", fromCore: (core) => toChar((core as number) >>> 0), toCore: fromChar },
};

/** Returns whether the values of a primitive type are also numbers in JavaScript. */
export function isNumeric(name: Primitive): name is Exclude<NumberName, "bool" | "char"> {
  return name !== "string" && name !== "bool" && name !== "char";
}

/** Returns the form of flags, which have keys in JavaScript: an object of booleans. */
export function flagsForm(byteLength: number, keys: readonly string[]): NumberForm {
  return {
    type: `u${8 * byteLength}` as NumericType,
    fromCore(core) {
      const made: Record<string, boolean> = {};
      keys.forEach((key, index) => made[key] = ((core as number) >>> index & 1) === 1);
      return made;
    },
    toCore: (value) => fromFlags(value, keys),
  };
}

/** Returns the form of handles for owned resources, or for resources lent for a call. */
export function handleForm(kind: "own" | "borrow", handles: Handles): NumberForm {
  const isOwn = kind === "own";
  return {
    type: "u32",
    fromCore(core) {
      const handle = (core as number) >>> 0;
      return isOwn ? handles.takeOwn(handle) : handles.takeBorrow(handle);
    },
    toCore: (value) => isOwn ? handles.addOwn(value) : handles.addBorrow(value),
  };
}

/** Makes the codec of a type that is one number. */
export function createNumber(
  { type, fromCore, toCore }: NumberForm,
  layout: Layout,
  place: Place,
): ValueCodec {
  return {
    ...layout,
    load: (pointer, data) => fromCore(readNumeric(data, type, pointer)),
    store(value, pointer) {
      const number = toCore(value); // may run code of the host, which may grow memory
      writeNumeric(place.memory.data(), type, pointer, number);
    },
    lift: (flat, index) => fromCore(flat[index]!),
    lower(value, flat, index) {
      flat[index] = toCore(value);
    },
  };
}

/** Converts a core value to a value of a type, ignoring excess bits. */
const FROM_CORE: Readonly<Record<NumericType | "bool", (core: string) => string>> = {
  bool: (core) => `${core} !== 0`,
  i8: (core) => `${core} << 24 >> 24`,
  u8: (core) => `${core} & 0xff`,
  i16: (core) => `${core} << 16 >> 16`,
  u16: (core) => `${core} & 0xffff`,
  i32: (core) => `${core} | 0`,
  u32: (core) => `${core} >>> 0`,
  i64: (core) => `BigInt.asIntN(64, ${core})`,
  u64: (core) => `BigInt.asUintN(64, ${core})`,
  f32: (core) => core,
  f64: (core) => core,
};

/**
 * Writes source for values that are one number.
 *
 * @param bind Binds a function of the form.
 */
export function numberSource(
  { type, plain }: Pick<NumberForm, "type" | "plain">,
  bind: (code: ValueCode, name: "fromCore" | "toCore") => string,
): ValueSource {
  const fromCore = (code: ValueCode, core: string) =>
    plain === undefined ? `${bind(code, "fromCore")}(${core})` : `(${FROM_CORE[plain](core)})`;
  return {
    take(code, value) {
      let core = value;
      if (plain === undefined) {
        core = code.keep("core", code.carry(bind(code, "toCore"), value));
      } else {
        const refuse = code.carry(bind(code, "toCore"), value);
        code.add(`if (!(${testOf(plain, value)})) ${refuse};`);
        if (plain === "bool") core = `(${value} ? 1 : 0)`;
        else if (plain === "f32") core = `Math.fround(${value})`;
      }
      return {
        flat: () => [core],
        store: (at) => code.add(storeNumber({ type, store: type }, "data", address(at), core)),
      };
    },
    load(code, at) {
      const number = loadNumber(type, address(at));
      return plain === undefined || plain === "bool" ? fromCore(code, number) : number;
    },
    lift: (code, [core]) => fromCore(code, core!),
  };
}

function integer(type: NumericType, fromCore: NumberForm["fromCore"]): NumberForm {
  const [least, most] = NUMERIC_TYPES[type].range as readonly [number, number];
  const expected = `an integer from ${least} to ${most}`;
  const toCore = (value: unknown) => {
    if (typeof value !== "number") throw wrongType(value, expected);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw outOfRange(value, expected);
  };
  return { type, fromCore, toCore, plain: type };
}

function big(type: NumericType, fromCore: NumberForm["fromCore"]): NumberForm {
  const [least, most] = NUMERIC_TYPES[type].range as readonly [bigint, bigint];
  const expected = `a bigint from ${least}n to ${most}n`;
  const toCore = (value: unknown) => {
    if (typeof value !== "bigint") throw wrongType(value, expected);
    if (value >= least && value <= most) return value;
    throw outOfRange(value, expected);
  };
  return { type, fromCore, toCore, plain: type };
}

function float(type: "f32" | "f64", toCore: NumberForm["toCore"]): NumberForm {
  return { type, fromCore: (core) => core, toCore, plain: type };
}

function fromBoolean(value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  throw wrongType(value, "a boolean");
}

function toFloat(value: unknown): number {
  if (typeof value === "number") return value;
  throw wrongType(value, "a number");
}

/** Returns the character for a code from a guest. */
function toChar(code: number): string {
  if (code < 0x110000 && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
  throw abiTrap(`a char is ${hex(code)}`, "a Unicode scalar value");
}

function fromChar(value: unknown): number {
  const expected = "a string of one Unicode scalar value";
  if (typeof value !== "string") throw wrongType(value, expected);
  const code = value.codePointAt(0) ?? 0;
  const isLone = code >= 0xd800 && code <= 0xdfff;
  if (!isLone && value.length === (code > 0xffff ? 2 : 1)) return code;
  throw outOfRange(value, expected);
}

/** Returns the bits of an object of booleans; absent keys are false. */
function fromFlags(value: unknown, keys: readonly string[]): number {
  if (typeof value !== "object" || value === null) throw wrongType(value, "an object of booleans");
  let bits = 0;
  for (const [index, key] of keys.entries()) {
    const set = propertyOf(value, key);
    if (set === undefined || set === false) continue;
    if (set !== true) throw inside(wrongType(set, "a boolean"), member(key));
    bits |= 1 << index;
  }
  return bits >>> 0;
}
