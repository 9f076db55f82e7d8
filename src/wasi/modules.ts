// What other rooms need of WASI.

import { GuestError } from "../base/errors.ts";
import type { Call } from "../call/call.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";

/** The modules that a guest imports WASI from: preview 1 and preview 0, which has other layouts. */
const WASI_MODULES = ["wasi_snapshot_preview1", "wasi_unstable"] as const;

/** One of {@linkcode WASI_MODULES}. */
export type WasiVersion = typeof WASI_MODULES[number];

/** Returns whether a module of imports belongs to WASI. */
export function isWasiModule(module: string): module is WasiVersion {
  return (WASI_MODULES as readonly string[]).includes(module);
}

/** Returns whether a guest imports anything of WASI. */
export function importsWasi(imports: readonly { readonly module: string }[]): boolean {
  return imports.some(({ module }) => isWasiModule(module));
}

/** Makes the error for a guest that ends itself with an exit code. */
export function exitError(code: number): GuestError {
  return new GuestError(
    "exited",
    `Cannot go on: the guest exited with code ${code}, expected reset() first`,
    { status: code },
  );
}

/** The part of WASI that the end of a command needs. */
interface Ending {
  readonly exitCode: number | undefined;
  flush(): void;
}

/**
 * Runs a command, which is possible once for an instance.
 *
 * @param instance The instance.
 * @param wasi WASI, if the guest imports it.
 * @param start Its `_start`.
 * @returns The exit code: 0 unless the guest set another.
 */
export function runCommand(instance: GuestInstance, wasi: Ending | undefined, start: Call): number {
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
