import { GuestError } from "../base/errors.ts";

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
