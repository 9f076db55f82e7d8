import type { StatusPlan } from "../abi/plan_parts.ts";
import type { GuestErrorOptions } from "../base/error_types.ts";
import { framesOf, GuestError, messageOf } from "../base/errors.ts";
import { isSuspendError, undeclared } from "../base/runtime.ts";
import { isA, printable, quote } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { errorOf } from "../instance/refusal.ts";
import { compileLift, several } from "./steps/result_steps.ts";
import { cppException, release as releasing, thrown as throwing, unfreed } from "./on_demand.ts";
import type { TextContext } from "./text_context.ts";
import { compileText } from "./text_result.ts";
import { compileTest, compileValue } from "./values.ts";

/**
 * Settles the state of the guest after a failed call. A trap poisons the guest. If an error of a
 * host function or the guest's own exception unwinds through it, the stack pointer is restored; if
 * that is impossible, the guest is poisoned. A host stack overflow also poisons it if the call may
 * hold a block that was not recorded.
 *
 * If this function itself throws, the host's stack has overflowed, and nothing is restored.
 *
 * @param release Frees the blocks of the call, if it may hold any.
 * @returns the error to throw; an error that the host itself has thrown is unchanged.
 */
export function settleFailure(
  thrown: unknown,
  frame: Frame,
  instance: Instance,
  symbol: string,
  release: ((frame: Frame) => void) | undefined,
): unknown {
  const error = errorOf(thrown);
  const { inside, freeing, lifted } = frame;
  frame.inside = false;
  frame.freeing = frame.lifted = undefined;
  const isHosts = error === instance.thrown;
  instance.thrown = undefined;
  const { unstarted } = instance;
  const place: FailurePlace = { symbol, freeing, lifted, unstarted };
  if (inside && isTrap(error)) {
    // It can come from a raw export that a host function has called.
    const ended = instance.limiter?.ended(symbol, error);
    if (ended !== undefined || !isHosts) {
      const lost = unfreed.loaded?.describeUnfreed(instance, 1 / 2);
      return instance.poison(ended ?? trapError(error, place, lost));
    }
  }
  if (!instance.callable) return error;
  if (inside && !isHosts && error !== thrown) {
    // Another guest has ended, and its end went through the frames of this one.
    instance.refusal = error;
    return error;
  }
  if (!isHosts && release !== undefined && isOverflow(error)) {
    instance.refusal = error;
    return error;
  }
  const settled = inside && !isHosts ? describeFailure(error, place, instance) : error;
  if (inside && instance.unwinds === "unknown") {
    instance.poison(unwindError(error, symbol));
    return settled;
  }
  try {
    if (frame.stackPointer !== undefined) instance.stack!.restore(frame, frame.stackPointer);
    release?.(frame);
  } catch (cause) {
    // The caller gets the first error; both errors are the reason for poisoning the guest.
    if (frame.inside) instance.poison(trapError(cause, { symbol, freeing: frame.freeing }));
    else if (isOverflow(cause)) instance.refusal = cause;
    frame.inside = false;
    frame.freeing = undefined;
  }
  return settled;
}

/** The action that was in progress when the guest failed. */
interface FailurePlace {
  readonly symbol: string;
  /** The export that was freeing a block, if one was. */
  readonly freeing: string | undefined;
  /** The value that the call would have returned, if it was complete. */
  readonly lifted?: unknown;
  /** The export that initialises the guest, if it has not run. */
  readonly unstarted?: string | undefined;
}

/** Makes the caller's error from one that is not the host's own. */
export function describeFailure(
  error: unknown,
  place: FailurePlace,
  instance?: Instance,
): unknown {
  if (isTrap(error)) return trapError(error, place);
  if (isSuspendError(error)) return suspensionError(error, place.symbol);
  if (!isA(error, undeclared.Exception)) return error;
  const { what = "threw an exception", ...known } =
    instance && cppException.loaded?.describeException(error, instance) || {};
  const uncaught = [what, " and did not catch it" + (instance?.caps?.tell() ?? "")] as const;
  return failureError("exception", place, uncaught, {
    cause: error,
    ...known,
  });
}

/**
 * Returns whether the engine stopped the guest, including an overflow of its stack or the host's.
 */
function isTrap(error: unknown): error is Error {
  return isA(error, WebAssembly.RuntimeError) || isOverflow(error);
}

