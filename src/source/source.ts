import { once } from "../base/lazy.ts";
import { bytesOf, classOf, plainBytes, type View } from "../base/typed_arrays.ts";
import { bytesOfBuffer, fileReader, isShared, parseUrl, undeclared } from "../base/runtime.ts";
import { hasProperty, isA, isPromise, quoteAddress } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { SourceOptions } from "./source_options.ts";
import type {
  Compiled,
  CompiledGuest,
  CompiledModule,
  Source,
  SourceBytes,
} from "./source_types.ts";

// https://github.com/WebAssembly/js-string-builtins: the imports that the engine provides.

const BUILTIN_OPTIONS = { builtins: ["js-string"], importedStringConstants: "'" };

/**
 * Returns whether the engine provides the imports from `module`, if it compiles with the options.
 */
export function isBuiltinModule(module: string): boolean {
  return module === "wasm:js-string" || module === "'";
}

/** The binaries of the modules in use, because a module alone does not show its binary. */
const known = new WeakMap<WebAssembly.Module, Compiled>();

/**
 * Reads and compiles a source. For a module that Passage has compiled before, the binary is known.
 * Bytes are read before this returns, so later changes to them have no effect.
 *
 * @throws {LoadError} if it cannot be read, or this engine cannot compile it.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileSource(source: Source): Promise<Compiled> {
  if (typeof source === "object") {
    if (isPromise(source)) {
      const { settle } = await import("./fetch_source.ts");
      return await compileSource(await settle(source) as CompiledModule);
    }
    const isModule = isA(source, WebAssembly.Module);
    // A response has no such property.
    if (isModule || hasProperty(source as unknown, "module")) {
      const module = (isModule ? source : (source as CompiledGuest).module) as WebAssembly.Module;
      const before = known.get(module);
      if (before !== undefined) return before;
      const { describeModule, takeCompiledGuest } = await import("./compiled_guest.ts");
      return remember(
        isModule
          ? describeModule(module)
          : await takeCompiledGuest(source as CompiledGuest, describe, isBuiltinModule),
      );
    }
    const given = bytesIn(source);
    if (given !== undefined) return await compileBytes(given);
  }
  const read = await readSource(source);
  // Concurrent loads of the same URL share its bytes.
  let compiled = compiling.get(read);
  if (compiled === undefined) compiling.set(read, compiled = compileBytes(read));
  return await compiled;
}

/** Remembers the facts about a module, for guests that are made from the module alone. */
export function remember(compiled: Compiled): Compiled {
  known.set(compiled.module, compiled);
  return compiled;
}

/** The compilations in progress, by bytes. */
const compiling = new WeakMap<SourceBytes, Promise<Compiled>>();

/**
 * Returns the bytes of a view or a buffer as they are, `undefined` for any other source.
 *
 * @throws {TypeError} if its buffer is detached, or ends before it.
 */
export function bytesIn(source: unknown): SourceBytes | undefined {
  const bytes = classOf(source) === undefined
    ? bytesOfBuffer(source) ?? bytesOf(source, "load bytes")
    : plainBytes(source as View, "load bytes");
  return bytes && { name: "bytes", source: "bytes", bytes: fixed(bytes) };
}

/** Copies a source that can be changed before it is read. */
export function holdSource<From>(source: From): From | Uint8Array {
  const given = bytesIn(source);
  return given === undefined ? source : new Uint8Array(given.bytes);
}

/** Copies bytes that another thread can change, or whose length engines do not accept. */
function fixed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return isShared(buffer) || (buffer as ArrayBuffer).resizable
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}

/**
 * Reads the bytes of a source. The code for fetching is loaded only for sources other than files.
 *
 * @param options A callback for the progress of a response or a blob, and a signal that cancels it.
 * @throws {LoadError} with the code `source`.
 */
export async function readSource(
  source: unknown,
  options?: Omit<SourceOptions, "integrity">,
): Promise<SourceBytes> {
  const address = addressOf(source);
  const read = fileReader();
  const isFile = typeof address === "string" || address?.protocol === "file:";
  if (address === undefined || !isFile || read === undefined) {
    return await (await import("./fetch_source.ts")).fetchSource(source, address, options);
  }
  try {
    return { name: quoteAddress(address), source: String(address), bytes: await read(address) };
  } catch (cause) {
    throw (await import("./fetch_source.ts")).unreadError(address, cause);
  }
}

