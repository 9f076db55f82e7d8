import type { HostFunctionDeclaration } from "../abi/declaration.ts";
import type { GuestLimits } from "../base/limits.ts";
import { loadAllParts } from "../call/make_parts.ts";
import { hasFunctions } from "../plan/flatten.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { importsWasi } from "../wasi/modules.ts";
import type { WasiHome } from "../wasi/state.ts";
import type { WasiOptions } from "../wasi/wasi_options.ts";
import type { Wasi } from "../wasi/wasi.ts";
import { HostFunction } from "./host_function.ts";
import type { FunctionGuard, FunctionLinker, Provide } from "./host_imports.ts";
import { isOfToolchain } from "./import_problem.ts";
import { lookUp, type TakenImports } from "./take_imports.ts";

/** The parts that provide imports other than memories, each present only if an import needs it. */
interface PreparedHost {
  /** Makes WASI for an instance. */
  readonly makeWasi: ((home: WasiHome) => Wasi) | undefined;
  /** Links host functions, and functions that a toolchain's own JavaScript provides. */
  readonly linker: FunctionLinker | undefined;
  /** Guards plain functions. */
  readonly guard: FunctionGuard | undefined;
  /** Provides imports of specific toolchains. */
  readonly provide: Provide | undefined;
}

/**
 * Loads the modules that provide a guest's imports.
 *
 * @param wanted The guest's imports.
 * @param imports The caller's imports.
 * @param wasi The grants for a guest that imports WASI.
 * @param limits The limits for WASI.
 * @throws {LoadError} if a granted directory cannot be opened.
 * @throws {TypeError} if a grant has the wrong type.
 */
export async function prepareHost(
  wanted: readonly WantedImport[],
  imports: TakenImports | undefined,
  wasi: WasiOptions | undefined,
  limits: GuestLimits,
): Promise<PreparedHost> {
  const links = needsLinker(wanted, imports);
  if (links) await loadAllParts(declarationsOf(wanted, imports));
  return {
    makeWasi: importsWasi(wanted)
      ? await (await import("../wasi/wasi.ts")).prepareWasi(wasi, limits)
      : undefined,
    linker: links ? await import("./link_functions.ts") : undefined,
    guard: needsGuard(wanted, imports) ? await import("./plain_import.ts") : undefined,
    provide: await loadProvider(wanted),
  };
}

/** The imports with which an Emscripten guest unwinds, or passes half of a result. */
const UNWINDS =
  /^env\.(?:invoke_|_emscripten_throw_longjmp$|[gs]etTempRet0$|__cxa_|__resumeException$|llvm_eh_)/;

/** The imports with which an Emscripten guest starts threads. */
const STARTS_THREADS = /^env\._*(?:emscripten_(?:init_main_thread|thread|check_blocking)|pthread_)/;

/** The imports that each guest of wasm-bindgen may have. */
const BINDGEN =
  /^(?:wbg|.*_bg\.js|__wbindgen_placeholder__)\.(?:__wbg_)?__wbindgen_(?:init_externref_table|throw)/;

/** Loads the module that provides the imports of a specific toolchain. */
async function loadProvider(wanted: readonly WantedImport[]): Promise<Provide | undefined> {
  const names = wanted.map(({ module, name }) => `${module}.${name}`);
  const imports = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const providers: Provide[] = [];
  if (imports(UNWINDS)) {
    providers.push((await import("./emscripten_exceptions.ts")).provideEmscripten);
  }
  if (imports(STARTS_THREADS)) {
    providers.push((await import("./emscripten_threads.ts")).provideThreads);
  }
  if (imports(BINDGEN)) {
    providers.push((await import("./wasm_bindgen_imports.ts")).provideBindgen);
  }
  if (providers.length < 2) return providers[0];
  return (item, host) => {
    for (const provide of providers) {
      const provided = provide(item, host);
      if (provided !== undefined) return provided;
    }
    return undefined;
  };
}

/**
 * Returns whether an import has to be linked: it is a host function, or a function that a
 * toolchain's own JavaScript provides.
 */
function needsLinker(
  wanted: readonly WantedImport[],
  imports: TakenImports | undefined,
): boolean {
  return wanted.some((item) => {
    const given = lookUp(imports, item);
    if (given === undefined) return isOfToolchain(item);
    return item.kind === "function" && given instanceof HostFunction;
  });
}

/** Returns the declarations of the host functions that are imported. */
function declarationsOf(
  wanted: readonly WantedImport[],
  imports: TakenImports | undefined,
): Record<string, HostFunctionDeclaration> {
  const given = wanted.map((item) => lookUp(imports, item));
  return Object.fromEntries(
    given.filter((one) => one instanceof HostFunction)
      .map(({ declaration }, index) => [index, declaration]),
  );
}

/** Returns whether the caller supplies a plain function for an import. */
function needsGuard(
  wanted: readonly WantedImport[],
  imports: TakenImports | undefined,
): boolean {
  return wanted.some((item) =>
    item.kind === "function" && typeof lookUp(imports, item) === "function"
  );
}

/** Returns whether a host function takes or returns function pointers. */
export function passesFunctions(
  wanted: readonly WantedImport[],
  imports: TakenImports | undefined,
): boolean {
  return wanted.some((item) => {
    const given = lookUp(imports, item);
    return given instanceof HostFunction && hasFunctions(given.declaration);
  });
}
