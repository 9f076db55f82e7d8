import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import type { CustomContext, CustomConvention, Lowered } from "../abi/custom.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { quote, show } from "../base/show.ts";
import { isBytes } from "../base/view.ts";
import { exportedFunction } from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { heldBytes, tooMuchError } from "./result_limit.ts";

// What carries out a convention that is an object of the caller's.

/** Compiles a parameter that such a convention lowers. */
export function compileCustomLower(
  index: number,
  content: "string" | "bytes",
  { custom, export: symbol }: PlanParts,
  instance: Instance,
): (frame: Frame, value: unknown) => void {
  const convention = custom!;
  const contextOf = compileContext(instance);
  return (frame, value) => {
    if (content === "string" ? typeof value !== "string" : !isBytes(value)) {
      const expected = content === "string" ? "a string" : "a Uint8Array";
      throw new TypeError(
        `Cannot pass argument ${index} to ${quote(symbol)}: it is ${show(value)}, ` +
          `expected ${expected}`,
      );
    }
    const lowered = convention.lower(value as string | Uint8Array, contextOf(frame));
    if (!Array.isArray((lowered as Lowered | undefined)?.args)) {
      throw new TypeError(
        `Cannot pass argument ${index} to ${quote(symbol)}: the convention ` +
          `${quote(convention.name)} made ${show(lowered)} of it, expected { args: […] }`,
      );
    }
    frame.values[index] = lowered;
  };
}

/** Compiles the call of an export with what such a convention passes for each text. */
export function compileCustomInvoke(
  plan: PlanParts,
  instance: Instance,
  wrap: (fn: CoreFunction) => CoreFunction,
): FrameValue {
  const fn = wrap(exportedFunction(instance, plan.export));
  return (frame) => {
    const args: CoreValue[] = plan.parameters.flatMap(({ kind }, index) =>
      kind === "custom" ? (frame.values[index] as Lowered).args : [frame.values[index]]
    );
    frame.inside = true;
    const result = fn(...args);
    frame.inside = false;
    return result;
  };
}

/** Compiles the result that such a convention lifts. */
export function compileCustomLift(
  content: "string" | "bytes",
  convention: CustomConvention,
  instance: Instance,
  symbol: string,
): FrameValue {
  const contextOf = compileContext(instance);
  return (frame) => {
    const value: unknown = convention.lift(frame.result, content, contextOf(frame));
    if (content === "string" ? typeof value === "string" : isBytes(value)) {
      // It is there before it can be measured: the convention reads memory by itself.
      const taken = heldBytes(value as string | Uint8Array);
      if (taken > instance.resultLimit) throw tooMuchError(taken, { instance, symbol });
      return value;
    }
    throw new GuestError(
      "invalid-text",
      `Cannot lift the result of ${quote(symbol)}: the convention ${quote(convention.name)} ` +
        `gave ${show(value)}, expected ${content === "string" ? "a string" : "a Uint8Array"}`,
      { export: symbol },
    );
  };
}

/** Compiles giving back whatever such a convention has taken. */
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

/** Compiles what such a convention is given of the guest: made once for the frame that is reused. */
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
