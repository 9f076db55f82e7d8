// Features of V8 that Deno's declarations of WebAssembly lack.

/** An exception that a guest threw. It is not an `Error`. */
export interface WasmException {
  /** Returns whether it was thrown with `tag`. */
  is(tag: unknown): boolean;
}

interface Undeclared {
  /** Compiles synchronously, with options such as the builtins that the engine provides. */
  readonly Module: new (bytes: BufferSource, options: object) => WebAssembly.Module;
  /** Compiles on another thread, with the same options. */
  compile(bytes: BufferSource, options: object): Promise<WebAssembly.Module>;
  readonly Exception: abstract new (...args: never[]) => WasmException;
  // JavaScript Promise Integration, which not every runtime has: `runtime.ts` asks for it.
  /** The error of an engine that cannot suspend the guest. */
  readonly SuspendError?: abstract new (...args: never[]) => Error;
  /** Makes an export that returns a promise. */
  readonly promising?: (fn: unknown) => (...args: unknown[]) => unknown;
  /** Makes an import that may return a promise. */
  readonly Suspending?: new (fn: unknown) => WebAssembly.ImportValue;
}

/** {@linkcode WebAssembly} with the missing declarations. */
export const undeclared: Undeclared = WebAssembly as unknown as Undeclared;
