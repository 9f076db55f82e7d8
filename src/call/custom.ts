import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import type { CustomContext, CustomConvention, Lowered } from "../abi/custom_convention.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { fits32, RANGE_32 } from "../base/numeric_types.ts";
import { isBytes } from "../base/typed_arrays.ts";
import { counted, quote, show } from "../base/show.ts";
import { exportedFunction } from "../instance/exports.ts";
import type { FunctionType } from "../binary/types.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { compileAccept } from "./content.ts";
import { heldBytes, tooMuchError } from "./text_read.ts";

// The run forms of custom conventions, which are the caller's objects. Each property is read once
// for each bound call, because a getter could return different values.

function bindMethod<Key extends "lower" | "lift">(
  convention: CustomConvention,
  key: Key,
  symbol: string,
): CustomConvention[Key] {
  const method: unknown = convention[key];
  if (typeof method === "function") return method.bind(convention);
  throw new TypeError(
    `Cannot call ${quote(symbol)}: the convention ${quote(convention.name)} gave ${show(method)} ` +
      `as ${key}, expected a function`,
  );
}

/** Compiles a parameter that a custom convention lowers. */
export function compileCustomLower(
  index: number,
  content: "string" | "bytes",
  { custom, export: symbol }: PlanParts,
  instance: Instance,
): (frame: Frame, value: unknown) => void {
  const { name } = custom!;
  const lower = bindMethod(custom!, "lower", symbol);
  const accept = compileAccept(content, `pass argument ${index} to ${quote(symbol)}`);
  const contextOf = compileContext(instance);
  return (frame, given) => {
    const value = accept(given);
    const lowered = lower(value as string | Uint8Array, contextOf(frame));
    const args = (lowered as Lowered | undefined)?.args;
    if (!Array.isArray(args)) {
      throw new TypeError(
        `Cannot pass argument ${index} to ${quote(symbol)}: the convention ` +
          `${quote(name)} made ${show(lowered)} of it, expected { args: […] }`,
      );
    }
    const { release } = lowered;
    if (release !== undefined && typeof release !== "function") {
      throw new TypeError(
        `Cannot pass argument ${index} to ${quote(symbol)}: the convention ` +
          `${quote(name)} gave ${show(release)} as release, expected a function`,
      );
    }
    frame.values[index] = { args, release: release?.bind(lowered) };
  };
}

/**
 * Compiles the call of an export with the core arguments that a custom convention makes of each
 * text.
 */
export function compileCustomInvoke(
  plan: PlanParts,
  instance: Instance,
  wrap: (fn: CoreFunction) => CoreFunction,
): FrameValue {
  const fn = wrap(exportedFunction(instance, plan.export));
  const type = instance.functionType(plan.export);
  return (frame) => {
    const args: CoreValue[] = plan.parameters.flatMap(({ kind }, index) =>
      kind === "custom" ? (frame.values[index] as Lowered).args : [frame.values[index]]
    );
    if (type !== undefined) checkArguments(args, type, plan);
    frame.inside = true;
    const result = fn(...args);
    frame.inside = false;
    return result;
  };
}

/** Refuses core arguments that the engine would truncate, convert or drop. */
function checkArguments(
  args: readonly unknown[],
  { parameters }: FunctionType,
  { custom, export: symbol }: PlanParts,
): void {
  const fail = (problem: string) =>
    new TypeError(
      `Cannot call ${quote(symbol)}: the convention ${quote(custom!.name)} made ${problem}`,
    );
  if (args.length !== parameters.length) {
    throw fail(`${counted(args.length, "core argument")}, expected ${parameters.length}`);
  }
  for (const [index, type] of parameters.entries()) {
    const arg = args[index];
    const expected = type === "i32"
      ? typeof arg === "number" && fits32(arg) || RANGE_32
      : type === "i64"
      ? typeof arg === "bigint" || "a bigint"
      : type === "f32" || type === "f64"
      ? typeof arg === "number" || "a number"
      : true;
    if (expected === true) continue;
    throw fail(`${show(arg)} as core argument ${index}, expected ${expected}`);
  }
}

/** Compiles the result that a custom convention lifts. */
export function compileCustomLift(
  content: "string" | "bytes",
  convention: CustomConvention,
  instance: Instance,
  symbol: string,
): FrameValue {
  const contextOf = compileContext(instance);
  const { name } = convention;
  const lift = bindMethod(convention, "lift", symbol);
  return (frame) => {
    const value: unknown = lift(frame.result, content, contextOf(frame));
    if (content === "string" ? typeof value === "string" : isBytes(value)) {
      // The value can be measured only afterwards, because the convention reads memory itself.
      const taken = heldBytes(value as string | Uint8Array);
      if (taken > instance.resultLimit) throw tooMuchError(taken, { instance, symbol });
      return value;
    }
    throw new GuestError(
      "invalid-text",
      `Cannot lift the result of ${quote(symbol)}: the convention ${quote(name)} ` +
        `gave ${show(value)}, expected ${content === "string" ? "a string" : "a Uint8Array"}`,
      { export: symbol },
    );
  };
}

/** Compiles the release of memory that a custom convention has allocated. */
export function releaseCustom({ parameters }: PlanParts): (frame: Frame) => void {
  const own = parameters.flatMap(({ kind }, index) => kind === "custom" ? [index] : []);
  return (frame) => {
    for (const index of own) {
      const lowered = frame.values[index] as Lowered | undefined;
      frame.values[index] = undefined;
      lowered?.release?.();
    }
  };
}

/** Compiles the guest's parts that a custom convention gets: made once for the reused frame. */
function compileContext(instance: Instance): (frame: Frame) => CustomContext {
  let owner: Frame | undefined;
  let context: CustomContext;
  return (frame) => {
    if (frame !== owner) {
      owner = frame;
      context = makeContext(frame, instance);
    }
    return context;
  };
}

function makeContext(frame: Frame, instance: Instance): CustomContext {
  return {
    get memory() {
      return instance.memory;
    },
    call(name, ...args) {
      const fn = exportedFunction(instance, name);
      frame.inside = true;
      const result = fn(...args);
      frame.inside = false;
      return result;
    },
  };
}
