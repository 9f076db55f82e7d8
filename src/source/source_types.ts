import type { LoadError } from "../base/errors.ts";
import type { Limiter, WatchedInstance } from "../base/limits.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { WantedImport } from "./wanted_import.ts";

/**
 * The source of a guest: a {@linkcode BinarySource}, a {@linkcode CompiledGuest}, a compiled
 * module, or a promise of one of these except a path or a URL.
 */
export type Source =
  | BinarySource
  | CompiledGuest
  | CompiledModule
  | PromiseLike<BinaryContents | CompiledGuest | CompiledModule>;

/**
 * The source of a binary: a path, a URL (`file:`, `http:`, `https:`, `data:` or `blob:`), or
 * {@linkcode BinaryContents} or a promise of these. A string that starts with one of these schemes
 * is a URL; any other string is a path, relative to the current directory.
 */
export type BinarySource = string | URL | BinaryContents | PromiseLike<BinaryContents>;

/**
 * The contents of a binary: a view of any kind, a buffer, a response or a blob. A view stands for
 * its bytes, not for its elements.
 */
export type BinaryContents =
  | ArrayBufferView
  | ArrayBuffer
  | SharedArrayBuffer
  | Response
  | Blob;

/**
 * A compiled module with its binary, which shows what the module hides: types, limits and names. It
 * is plain data that `postMessage` and `structuredClone` can copy, and `load` accepts the clone.
 * `compile` makes it; you can also build it from a module and the bytes from which it was compiled.
 */
export interface CompiledGuest {
  /** The compiled module. A clone shares its code. */
  readonly module: WebAssembly.Module;
  /** The binary from which it was compiled. A clone has a copy. */
  readonly bytes: Uint8Array;
  /** The path, the URL or the kind of the source, for errors. */
  readonly source?: string;
  /** The core modules of a component, in the order of its binary; the module is then empty. */
  readonly modules?: readonly WebAssembly.Module[];
}

/**
 * A `WebAssembly.Module`. Its type has no members, so any value would fit. A type whose members are
 * all optional accepts only values that have none, or one of them.
 */
export interface CompiledModule {
  /** There is no such member: a compiled module shows nothing of itself. */
  readonly "a WebAssembly.Module"?: never;
}

/**
 * `never` for the type of `{}`, which has no members either; it changes no other type. An
 * intersection with the type of `{}` is the other type itself, and with that of a class stays one.
 */
export type UnlessEmpty<T> = (<X>() => X extends T & { readonly marked: true } ? 1 : 2) extends
  (<X>() => X extends { readonly marked: true } ? 1 : 2) ? never
  : unknown;

/** A compiled guest. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  /**
   * The contents of the binary, read on demand; `undefined` for a module that was compiled
   * elsewhere.
   */
  readonly info: ModuleInfo | undefined;
  /** The imports, without types for a source that was already compiled. */
  readonly imports: readonly WantedImport[];
  /** The names and kinds of the exports, which each guest of the module needs. */
  readonly exported: readonly { readonly name: string; readonly kind: string }[];
  /** Whether it was compiled with the engine's builtins, which provide some imports. */
  readonly hasBuiltins: boolean;
  /** The name of the source in errors. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  /** The whole binary, if it is kept: a small one, or that of a {@linkcode CompiledGuest}. */
  readonly bytes: Uint8Array | undefined;
  /** The limits of its guests, if it was rewritten for some. */
  readonly limiting?: Limiting | undefined;
  /** The binary, if it is a component; the module is then empty. */
  readonly component?: Uint8Array<ArrayBuffer> | undefined;
  /** The core modules of a component that was compiled before, in the order of the binary. */
  readonly modules?: readonly WebAssembly.Module[] | undefined;
}

/** Limits the guests of a rewritten module. */
export interface Limiting {
  /**
   * Takes an instance of the module, and runs its start function.
   *
   * @param shared The limits of other instances that share the fuel and the time of a call with
   * this one.
   */
  limit(whole: WebAssembly.Instance, shared?: Limiter): LimitedInstance;
  /** Returns the error of `load` for a start that has reached a limit, or `undefined`. */
  explain(error: unknown): LoadError | undefined;
}

/** An instance of a rewritten module. */
export interface LimitedInstance {
  /** The instance for the guest, without the exports that were appended to the module. */
  readonly instance: WebAssembly.Instance;
  /** Ends calls that reach a limit; absent without limits for calls. */
  readonly limiter?: Limiter | undefined;
  /** Watches the state of the guest. */
  readonly watch?: ((instance: WatchedInstance) => void) | undefined;
}

/** The bytes of a source, and its name. */
export interface SourceBytes {
  /** The name in errors: quoted, and shortened if it is long. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
