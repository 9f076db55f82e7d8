import type { GuestLimits } from "../base/limits.ts";
import type { PreparedFiles } from "./files/prepare_files.ts";
import { checkWasiOptions } from "./grants.ts";
import { Input, openSource } from "./input.ts";
import type { OpenedGrants } from "./state.ts";
import type { WasiOptions } from "./wasi_options.ts";

/** The limits for WASI. */
export type WasiLimits = Pick<GuestLimits, "output" | "files">;

/** The grants for a guest. */
export interface PreparedGrants {
  /** The support for directories; absent without any. */
  readonly files: PreparedFiles | undefined;
  /** Whether reading standard input can return promises. */
  readonly waits: boolean;
  /**
   * Opens the grants for a new instance.
   *
   * @throws {LoadError} if a directory can no longer be opened.
   */
  open(): OpenedGrants;
}

/**
 * Prepares the grants of a guest that imports WASI. The code for files is loaded only if they
 * include a directory.
 *
 * @param limits The maximum number of bytes of output, and of files in memory.
 * @throws {LoadError} if a directory cannot be opened.
 * @throws {TypeError} if a grant has another type.
 */
export async function prepareGrants(
  options: WasiOptions | undefined,
  limits: WasiLimits,
): Promise<PreparedGrants> {
  const grants = checkWasiOptions(options, limits.output);
  const files = Object.keys(grants.preopens).length > 0
    ? await (await import("./files/prepare_files.ts")).prepareFiles(grants.preopens, limits.files)
    : undefined;
  const { stdin } = grants;
  const source = stdin instanceof Uint8Array ? undefined : openSource(stdin);
  return {
    files,
    waits: source?.waits ?? false,
    open: () => ({
      grants,
      input: source?.input ?? new Input(stdin as Uint8Array),
      opened: files?.open(),
    }),
  };
}
