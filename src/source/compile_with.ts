import { hasProperty, isA, isPromise, show } from "../base/show.ts";
import { bytesIn, compileBytes, compileSource, holdSource, readSource } from "./source.ts";
import type { SourceOptions } from "./source_options.ts";
import type { Compiled, CompiledGuest, CompiledModule, SourceBytes } from "./source_types.ts";

/** Compiles the bytes of a source, or accepts one that is already compiled. */
export interface Compile {
  readonly bytes: (given: SourceBytes) => Promise<Compiled>;
  readonly module: (source: CompiledGuest | CompiledModule) => Promise<Compiled>;
}

/**
 * Reads and compiles a source with options. It does not share its request with other loads, because
 * it can be aborted.
 *
 * @param source The source, which {@linkcode holdSource} has copied if it can be changed.
 * @param options The options, checked.
 * @param compile The function that compiles it.
 * @throws {LoadError} if it cannot be read or compiled, or has another hash.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 * @throws {TypeError} if `integrity` is set for a compiled module.
 * @throws the reason of the signal, or what `onProgress` throws.
 */
export async function compileWith(
  source: unknown,
  options: SourceOptions,
  compile: Compile = { bytes: compileBytes, module: compileSource },
): Promise<Compiled> {
  return await untilAborted(options.signal, async (signal) => {
    const settled = await settle(source);
    if (isCompiled(settled)) {
      if (options.integrity === undefined) return await compile.module(settled);
      throw new TypeError(
        "Cannot check the integrity of a compiled module: it is already compiled, expected the " +
          "option integrity of compile()",
      );
    }
    const given = await read(settled, { ...options, signal });
    return await compile.bytes(given);
  });
}

/**
 * Compiles a binary with options, and keeps the binary.
 *
 * @param source The source, which {@linkcode holdSource} has copied if it can be changed.
 * @param options The options, checked.
 * @throws {TypeError} if the source is already compiled.
 * @throws what {@linkcode compileWith} throws.
 */
export async function compileGuest(
  source: unknown,
  options: SourceOptions,
): Promise<CompiledGuest> {
  return await untilAborted(options.signal, async (signal) => {
    const settled = await settle(source);
    if (isCompiled(settled)) {
      throw new TypeError(
        `Cannot compile ${
          show(settled)
        }: it is already compiled, expected a path, a URL, bytes, a Response or a Blob`,
      );
    }
    const given = await read(settled, { ...options, signal });
    const { module } = await compileBytes(given, true);
    return { module, bytes: given.bytes, source: given.source };
  });
}

function isCompiled(source: unknown): source is CompiledGuest | CompiledModule {
  return isA(source, WebAssembly.Module) || hasProperty(source, "module");
}

/** Waits for a source that is a promise, and copies its value if that can be changed. */
async function settle(source: unknown): Promise<unknown> {
  if (!isPromise(source)) return source;
  return holdSource(await (await import("./fetch_source.ts")).settle(source));
}

/** Reads a source, and checks its integrity. */
async function read(source: unknown, options: SourceOptions): Promise<SourceBytes> {
  const { integrity, onProgress, signal } = options;
  let thrown: { readonly error: unknown } | undefined;
  let isReported = false;
  const report: SourceOptions["onProgress"] = onProgress && ((progress) => {
    isReported = true;
    try {
      onProgress(progress);
    } catch (error) {
      thrown = { error };
      throw error;
    }
  });
  try {
    const memory = bytesIn(source);
    const given = memory ?? await readSource(source, { onProgress: report, signal });
    signal?.throwIfAborted();
    const { byteLength } = given.bytes;
    // A file is read in one part, and an empty body in none.
    if (memory === undefined && !isReported) report?.({ loaded: byteLength, total: byteLength });
    if (integrity !== undefined) {
      await (await import("./integrity.ts")).checkIntegrity(given, integrity);
    }
    return given;
  } catch (error) {
    // The caller gets its own error, not that of the aborted download.
    throw thrown === undefined ? error : thrown.error;
  }
}

/**
 * Runs `act` until a signal is aborted, whose reason is then thrown at once.
 *
 * @param act Gets a separate signal, so that no listener stays on the caller's signal.
 */
async function untilAborted<T>(
  signal: AbortSignal | undefined,
  act: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal === undefined) return await act(undefined);
  signal.throwIfAborted();
  const own = new AbortController();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      own.abort(signal.reason);
    };
  });
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([aborted, act(own.signal)]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
