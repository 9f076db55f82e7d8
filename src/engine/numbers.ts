import type { NumberName } from "../conventions/recipe.ts";
import { toOffset } from "../pointer.ts";
import { checkNumeric, show } from "../numbers.ts";
import type { CoreValue } from "./frame.ts";

/**
 * Compiles a declared number into its core value, checked.
 *
 * @param core The core type of the argument: pointers are bigints where it is `i64`.
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
      const offset = toOffset(pointer);
      return core === "i64" ? BigInt(offset) : offset;
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

/** Whether a value is something that lies at an address: a block that the host holds. */
function isPointed(value: unknown): value is { readonly pointer: unknown } {
  return typeof value === "object" && value !== null && "pointer" in value;
}

/** Compiles a core value into the declared number. */
export function liftNumber(type: NumberName, value: number | bigint): number | bigint | boolean {
  switch (type) {
    case "i8":
      return Number(value) << 24 >> 24;
    case "u8":
      return Number(value) & 0xff;
    case "i16":
      return Number(value) << 16 >> 16;
    case "u16":
      return Number(value) & 0xffff;
    case "i32":
      return Number(value) | 0;
    case "u32":
      return Number(value) >>> 0;
    case "i64":
      return BigInt.asIntN(64, BigInt(value));
    case "u64":
      return BigInt.asUintN(64, BigInt(value));
    case "bool":
      return Number(value) !== 0;
    case "pointer":
      return toOffset(value);
    case "f32":
    case "f64":
      return Number(value);
  }
}
