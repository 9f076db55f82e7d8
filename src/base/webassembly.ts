// What V8 offers and Deno's own declarations of WebAssembly lack.

/** An exception that a guest threw: no `Error`. */
export interface WasmException {
  /** Whether it was thrown with `tag`. */
  is(tag: unknown): boolean;
}

interface Undeclared {
  /** Compiles at once, with options such as which builtins the engine answers itself. */
  readonly Module: new (bytes: BufferSource, options: object) => WebAssembly.Module;
  /** Compiles beside the thread, with the same options. */
  compile(bytes: BufferSource, options: object): Promise<WebAssembly.Module>;
  readonly Exception: abstract new (...args: never[]) => WasmException;
  // JavaScript Promise Integration, which not every runtime has: `runtime.ts` asks for it.
  /** What is thrown where the guest can't be made to wait. */
  readonly SuspendError?: abstract new (...args: never[]) => Error;
  /** An export that gives a promise. */
  readonly promising?: (fn: unknown) => (...args: unknown[]) => unknown;
  /** An import that may give a promise. */
  readonly Suspending?: new (fn: unknown) => WebAssembly.ImportValue;
}

/** {@linkcode WebAssembly} with what its declarations lack. */
export const undeclared: Undeclared = WebAssembly as unknown as Undeclared;
