import type { CoreArgument, DataArgument } from "../abi/block_source.ts";
import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import type { NumberTest, Value } from "../abi/value.ts";
import { GuestError, MemoryRangeError } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import { quote, show } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import { asParameter, compileInvoke, missingExport } from "../instance/exports.ts";
import type { FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { FARTHEST, isWhole, toOffset } from "../memory/pointer.ts";
import { print } from "../presets/preset_options.ts";
import type { Arithmetic, Computed, Forms } from "./computed.ts";
import { lengthsOffset } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";

/** Values that lie in memory, or that are computed from others. */
export const computed = new OnDemand(() => import("./computed.ts"));

/** Returns the places of a call's parts, or those of a block that belongs to no call. */
export function layoutOf(
  { symbol, layout }: { readonly symbol: string; readonly layout?: FrameLayout | undefined },
  { address64 }: Pick<Instance, "address64">,
): FrameLayout {
  return layout ?? { symbol, area: 0, output: 0, word: address64 ? 8 : 4 };
}

/**
 * Returns the index of the second block of a parameter, for the contents of an object or for one of
 * several texts.
 */
export function besideOf(parameter: number, parameters: number): number {
  // The return area and the output buffer come after the parameters.
  return parameters + 2 + parameter;
}

/** Compiles a place of a number into a function that fetches it, signed as in the guest. */
export function compileValue(
  value: Value,
  instance: Instance,
  layout: FrameLayout,
): FrameValue<number | bigint> {
  if (typeof value === "number") return () => value;
  if (value === "result") return (frame) => core(frame.result, value, layout);
  if (value === "output") return (frame) => frame.pointers[layout.output]!;
  if (value === "area") return (frame) => frame.pointers[layout.area]!;
  if (typeof value === "function") return computed.module.compileGiven(value, layout);
  if (value === "allocated") return (frame) => core(frame.blockAllocated, value, layout);
  if ("result" in value) {
    const { result } = value;
    return (frame) => core((frame.result as CoreValue[])[result], value, layout);
  }
  if ("argument" in value) {
    const { argument } = value;
    return (frame) => frame.pointers[argument]!;
  }
  if ("parameter" in value) {
    const { parameter } = value;
    return (frame) => core(frame.values[parameter], value, layout);
  }
  if ("byteLengthOf" in value) {
    const { byteLengthOf } = value;
    return (frame) => frame.byteLengths[byteLengthOf]!;
  }
  if ("countOf" in value) {
    const { countOf } = value;
    return (frame) => frame.codeUnits[countOf]!;
  }
  if ("export" in value) return compileGetter(value.export, instance, layout.symbol);
  if (isArithmetic(value)) {
    const compile = "indexIn" in value ? compileInteger : compileValue;
    return computed.module.compileArithmetic(
      value,
      (part) => compile(part, instance, layout),
      layout,
    );
  }
  // Names of a layout have already been resolved to addresses.
  return computed.module.compileComputed(value as Computed, instance, layout, FORMS);
}

const FORMS: Forms = {
  compileValue,
  compileInteger,
  compileOffset,
  compilePointer,
  compileTest,
  isArithmetic,
  core,
  valueError,
};

/** Compiles a getter or an exported global, which is read anew each time. */
export function compileGetter(
  name: string,
  instance: Instance,
  symbol: string,
): FrameValue<number | bigint> {
  const value = { export: name };
  const layout = { symbol };
  const found = Object.hasOwn(instance.exports, name) ? instance.exports[name] : undefined;
  if (found instanceof WebAssembly.Global) return () => core(found.value, value, layout);
  if (typeof found !== "function") {
    throw missingExport(name, instance.exports, "function or global").error();
  }
  const call = compileInvoke(found as CoreFunction, []);
  return (frame) => core(call(frame), value, layout);
}

/** Returns the found value, if it is a number. */
function core(
  found: CoreValue,
  value: Value,
  { symbol }: Pick<FrameLayout, "symbol">,
): number | bigint {
  if (typeof found === "number" || typeof found === "bigint") return found;
  throw valueError(found, value, symbol, "a number");
}

/**
 * Returns whether fetching a value may call the guest, which may return another value the next
 * time.
 */
export function asksGuest(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && /"(?:export|call)":/.test(JSON.stringify(value));
}

/** Compiles a number that is used as an integer. */
export function compileInteger(
  value: Value,
  instance: Instance,
  layout: FrameLayout,
): FrameValue<number | bigint> {
  const get = compileValue(value, instance, layout);
  if (isSurelyWhole(value)) return get;
  const { symbol } = layout;
  return (frame) => {
    const found = get(frame);
    // The least value is that of 32 bits: no address and no length is below it.
    if (typeof found !== "number" || (found | 0) === found) return found;
    if (isWhole(found)) return found;
    throw valueError(found, value, symbol, WHOLE);
  };
}

const WHOLE = "an integer that an address or a length can be";

/** Returns whether a value is an integer whatever the guest does. */
function isSurelyWhole(value: Value): boolean {
  if (typeof value === "number") return isWhole(value);
  if (value === "output" || value === "area") return true;
  if (typeof value !== "object") return false;
  if ("load" in value) return value.load !== "f32" && value.load !== "f64";
  return "argument" in value || "byteLengthOf" in value || "countOf" in value || "word" in value ||
    "low" in value ||
    "high" in value || "indexIn" in value;
}

/** Makes a test of a number. */
export function compileTest(test: NumberTest): (found: number | bigint) => boolean {
  if (test === "negative") return (found) => found < 0;
  if (test === "zero") return (found) => Number(found) === 0;
  if (test === "nonzero") return (found) => Number(found) !== 0;
  if (typeof test === "number") return (found) => Number(found) === test;
  return "except" in test
    ? (found) => !test.except.includes(Number(found))
    : (found) => test.includes(Number(found));
}

/** Makes the error for a value that was found, with the symbol and its place. */
function valueError(found: unknown, value: Value, symbol: string, expected: string): GuestError {
  return new GuestError(
    "signature",
    `Cannot read ${print(value)} for ${quote(symbol)}: it is ${show(found)}, expected ${expected}`,
    { export: symbol },
  );
}

/** Compiles a number into an unsigned one: a pointer, or a length that cannot be negative. */
export function compileOffset(
  value: Value,
  instance: Instance,
  layout: FrameLayout,
): FrameValue<number> {
  if (typeof value !== "object" || !isArithmetic(value)) {
    const { symbol } = layout;
    const number = compileValue(value, instance, layout);
    return (frame) => offsetOf(number(frame), value, symbol);
  }
  return computed.module.compileWorkedOut(value, instance, layout, FORMS);
}

/** Compiles a pointer into an offset within the largest possible memory. */
export function compilePointer(
  value: Value,
  instance: Instance,
  layout: FrameLayout,
  action: "read" | "write" = "read",
): FrameValue<number> {
  const isWorkedOut = typeof value === "object" && isArithmetic(value);
  const found = (isWorkedOut ? compileOffset : compileValue)(value, instance, layout);
  const { symbol } = layout;
  return (frame) => pointerOf(found(frame), instance, action, value, symbol);
}

/** Returns a number as an unsigned offset, or throws an error with its place. */
function offsetOf(
  found: number | bigint,
  value: Value | undefined,
  symbol: string,
): number {
  try {
    return toOffset(found);
  } catch (error) {
    if (value === undefined) throw error;
    throw valueError(found, value, symbol, typeof found === "number" ? WHOLE : "a number");
  }
}

/**
 * Returns a guest's pointer as an exact unsigned offset.
 *
 * @param value The place of the pointer in errors for `symbol`.
 * @throws {GuestError} if it is not an integer that a pointer can be.
 * @throws {MemoryRangeError} if it is beyond every memory: only a 64-bit pointer can be.
 */
export function pointerOf(
  pointer: number | bigint,
  instance: Pick<Instance, "memory">,
  action: "read" | "write" = "read",
  value?: Value,
  symbol = "",
): number {
  const offset = offsetOf(pointer, value, symbol);
  if (offset < FARTHEST) return offset;
  throw new MemoryRangeError(action, BigInt.asUintN(64, BigInt(pointer)), 1, instance.memory.size);
}

/** Returns whether a value is computed from others. */
function isArithmetic(value: Value & object): value is Arithmetic {
  return "product" in value || "sum" in value || "difference" in value || "indexIn" in value;
}

/** Compiles one core argument of an export. */
export function compileCoreArgument(
  coreArgument: CoreArgument,
  index: number,
  type: FunctionType | undefined,
  layout: FrameLayout,
): FrameValue {
  const number = (pick: FrameValue<number>) => asParameter(pick, type, index, layout.word === 8);
  if (typeof coreArgument === "number") return number(() => coreArgument);
  if (coreArgument === "output") return number((frame) => frame.pointers[layout.output]!);
  if (coreArgument === "capacity") {
    const { output, capacityUnit = 1 } = layout;
    return number((frame) => Math.floor(frame.sizes[output]! / capacityUnit));
  }
  if ("area" in coreArgument) {
    const offset = coreArgument.area * layout.word;
    return number((frame) => frame.pointers[layout.area]! + offset);
  }
  if ("parameter" in coreArgument) {
    const { parameter } = coreArgument;
    return (frame) => frame.values[parameter];
  }
  const { text, as } = coreArgument;
  const lengths = lengthsOf(coreArgument);
  switch (as) {
    case "pointer":
      return number((frame) => frame.pointers[text]!);
    case "lengths":
      return number((frame) =>
        frame.pointers[text]! + lengthsOffset(frame.codeUnits[text]!, layout.word)
      );
    case "packedPointerHigh":
      return (frame) => pack(frame.pointers[text]!, frame[lengths][text]!);
    case "packedPointerLow":
      return (frame) => pack(frame[lengths][text]!, frame.pointers[text]!);
    default:
      return number((frame) => frame[lengths][text]!);
  }
}

/** Returns where a frame has the length that a core argument passes. */
export function lengthsOf({ as, unit }: DataArgument): "codeUnits" | "byteLengths" {
  return as === "count" || (unit ?? as) === "codeUnits" ? "codeUnits" : "byteLengths";
}

/** Joins two 32-bit numbers into one i64. */
export function pack(high: number, low: number): bigint {
  return BigInt.asIntN(64, BigInt(high) << 32n | BigInt(low));
}
