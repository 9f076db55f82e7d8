import type { FunctionType } from "./binary/types.ts";
import { show } from "./show.ts";
import type { HostFunctionCheck } from "./check/checked_options.ts";
import { checkHostDeclaration } from "./check/early.ts";
import type { Convention, Length, Slot } from "./conventions/convention.ts";
import type {
  ArrayParameter,
  ArrayResultDeclaration,
  ParameterName,
  ResultName,
  TextParameter,
  TextResultDeclaration,
} from "./conventions/declaration.ts";
import type { OwnConvention } from "./conventions/own.ts";
import { type CoreFunction, type Realm, unbornError } from "./engine/realm.ts";
import { GuestError } from "./errors.ts";
import type { Nullable, ParameterValue, ResultValue } from "./symbols.ts";
import type { WantedImport } from "./wanted_import.ts";
import type { Wasi } from "./wasi.ts";

/** Text or bytes that a host function is given. */
export interface HostTextParameter extends TextParameter {
  /** Where its length is, if the guest does not pass it: up to a NUL unless the convention says. */
  readonly length?: Length;
}

/** What a host function is given: the types of symbols. */
export type HostParameter = ParameterName | HostTextParameter | ArrayParameter;

/** What a host function answers. */
export type HostResult = ResultName | TextResultDeclaration | ArrayResultDeclaration;

/** The parameters and the result of an import, as those of a symbol are declared. */
export interface HostFunctionDeclaration {
  /** What the callback gets. */
  readonly parameters: readonly HostParameter[];
  /** What it answers. */
  readonly result: HostResult;
  /** All core arguments in their order, where the import's type alone can not tell. */
  readonly arguments?: readonly Slot[];
  /** Whether the callback gives a promise: symbols that reach it have to be asynchronous too. */
  readonly async?: boolean;
}

/** The JavaScript type that a host function gets for a parameter. */
export type HostArgument<P extends HostParameter> = P extends "pointer" ? number
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, Uint8Array<ArrayBuffer>>
  : ParameterValue<P>;

/** The JavaScript types of all that a host function gets. */
export type HostArguments<P extends readonly HostParameter[]> = {
  -readonly [K in keyof P]: HostArgument<P[K]>;
};

/** The JavaScript type that a host function answers with. */
export type HostAnswer<R extends HostResult> = R extends "pointer" ? number | bigint
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, Uint8Array>
  : ResultValue<R>;

/** The function that stands behind an import. */
export type HostCallback<D extends HostFunctionDeclaration> = (
  ...args: HostArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<HostAnswer<D["result"]>>
  : HostAnswer<D["result"]>;

/** A function of the host's with declared parameters and result; {@linkcode hostFunction} makes one. */
export class HostFunction {
  /** What the import takes and returns. */
  readonly declaration: HostFunctionDeclaration;
  /** What is called with the lifted arguments. */
  readonly callback: (...args: never[]) => unknown;

  /** Nothing is checked before a guest is loaded with it. */
  constructor(declaration: HostFunctionDeclaration, callback: (...args: never[]) => unknown) {
    this.declaration = declaration;
    this.callback = callback;
  }
}

/**
 * Makes a function that a guest can import, with parameters and a result as symbols have them:
 * text arrives as a string, and a string is put where the guest's convention wants it.
 *
 * What the callback throws reaches whoever called the guest, unchanged.
 *
 * @param declaration What the import takes and returns; it is checked against the binary's type
 * when the guest is loaded.
 * @param callback What is called.
 * @returns A value for the option `imports` of `load`.
 * @throws {TypeError} if `callback` is not a function, or the declaration has unknown keys or types.
 *
 * @example
 * ```ts
 * import { hostFunction } from "@passage/wasm";
 *
 * const lines: string[] = [];
 * const log = hostFunction({ parameters: ["string"], result: "void" }, (line) => {
 *   lines.push(line);
 * });
 * const imports = { env: { log } };
 * ```
 */
export function hostFunction<const D extends HostFunctionDeclaration>(
  declaration: D,
  callback: HostCallback<D>,
): HostFunction {
  checkHostDeclaration(declaration);
  if (typeof callback !== "function") {
    throw new TypeError(
      `Cannot make a host function: the callback is ${show(callback)}, expected a function`,
    );
  }
  return new HostFunction(declaration, callback as (...args: never[]) => unknown);
}

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
   */
  bind(given: HostFunction, item: WantedImport): WebAssembly.ImportValue {
    const name = `${item.module}.${item.name}`;
    const checked = this.check?.(given, name, this.#record) ?? given;
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
