import type { Convention } from "./conventions/convention.ts";
import type { OwnConvention } from "./conventions/own.ts";
import type { WantedImport } from "./describe_import.ts";
import type { Realm } from "./engine/realm.ts";
import { unbornError } from "./engine/unborn_error.ts";
import { type GuestError, quote } from "./errors.ts";
import type { HostFunction } from "./host.ts";
import type { Wasi } from "./wasi.ts";

/** What links imported functions: loaded only where one is a host function or a toolchain's. */
export type FunctionLinker = typeof import("./link_functions.ts");

/** The host functions of one instance. They are made before it and work once it is there. */
export class HostImports {
  /** The instance; it is given as soon as it exists. */
  realm: Realm | undefined;
  /** WASI, where the guest imports it. */
  wasi: Wasi | undefined;
  /** The guest's convention, or why there is none. */
  readonly convention: () => Convention | OwnConvention | GuestError;
  /** Tells whether pointers are 64 bits wide. */
  readonly address64: () => boolean;
  readonly #linker: FunctionLinker | undefined;

  /** Host functions for a guest of one convention; `linker` only where one is to be linked. */
  constructor(
    convention: () => Convention | OwnConvention | GuestError,
    address64: () => boolean,
    linker: FunctionLinker | undefined,
  ) {
    this.convention = convention;
    this.address64 = address64;
    this.#linker = linker;
  }

  /**
   * The core function that stands for a host function.
   *
   * @throws {GuestError} if the declaration is not what the import's type can carry.
   * @throws {TypeError} if there was no host function among the imports when the guest was loaded.
   */
  bind(given: HostFunction, item: WantedImport): WebAssembly.ImportValue {
    if (this.#linker !== undefined) return this.#linker.bindHostFunction(given, item, this);
    throw new TypeError(
      `Cannot link ${
        quote(`${item.module}.${item.name}`)
      }: no import was a host function when the ` +
        "guest was loaded, expected the imports to stay as they were",
    );
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