/** Returns the path or the URL that a source is, if it is a well-formed one. */
function addressOf(source: unknown): string | URL | undefined {
  if (typeof source !== "string") return isA(source, URL) ? source : undefined;
  const isUrl = source.includes(":") && /^(?:https?|file|data|blob):/i.test(source);
  return isUrl ? parseUrl(source) : source;
}

/**
 * Compiles a binary, which is kept if it is small or `keeps` is set.
 *
 * @param part The bytes to compile, if not all of the binary is needed.
 * @throws {LoadError} if this engine cannot compile it.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileBytes(
  given: SourceBytes,
  keeps = false,
  part = given.bytes,
): Promise<Compiled> {
  const { bytes } = given;
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength < 8 || new DataView(buffer, byteOffset).getBigUint64(0, true) !== HEADER) {
    const other = { ...given, bytes: new Uint8Array(bytes) }; // before anything is awaited
    return remember((await import("./engine_refusals.ts")).takeOther(other));
  }
  const compiling = compileModule(part);
  compiling.catch(() => {}); // awaited below; avoids an unhandled rejection if the reader throws first
  const aside = readAside(bytes);
  let module: WebAssembly.Module;
  try {
    module = await compiling;
  } catch (cause) {
    const { compileError } = await import("./engine_refusals.ts");
    throw compileError(cause, aside.read(), given);
  }
  return remember(await describe(module, given, keeps, aside));
}

/** Describes a compiled module by its binary. */
async function describe(
  module: WebAssembly.Module,
  { name, source, bytes }: SourceBytes,
  keeps: boolean,
  { read, kept }: Aside = readAside(bytes),
): Promise<Compiled> {
  const exported = WebAssembly.Module.exports(module);
  const optional = exported.some(setsArguments) ? await import("../binary/optional.ts") : undefined;
  const info = once(() => read(optional));
  const wanted = WebAssembly.Module.imports(module);
  return {
    module,
    get info() {
      return info();
    },
    imports: wanted.length === 0 ? [] : info().imports,
    exported,
    // An engine that has the builtins does not list them among the imports.
    hasBuiltins: !wanted.some(({ module }) => isBuiltinModule(module)),
    name,
    source,
    bytes: keeps ? bytes : kept,
  };
}

/** The magic and the version of a module. */
const HEADER = 0x0000_0001_6d73_6100n;

/** The contents of a binary, and the kept bytes. */
interface Aside {
  /** Returns the contents. It needs the reader of optional arguments if the module has them. */
  readonly read: (optional?: OptionalReader) => ModuleInfo;
  /** A copy of the binary, if it is small. */
  readonly kept: Uint8Array | undefined;
}

/**
 * Reads a binary when it does not delay anything: a large one at once, while the engine compiles
 * it, and a small one on demand.
 */
function readAside(bytes: Uint8Array<ArrayBuffer>): Aside {
  const early = bytes.byteLength > SMALL ? readModule(bytes) : undefined;
  const isNeeded = early === undefined || early.exports.some(setsArguments);
  // A copy, even of a Node buffer, whose slice() is a view.
  const copy = isNeeded ? new Uint8Array(bytes) : bytes;
  return {
    read(optional) {
      const info = early ?? readModule(copy);
      return optional === undefined
        ? info
        : { ...info, optionalArguments: optional.readOptional(copy, info) };
    },
    kept: early === undefined ? copy : undefined,
  };
}

type OptionalReader = typeof import("../binary/optional.ts");

/** Returns whether an export shows that others have optional arguments, as AssemblyScript does. */
export function setsArguments({ name }: { readonly name: string }): boolean {
  return name === "__setArgumentsLength" || name === "__argumentsLength";
}

/**
 * Below 64 KiB V8 compiles in 0.3 ms, which is faster than the first run of our reader (1.4 ms) and
 * than another thread (half as much again). Keeping a copy costs a few microseconds.
 */
const SMALL = 64 * 1024;

/**
 * Compiles bytes, which the engine copies; it compiles large modules on another thread. The options
 * have no effect on a guest that imports no builtins.
 */
export async function compileModule(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<WebAssembly.Module> {
  if (bytes.byteLength <= SMALL) return new undeclared.Module(bytes, BUILTIN_OPTIONS);
  return await undeclared.compile(bytes, BUILTIN_OPTIONS);
}