/** Returns whether the stack that guests share with the host has overflowed. */
function isOverflow(error: unknown): error is RangeError {
  return isA(error, RangeError) && error.message === "Maximum call stack size exceeded";
}

function unwindError(cause: unknown, symbol: string): GuestError {
  return new GuestError(
    "poisoned",
    `Cannot call the guest any more: an error passed through ${quote(symbol)}, and nothing puts ` +
      'the guest\'s stack pointer back, expected an export "__stack_pointer", or "stackSave" and ' +
      '"stackRestore"',
    { export: symbol, cause },
  );
}

function suspensionError(cause: unknown, symbol: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot wait in ${quote(symbol)}: it reaches an asynchronous import, expected ` +
      (symbol === "_start"
        ? "guest.run({ async: true })"
        : "a symbol that is declared with async: true in the option symbols"),
    { export: symbol, cause },
  );
}

function trapError(cause: unknown, place: FailurePlace, rest = ""): GuestError {
  const frames = framesOf(cause);
  // A command sets up its memory when it runs, so earlier calls of its exports can trap.
  const { unstarted } = place;
  const start = unstarted === undefined
    ? ""
    : `; its ${quote(unstarted)} has not run, expected guest.${
      unstarted === "_start" ? "run" : "initialize"
    }() first if the export needs what that sets up`;
  const more = `: ${messageOf(cause)}${rest}${start}`;
  return failureError("trap", place, ["trapped", more], { cause, frames });
}

/** Makes the error for a guest that failed in a call, or in freeing a block of a call. */
function failureError(
  code: "trap" | "exception",
  { symbol, freeing, lifted }: FailurePlace,
  [what, more]: readonly [what: string, more: string],
  options: GuestErrorOptions,
): GuestError {
  if (freeing !== undefined) {
    const found = `the guest ${what} in ${quote(freeing)}${more}`;
    const all = { export: freeing, result: lifted, ...options };
    return releasing.module.freeingError(code, symbol, found, all);
  }
  const message = `Cannot complete ${quote(symbol)}: the guest ${what}${more}`;
  return new GuestError(code, message, { export: symbol, ...options });
}

/** Compiles the check of a status: the function throws if the call has failed. */
export function compileStatus(
  { value, fails, code, message, details }: StatusPlan,
  context: TextContext,
): (frame: Frame) => void {
  const { instance, layout, symbol } = context;
  const get = compileValue(value, instance, layout);
  const failed = compileTest(fails);
  const getCode = code === undefined ? undefined : compileValue(code, instance, layout);
  const says = code === undefined ? "the guest returned" : "the guest's code is";
  const take = message?.kind === "thrown"
    ? throwing.module.compileThrown(message.thrown, instance)
    : undefined;
  const explain = message?.kind === "thrown"
    ? undefined
    : compileMessage(message, { ...context, isPart: true });
  const liftDetails = details && several.module.compileDetails(details, context, compileLift);

  return (frame) => {
    const found = frame.asked ?? get(frame);
    frame.asked = undefined;
    if (!failed(found)) return;
    const status = getCode === undefined ? found : getCode(frame);
    const thrown = take?.(frame, Number(status));
    if (thrown !== undefined) throw throwing.module.thrownError(symbol, thrown.value);
    const reason = explain?.(frame, status);
    const lifted = liftDetails?.(frame);
    const words = typeof reason === "string" && reason !== "" ? reason : undefined;
    const facts = [`${says} ${status}`, ...lifted?.lines ?? []].join(", ");
    throw new GuestError(
      "guest-error",
      `Cannot complete ${quote(symbol)}: ${words ? `${printable(words)} (${facts})` : facts}`,
      { export: symbol, status, guestMessage: words, ...(lifted && { details: lifted.details }) },
    );
  };
}

/** Compiles the message of a failure; absent if the status has none. */
function compileMessage(
  message: Exclude<StatusPlan["message"], { readonly kind: "thrown" }>,
  context: TextContext,
): ((frame: Frame, code: number | bigint) => unknown) | undefined {
  if (message === undefined) return undefined;
  if (message.kind === "function") return (_frame, code) => message.describe(code);
  const { lift, release } = compileText(message, { ...context, kept: true });
  return (frame) => {
    try {
      return lift(frame);
    } finally {
      release?.(frame);
    }
  };
}
