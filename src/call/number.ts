import type { CoreValue } from "../abi/core_value.ts";
import type { NumberName } from "../abi/number.ts";
import type { NumberLayout } from "../abi/struct_layout.ts";
import { checkNumeric, NUMERIC_TYPES } from "../base/numeric_types.ts";
import { hasProperty, hex, quote, show } from "../base/show.ts";
import type { ValueType } from "../binary/types.ts";
import { inCall } from "../instance/refusal.ts";
import { toOffset } from "../memory/pointer.ts";
import { dataMethod, type PlanCode } from "./code/call_code.ts";

// Numbers in both directions: their run forms, which have the error messages, and their fast forms.

/**
 * Compiles the check of a declared number and its conversion into a core value.
 *
 * @param core The core type of the argument; a pointer is a bigint if it is `i64`.
 */
export function compileLowerNumber(
  type: NumberName,
  core: string | undefined,
  action: string,
): (value: unknown) => CoreValue {
  if (type === "bool") {
    return (value) => {
      if (typeof value === "boolean") return value ? 1 : 0;
      throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a boolean`);
    };
  }
  if (type === "pointer") {
    return (value) => {
      const pointer = isPointed(value) ? value.pointer : value;
      if (typeof pointer !== "number" && typeof pointer !== "bigint") {
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a pointer`);
      }
      const offset = offsetOf(pointer, action);
      if (core === "i64") {
        return BigInt.asUintN(64, BigInt(typeof pointer === "number" ? offset : pointer));
      }
      if (core !== "i32" || offset <= 0xffffffff) return offset;
      throw new RangeError(
        `Cannot ${action}: it is ${hex(pointer)}, expected a pointer of 32 bits`,
      );
    };
  }
  if (type === "f64") {
    return (value) => {
      if (typeof value !== "number") checkNumeric(type, value, action);
      return value;
    };
  }
  return (value) => {
    checkNumeric(type, value, action);
    return value;
  };
}

/** Returns the caller's pointer as an unsigned offset. */
function offsetOf(pointer: number | bigint, action: string): number {
  try {
    return toOffset(pointer);
  } catch {
    throw new RangeError(
      `Cannot ${action}: it is ${show(pointer)}, expected an integer that a pointer can be`,
    );
  }
}

/** Returns whether a value is an object with an address: a block that the host holds. */
function isPointed(value: unknown): value is { readonly pointer: unknown } {
  return hasProperty(value, "pointer");
}

/** The source of the test that a value is of a type, if the value is its own core value. */
const TESTS: Partial<Record<NumberName, (value: string) => string>> = {
  i8: (value) => `typeof ${value} === "number" && (${value} << 24 >> 24) === ${value}`,
  u8: (value) => `typeof ${value} === "number" && (${value} & 0xff) === ${value}`,
  i16: (value) => `typeof ${value} === "number" && (${value} << 16 >> 16) === ${value}`,
  u16: (value) => `typeof ${value} === "number" && (${value} & 0xffff) === ${value}`,
  i32: (value) => `typeof ${value} === "number" && (${value} | 0) === ${value}`,
  u32: (value) => `typeof ${value} === "number" && (${value} >>> 0) === ${value}`,
  i64: (value) => `typeof ${value} === "bigint" && BigInt.asIntN(64, ${value}) === ${value}`,
  u64: (value) => `typeof ${value} === "bigint" && BigInt.asUintN(64, ${value}) === ${value}`,
  f32: (value) => `typeof ${value} === "number"`,
  f64: (value) => `typeof ${value} === "number"`,
};

/** Returns the source of the test that a value is of a type and can be written unchanged. */
export function testOf(type: NumberName, value: string): string {
  if (type === "bool") return `typeof ${value} === "boolean"`;
  return TESTS[type === "pointer" ? "u32" : type]!(value);
}

/**
 * Writes checking a number that is passed.
 *
 * @param value The source of the value.
 * @param lower The name of the run form, which returns the core value or throws.
 * @returns The check, and the source of the core value.
 */
export function writeLowerNumber(
  type: NumberName,
  core: ValueType | undefined,
  value: string,
  lower: string,
): { readonly check: string; readonly core: string } {
  if (type === "bool") {
    return {
      check: `if (typeof ${value} !== "boolean") ${lower}(${value});`,
      core: `(${value} ? 1 : 0)`,
    };
  }
  if (type === "pointer") {
    const plain = `typeof ${value} === "number" && (${value} >>> 0) === ${value}`;
    return core === "i32"
      ? { check: "", core: `(${plain} ? ${value} : ${lower}(${value}))` }
      : { check: "", core: `${lower}(${value})` };
  }
  return { check: `if (!(${TESTS[type]!(value)})) ${lower}(${value});`, core: value };
}

/** Writes passing a number as an argument, whose run form has the error messages. */
export function writePass(
  type: NumberName,
  argument: number,
  core: ValueType | undefined,
  code: PlanCode,
): true {
  const lower = code.of(`lower ${argument}`, ({ plan, instance }) => {
    const action = `pass argument ${argument} to ${quote(plan.export)}`;
    // The `pointer` of an object can be a getter.
    return inCall(instance, compileLowerNumber(type, core, action));
  });
  const written = writeLowerNumber(type, core, `a${argument}`, lower);
  code.add(written.check);
  code.set("values", argument, written.core);
  return true;
}

/**
 * Writes lifting a core value.
 *
 * @param core The core type of the value, if the source has one.
 * @param value The source of the core value.
 * @returns `undefined` if the run form has to be called.
 */
export function writeLiftNumber(
  type: NumberName,
  core: ValueType | undefined,
  value: string,
): string | undefined {
  if (core === "i64") {
    if (type === "i64") return value;
    return type === "u64" ? `BigInt.asUintN(64, ${value})` : undefined;
  }
  if (core === "f32" || core === "f64") return type === "f32" || type === "f64" ? value : undefined;
  if (core !== "i32") return undefined;
  switch (type) {
    case "i8":
      return `(${value} << 24 >> 24)`;
    case "u8":
      return `(${value} & 0xff)`;
    case "i16":
      return `(${value} << 16 >> 16)`;
    case "u16":
      return `(${value} & 0xffff)`;
    case "i32":
      return `(${value} | 0)`;
    case "u32":
    case "pointer":
      return `(${value} >>> 0)`;
    case "bool":
      return `(${value} !== 0)`;
    default:
      return undefined;
  }
}

/** Writes putting a number into memory; `data` is a view of it. */
export function storeNumber(
  { type, store }: Pick<NumberLayout, "type" | "store">,
  data: string,
  address: string,
  value: string,
): string {
  // The number 1 is true.
  const number = type === "bool" ? `${value} ? 1 : 0` : value;
  const order = NUMERIC_TYPES[store].byteLength === 1 ? "" : ", true";
  return `${data}.${dataMethod("set", store)}(${address}, ${number}${order});`;
}
