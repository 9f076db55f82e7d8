import type { Convention } from "../abi/convention.ts";
import type { CoreFunction } from "../abi/core_value.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import { GuestError, LoadError, messageOf, Problem } from "../base/errors.ts";
import { isA, listLines, quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import type { HostForms } from "../call/host/host_forms.ts";
import { startupExports } from "../instance/exports.ts";
import { unbornError } from "../instance/import_refusal.ts";
import type { Instance } from "../instance/instance.ts";
import type { Compiled } from "../source/source_types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import type { WasiHome } from "../wasi/state.ts";
import type { Wasi } from "../wasi/wasi.ts";
import type { HostFunction, HostFunctionCheck } from "./host_function.ts";
import type { Wired } from "./memories.ts";
import { type MakeStandIn, MissingFunctions } from "./stand_in.ts";

/** Links imported functions. It is loaded only if one is a host function or a toolchain's. */
export interface FunctionLinker {
  /** Returns the core function for a host function, or the problem why there is none. */
  bindHostFunction(
    given: HostFunction,
    item: WantedImport,
    host: HostImports,
  ): WebAssembly.ImportValue | Problem;
  /**
   * Returns the function that a toolchain's own JavaScript would provide for an import, if it is
   * known.
   */
  toolchainImport(item: WantedImport, host: HostImports): unknown;
  /** Makes the error for a guest that aborts, and poisons the guest. */
  abortError(host: HostImports, abort: { readonly message: string }): GuestError;
}

/** An import for which the caller supplies a plain function. */
export interface PlainImport {
  /** The name in errors about the guest. */
  readonly name: string;
  /** Returns the place, name and type in errors about imports. */
  label(): string;
  /** Its type, if the binary is known. */
  type(): FunctionType | undefined;
}

/** Guards imports that are plain functions. It is loaded only if there are any. */
export interface FunctionGuard {
  guardImport(fn: CoreFunction, item: PlainImport, home: HostImports): CoreFunction;
  /** Returns whether a function needs no guard. */
  isTrusted(fn: CoreFunction, item: PlainImport, isTimed: boolean): boolean;
}

/** Provides an import that only some guests have; it returns `undefined` for any other. */
export type Provide = (item: WantedImport, host: HostImports) => unknown;

/** What the imports of all instances of a guest have in common. */
export interface HostContext {
  /** The module, whose binary is read on demand. */
  readonly compiled: Pick<Compiled, "info">;
  /** Returns the guest's export names. */
  readonly exports: () => ReadonlySet<string>;
  /** Returns the guest's convention, or the reason why there is none. */
  readonly convention: () => Convention | CustomConvention | Problem;
  /** Returns whether pointers are 64 bits wide. */
  readonly address64: () => boolean;
  /** Whether calls have a deadline. */
  readonly isTimed: boolean;
  /** The forms of each host function. */
  readonly forms: Map<WantedImport, HostForms>;
  /** Links host functions; loaded only if one has to be linked. */
  readonly linker?: FunctionLinker | undefined;
  /** Guards plain functions; loaded only if one is among the imports. */
  readonly guard?: FunctionGuard | undefined;
  /** Checks the caller's declarations; absent if there are none. */
  readonly check?: HostFunctionCheck | undefined;
  /** Provides imports of specific toolchains; loaded only for their guests. */
  readonly provide?: Provide | undefined;
  /** Makes a stand-in for a missing function; absent if a missing function is an error. */
  readonly standIn?: MakeStandIn | undefined;
  /** Makes WASI for an instance, if the guest imports it. */
  readonly makeWasi?: ((home: WasiHome) => Wasi) | undefined;
  /** Makes a stand-in for an instance of known memory until the instance exists. */
  readonly makeEarly?: (memories: Memories) => Instance | undefined;
}

/** The imported memories under their import names. */
type Memories = Wired["memories"];

/**
 * The host functions of one instance. They are made before the instance and work once it exists.
 */
export class HostImports implements WasiHome {
  readonly context: HostContext;
  /** WASI, if the guest imports it. */
  readonly wasi: Wasi | undefined;
  /** The missing functions that trap. */
  readonly missing: MissingFunctions = new MissingFunctions();
  #memories: Memories | undefined;
  #early: Instance | undefined;
  #instance: Instance | undefined;

  constructor(context: HostContext) {
    this.context = context;
    this.wasi = context.makeWasi?.(this);
  }

  /** Notes the imported memories, which are made before the instance. */
  noteMemories(memories: Memories): void {
    this.#memories = memories;
  }

  /** Notes the instance, as soon as it exists. */
  attach(instance: Instance): void {
    this.#instance = instance;
  }

  /** The instance, once it exists. */
  get instance(): Instance | undefined {
    return this.#instance;
  }

  /**
   * Returns the core function for a host function, or a problem if the declaration does not fit the
   * import's type.
   */
  bind(given: HostFunction, item: WantedImport): WebAssembly.ImportValue | Problem {
    const name = `${item.module}.${item.name}`;
    // A declaration that was checked for one instance is valid for the next.
    const { forms, check, linker } = this.context;
    const isKnown = forms.has(item);
    const checked = isKnown ? given : check?.(given, name, this.#record) ?? given;
    return checked instanceof Problem ? checked : linker!.bindHostFunction(checked, item, this);
  }

  /** The convention, unless it is a custom one. */
  get #record(): Convention | undefined {
    const convention = this.context.convention();
    return convention instanceof Problem || "lower" in convention ? undefined : convention;
  }

  /**
   * Returns the function that a toolchain's JavaScript, or WASI, provides for an import; a problem
   * if the guest lacks something for it, and `undefined` for an unknown import.
   */
  known(item: WantedImport): unknown {
    const { provide, linker } = this.context;
    return provide?.(item, this) ?? linker?.toolchainImport(item, this) ?? this.wasi?.provide(item);
  }

  /**
   * Explains an error that ended the start of the guest, if an import caused it.
   *
   * @param exports The exports of the guest, if the error came from one that initialises it.
   */
  explainStart(error: unknown, exports?: WebAssembly.Exports): Error | undefined {
    const startup = exports && startupExports(exports)[0];
    return startError(error, startup, this.missing);
  }

  /** Makes the error for a guest that aborts, and poisons the guest. */
  abort(message: string): GuestError {
    return this.context.linker!.abortError(this, { message });
  }

  /**
   * The stand-in for the instance while it is made: it has the memory, if that is known, and no
   * exports.
   */
  get early(): Instance | undefined {
    return this.#early ??= this.#memories && this.context.makeEarly?.(this.#memories);
  }

  /** Returns the instance, or its stand-in, for a call of an import that needs the memory. */
  instanceFor(name: string): Instance {
    const instance = this.instance ?? this.early;
    if (instance !== undefined) return instance;
    throw unbornError(name);
  }

  /** Returns the instance, for a call of an import that needs its exports. */
  bornFor(name: string): Instance {
    if (this.instance !== undefined) return this.instance;
    throw unbornError(name, "exports");
  }
}

/**
 * Explains an error that ended the start of a guest, if an import caused it.
 *
 * @param startup The export that initialises the guest; absent for a start function.
 * @param missing The functions that were missing.
 * @returns The error to throw; `undefined` if the error says enough.
 */
export function startError(
  error: unknown,
  startup: string | undefined,
  missing: MissingFunctions,
): Error | undefined {
  const called = isA(error, GuestError) ? missing.called.get(error) : undefined;
  if (called !== undefined) return missingError(error, startup, called, missing.problems);
  // The caller explains errors of the engine, and a start function that traps.
  if (startup === undefined && (isA(error, GuestError) || isEngines(error))) return undefined;
  const { problems } = missing;
  const others = problems.length === 0 ? "" : listMissing(problems);
  const when = `load calls ${nameOf(startup)}, and an import that this calls has thrown`;
  if (!isA(error, GuestError)) {
    const message = `Cannot initialize the guest: ${when}: ${messageOf(error)}${others}`;
    return new LoadError("instantiation", message, { problems, cause: error });
  }
  // The export names the call that failed, such as one that trapped.
  if (error.export === startup) return undefined;
  const message = `${error.message}; ${when}${others}`;
  return new GuestError(error.code, message, { ...error, cause: error });
}

/** Names what initialises the guest. */
function nameOf(startup: string | undefined): string {
  return startup === undefined ? "its start function" : quote(startup);
}

/** Returns whether the engine made an error: a refusal, a trap, or an overflow of the stack. */
function isEngines(error: unknown): boolean {
  return isA(error, WebAssembly.RuntimeError) || isA(error, WebAssembly.LinkError) ||
    /^WebAssembly\.|^Maximum call stack/.test(messageOf(error));
}

/** Lists the missing functions, for the end of a message. */
function listMissing(problems: readonly string[]): string {
  return `; all that are missing:\n${listLines(problems)}`;
}

/** Makes the error for a missing function that the start of a guest calls. */
function missingError(
  cause: unknown,
  startup: string | undefined,
  called: string,
  problems: readonly string[],
): LoadError {
  const otherwise = startup === undefined ? "" : ", or initialize: false";
  return new LoadError(
    "imports",
    `Cannot initialize the guest: load calls ${nameOf(startup)}, which calls ${called}: missing, ` +
      `expected a function in the option imports${otherwise}${listMissing(problems)}`,
    { problems, cause },
  );
}
