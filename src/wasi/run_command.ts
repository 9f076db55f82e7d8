import { GuestError } from "../base/errors.ts";
import type { Call } from "../call/call.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { Wasi } from "./wasi.ts";

/**
 * Runs a command, which is possible once for an instance.
 *
 * @param instance The instance.
 * @param wasi WASI, if the guest imports it.
 * @param start Its `_start`.
 * @returns The exit code: 0 unless the guest set another.
 */
export function runCommand(instance: GuestInstance, wasi: Wasi | undefined, start: Call): number {
  const { callable } = instance;
  if (instance.hasRun && callable) {
    throw new GuestError("exited", "Cannot run the guest: it has run, expected reset() first", {
      export: "_start",
    });
  }
  instance.hasRun = true;
  try {
    start.call();
  } catch (error) {
    if (!callable || wasi?.exitCode === undefined) throw error;
  } finally {
    wasi?.flush();
  }
  // `proc_exit` throws, and a guest may catch that and return normally.
  return wasi?.exitCode ?? 0;
}
