import { GuestError, quote } from "../errors.ts";

/** The error for a start function that needs the host to know its instance. */
export function unbornError(name: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its memory is ` +
      "not known yet",
  );
}
