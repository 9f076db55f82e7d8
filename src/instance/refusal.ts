import { GuestError, messageOf } from "../base/errors.ts";
import { quote } from "../base/show.ts";

/** The state of a guest. */
export type GuestState = "ready" | "calling" | "exited" | "poisoned" | "disposed";

/** Returns the state of a guest that cannot be called any more. */
export function stateOf(refusal: unknown): Exclude<GuestState, "ready" | "calling"> {
  const code = refusal instanceof GuestError ? refusal.code : undefined;
  return code === "disposed" || code === "exited" ? code : "poisoned";
}

/** Makes the error for an action on a guest that cannot be called any more. */
export function refusalError(action: string, symbol: string, refusal: unknown): GuestError {
  const code = stateOf(refusal);
  const message = refusal instanceof GuestError
    ? refusal.message
    : `a call was cut off, and its effects are unknown: ${messageOf(refusal)}`;
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
