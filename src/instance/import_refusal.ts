import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { Instance } from "./instance.ts";

// Calls of imports that are refused, because the guest is not ready yet or not any more.

/**
 * Makes the error for a start function that calls the host before the instance is known.
 *
 * @param lacks What the import needs: to read and write memory, or to call exports, such as those
 * that allocate.
 */
export function unbornError(name: string, lacks: "memory" | "exports" = "memory"): GuestError {
  const expected = lacks === "memory"
    ? "a guest that imports its memory (asc --importMemory, wasm-ld --import-memory), or exports " +
      "what starts it (asc --exportStart _initialize)"
    : "a guest that exports what starts it, as _initialize";
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its ` +
      `${lacks === "memory" ? "memory is" : "exports are"} not known yet, expected ${expected}`,
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
