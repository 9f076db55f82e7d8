import { GuestError, messageOf, Problem } from "../base/errors.ts";
import { checkCount } from "../base/numeric_types.ts";
import { counted, printable, quote } from "../base/show.ts";

/** The state of a guest. */
export type GuestState = "ready" | "calling" | "exited" | "poisoned" | "disposed";

export function stateOf(refusal: unknown): Exclude<GuestState, "ready" | "calling"> {
  const code = refusal instanceof GuestError ? refusal.code : undefined;
  return code === "disposed" || code === "exited" ? code : "poisoned";
}

export function refusalError(action: string, symbol: string, refusal: unknown): GuestError {
  const code = stateOf(refusal);
  const message = refusal instanceof GuestError
    ? refusal.message
    : `a call was interrupted, and its effects are unknown: ${messageOf(refusal)}`;
  const status = refusal instanceof GuestError ? refusal.status : undefined;
  const reason = {
    disposed: message,
    exited: `the guest exited with code ${status}, expected reset() first`,
    poisoned: `the guest is poisoned, expected reset() first; it was: ${message}`,
  };
  return new GuestError(code, `Cannot ${action}: ${reason[code]}`, {
    export: symbol,
    cause: refusal,
  });
}

/** Makes the error for a call while an asynchronous call is in flight. */
export function busyError(symbol: string, reason: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call ${quote(symbol)}: ${reason}, expected one asynchronous call of an instance at a ` +
      "time",
    { export: symbol },
  );
}

/**
 * Makes the error for a guest without an allocator.
 *
 * @throws {RangeError} if `byteLength` is not a size.
 */
export function noAllocator(
  convention: { readonly name: string } | Problem,
  byteLength: number,
): GuestError {
  checkCount(byteLength, (shown) => `Cannot take a block of ${shown} bytes`);
  if (convention instanceof Problem) return convention.error();
  return new GuestError(
    "no-convention",
    `Cannot take a block of ${byteLength} bytes: the convention ${printable(convention.name)} ` +
      "has no allocator, expected allocator(), or inPlace() with memory to reserve",
  );
}

/** The errors that traps carry through frames of guests that have ended. */
export const carried: WeakMap<object, unknown> = new WeakMap();

/** Returns the error that a trap carries, or the error itself. */
export function errorOf(error: unknown): unknown {
  return carried.has(error as object) ? carried.get(error as object) : error;
}

/**
 * Wraps a function so that it counts as a call, because it may run the caller's code, which must
 * not reset the guest.
 */
export function inCall<T, R>(instance: { depth: number }, act: (value: T) => R): (value: T) => R {
  return (value) => {
    const before = instance.depth++;
    try {
      return act(value);
    } finally {
      instance.depth = before;
    }
  };
}

/** Throws the error for a wrong number of arguments. */
export function throwCount(symbol: string, expected: number, found: number): never {
  throw new TypeError(
    `Cannot call ${quote(symbol)}: it is given ${counted(found, "argument")}, expected ${expected}`,
  );
}
