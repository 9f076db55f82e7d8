import type { Convention } from "../abi/convention.ts";
import type { CoreFunction } from "../abi/core_value.ts";
import type { OwnConvention } from "../abi/custom.ts";
import { GuestError } from "../base/errors.ts";
import type { FunctionType } from "../binary/types.ts";
import type { HostForms } from "../call/host/host_forms.ts";
import { unbornError } from "../instance/callable.ts";
import type { Realm } from "../instance/realm.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import type { Wasi } from "../wasi/wasi.ts";
import type { HostFunction, HostFunctionCheck } from "./host_function.ts";

/** Links imported functions: loaded only if one is a host function or a toolchain's. */
export interface FunctionLinker {
  /** The core function that stands for a host function. */
  bindHostFunction(
    given: HostFunction,
    item: WantedImport,
    host: HostImports,
  ): WebAssembly.ImportValue;
  /** What a toolchain's own JavaScript would give for an import, if that is known. */
  toolchainImport(item: WantedImport, host: HostImports): unknown;
}

/** An import that a function of the caller answers. */
export interface PlainImport {
  /** Its name, as errors about the guest have it. */
  readonly name: string;
  /** Its place, its name and its type, as errors about imports have them. */
  label(): string;
  /** Its type, if the binary is known. */
  type(): FunctionType | undefined;
}

/** Guards imports that are plain functions: loaded only if one is among them. */
export interface FunctionGuard {
  guardImport(fn: CoreFunction, item: PlainImport, home: HostImports): CoreFunction;
  /** Whether a function needs no guard. */
  isTrusted(fn: CoreFunction, item: PlainImport): boolean;
}

/** The host functions of one instance. They are made before it and work once it is there. */
export class HostImports {
  /** The instance; it is given as soon as it exists. */
  realm: Realm | undefined;
  /** WASI, where the guest imports it. */
  wasi: Wasi | undefined;
  /** What guards plain functions; loaded only where one is among the imports. */
  guard: FunctionGuard | undefined;
  /** What checks the caller's declarations; absent where there are none. */
  check: HostFunctionCheck | undefined;
  /** The guest's convention, or why there is none. */
  readonly convention: () => Convention | OwnConvention | GuestError;
  /** Tells whether pointers are 64 bits wide. */
  readonly address64: () => boolean;
  /** What is known of each host function: the instances of a guest share it. */
  readonly forms: Map<WantedImport, HostForms>;
  readonly #linker: FunctionLinker | undefined;

  /** Host functions for a guest of one convention; `linker` only where one is to be linked. */
  constructor(
    convention: () => Convention | OwnConvention | GuestError,
    address64: () => boolean,
    linker: FunctionLinker | undefined,
    forms: Map<WantedImport, HostForms> = new Map(),
  ) {
    this.convention = convention;
    this.address64 = address64;
    this.#linker = linker;
    this.forms = forms;
  }

  /**
   * The core function that stands for a host function.
   *
   * @throws {GuestError} if the declaration is not what the import's type can carry.
   */
  bind(given: HostFunction, item: WantedImport): WebAssembly.ImportValue {
    const name = `${item.module}.${item.name}`;
    // What was checked for one instance is known for the next.
    const isKnown = this.forms.has(item);
    const checked = isKnown ? given : this.check?.(given, name, this.#record) ?? given;
    return this.#linker!.bindHostFunction(checked, item, this);
  }

  /** The convention, where it is one whose parts are known. */
  get #record(): Convention | undefined {
    const convention = this.convention();
    return convention instanceof GuestError || "lower" in convention ? undefined : convention;
  }

  /** What a toolchain's JavaScript, or WASI, gives for an import; nothing where it is not known. */
  known(item: WantedImport): unknown {
    return this.#linker?.toolchainImport(item, this) ?? this.wasi?.answer(item);
  }

  /** The instance, for an import that is being called. */
  realmFor(name: string): Realm {
    if (this.realm !== undefined) return this.realm;
    throw unbornError(name);
  }
}
