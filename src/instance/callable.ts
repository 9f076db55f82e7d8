import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { Instance } from "./instance.ts";

/** Makes the error for a start function that calls the host before the instance is known. */
export function unbornError(name: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its memory is ` +
      "not known yet",
  );
}

/**
 * Throws if the guest has ended and goes on all the same: it caught its own end, or a host function
 * called it and handled the trap.
 *
 * @param instance The instance, as soon as there is one.
 * @param name The import.
 * @param label The import in errors.
 */
export function checkCallable(
  instance: Instance | undefined,
  action: "call" | "return from",
  name: string,
  label = `import ${quote(name)}`,
): void {
  if (instance === undefined || instance.callable) return;
  throw instance.refuse(`${action} ${label}`, name);
}
