import type { CoreValue } from "../abi/core_value.ts";
import type { NumberName } from "../abi/number.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { checkNumeric } from "../base/numeric_types.ts";
import { hasProperty, hex, quote, show } from "../base/show.ts";
import { plainView, type View } from "../base/view.ts";
import type { ValueType } from "../binary/types.ts";
import type { Instance } from "../instance/instance.ts";
import { refuseTrailingNul } from "../memory/memory_text.ts";
import { toOffset } from "../memory/pointer.ts";
import type { BoundSource, Lower } from "./blocks/bound_source.ts";
import { besideOf } from "./blocks/bind_sources.ts";
import { compileCheck, compileContent } from "./content.ts";
import { customConvention, stringArray } from "./on_demand.ts";

/** Compiles parameter number `index`; `source` is the source of its blocks. */
export function compileLower(
  parameter: ParameterPlan,
  index: number,
  plan: PlanParts,
  instance: Instance,
  source: BoundSource | undefined,
): Lower {
  const action = `pass argument ${index} to ${quote(plan.export)}`;
  switch (parameter.kind) {
    case "number": {
      const lower = compileLowerNumber(parameter.type, coreType(plan, index), action);
      return (frame, value) => {
        frame.values[index] = lower(value);
      };
    }
    case "reference":
      return (frame, value) => {
        const isRefused = parameter.content !== "any" && typeof value !== "string" &&
          !(value === null && parameter.nullable);
        if (isRefused) {
          throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
        }
        frame.values[index] = value;
      };
    case "custom":
      return customConvention.module.compileCustomLower(index, parameter.content, plan, instance);
    case "text":
      return compileLowerText(parameter, index, plan, instance, source!);
    case "strings": {
      if (parameter.place.kind === "managedArray") {
        const content = compileContent(instance.memory, "string", parameter.encoding);
        return (frame, value) => source!.put(frame, index, content, value);
      }
      const beside = besideOf(index, plan.parameters.length);
      return stringArray.module.compileLowerStrings(
        parameter,
        index,
        instance,
        source!,
        beside,
        plan.export,
      );
    }
  }
}

function compileLowerText(
  parameter: ParameterPlan & { kind: "text" },
  index: number,
  plan: PlanParts,
  instance: Instance,
  source: BoundSource,
): Lower {
  const { content: kind, encoding, nullable } = parameter;
  const content = compileContent(instance.memory, kind, encoding);
  const check = compileCheck(kind, `pass argument ${index} to ${quote(plan.export)}`);
  if (plan.chunked?.parameter === index) {
    return (frame, value) => {
      check(value);
      // Invalid input is refused before the guest's `init` is called.
      content.measure(value);
      frame.values[index] = typeof value === "string" ? value : plainView(value as View);
    };
  }
  const losesNuls = losesTrailingNuls(parameter, plan);
  const put: Lower = (frame, value) => {
    check(value);
    if (losesNuls && typeof value === "string") refuseTrailingNul(value);
    source.put(frame, index, content, value);
  };
  if (!nullable) return put;
  return (frame, value) => {
    if (value !== null) return put(frame, value);
    frame.pointers[index] = frame.byteLengths[index] = frame.codeUnits[index] = 0;
    frame.sizes[index] = 0;
  };
}

/** Returns whether a text would lose its trailing NULs on the way back. */
export function losesTrailingNuls(
  { content, terminated }: ParameterPlan & { kind: "text" },
  { result }: PlanParts,
): boolean {
  return content === "string" && terminated !== "always" && result.kind === "text" &&
    result.content === "string" && result.trailingNul === "trim";
}

/** Returns the core type of a number's argument. */
export function coreType({ coreArguments, core }: PlanParts, index: number): ValueType | undefined {
  const at = coreArguments.findIndex((coreArgument) =>
    typeof coreArgument === "object" && "parameter" in coreArgument &&
    coreArgument.parameter === index
  );
  return core?.[at];
}

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

/**
 * Returns a pointer as the number that callers get, or throws if a number cannot hold it exactly.
 */
function liftPointer(value: number | bigint): number {
  const offset = toOffset(value);
  if (Number.isSafeInteger(offset)) return offset;
  throw new GuestError(
    "signature",
    `Cannot lift a pointer: it is ${hex(BigInt.asUintN(64, BigInt(value)))}, expected at most ` +
      `${hex(Number.MAX_SAFE_INTEGER)}, or "u64" as its type`,
  );
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
      return liftPointer(value);
    case "f32":
    case "f64":
      return Number(value);
  }
}
