import type { WantedImport } from "../source/wanted_import.ts";
import { importsWasi } from "../wasi/modules.ts";
import type { WasiOptions } from "../wasi/options.ts";
import type { Wasi, WasiHome } from "../wasi/wasi.ts";
import { HostFunction } from "./host_function.ts";
import type { FunctionGuard, FunctionLinker } from "./host_imports.ts";
import { isOfToolchain } from "./import_problem.ts";
import { type Imports, lookUp } from "./wire.ts";

/** What answers the imports of a guest that are not memories; each part only if one needs it. */
export interface PreparedHost {
  /** Makes WASI for an instance. */
  readonly makeWasi: ((home: WasiHome) => Wasi) | undefined;
  /** Links host functions, and what a toolchain's own JavaScript would give. */
  readonly linker: FunctionLinker | undefined;
  /** Guards plain functions. */
  readonly guard: FunctionGuard | undefined;
}

/**
 * Loads what answers a guest's imports.
 *
 * @param wanted What the guest imports.
 * @param imports What the caller gives.
 * @param wasi What the guest is granted if it imports WASI.
 * @param mostOutput How many bytes of output WASI holds at most.
 * @throws {LoadError} if a granted directory can't be opened.
 * @throws {TypeError} if a grant is of another type.
 */
export async function prepareHost(
  wanted: readonly WantedImport[],
  imports: Imports | undefined,
  wasi: WasiOptions | undefined,
  mostOutput: number | undefined,
): Promise<PreparedHost> {
  return {
    makeWasi: importsWasi(wanted)
      ? await (await import("../wasi/wasi.ts")).prepareWasi(wasi, mostOutput)
      : undefined,
    linker: needsLinker(wanted, imports) ? await import("./link_functions.ts") : undefined,
    guard: needsGuard(wanted, imports) ? await import("./plain_import.ts") : undefined,
  };
}

/**
 * Returns whether an import has to be linked: it is answered with a host function, or with what a
 * toolchain's own JavaScript would give.
 */
function needsLinker(
  wanted: readonly WantedImport[],
  imports: Imports | undefined,
): boolean {
  return wanted.some((item) => {
    const given = lookUp(imports, item);
    if (given === undefined) return isOfToolchain(item);
    return item.kind === "function" && given instanceof HostFunction;
  });
}

/** Returns whether the caller answers an imported function with a plain one. */
function needsGuard(
  wanted: readonly WantedImport[],
  imports: Imports | undefined,
): boolean {
  return wanted.some((item) =>
    item.kind === "function" && typeof lookUp(imports, item) === "function"
  );
}
