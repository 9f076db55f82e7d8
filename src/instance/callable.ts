import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { Instance } from "./instance.ts";

/** The error for a start function that needs the host to know its instance. */
export function unbornError(name: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its memory is ` +
      "not known yet",
  );
}

/**
 * Throws where the guest has ended and goes on all the same: it caught its own end, or the host that
 * it has called called it and dealt with a trap.
 *
 * @param instance The instance, as soon as there is one.
 * @param name The import.
 */
export function checkCallable(
  instance: Instance | undefined,
  action: "call" | "return from",
  name: string,
): void {
  if (instance === undefined || instance.callable) return;
  throw instance.refuse(`${action} import ${quote(name)}`, name);
}
