import { LoadError } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import { bytesOfBuffer, fileReader, isShared, parseUrl, undeclared } from "../base/runtime.ts";
import { isA, quoteAddress, show } from "../base/show.ts";
import { isBytes, plainBytes } from "../base/view.ts";
import { readModule } from "../binary/module.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { Compiled, Source, SourceBytes } from "./source_types.ts";

// https://github.com/WebAssembly/js-string-builtins: the imports that the engine provides.

/** The compile options that switch the builtins on. */
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
 * Reads and compiles a source. For a module that was compiled here before, the binary is known.
 * Bytes are read before this returns, so later changes to them have no effect.
 *
 * @throws {LoadError} if it cannot be read, or this engine cannot compile it.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileSource(source: Source): Promise<Compiled> {
  if (isA(source, WebAssembly.Module)) {
    const before = known.get(source);
    if (before !== undefined) return before;
    const name = "a compiled module";
    const imports = WebAssembly.Module.imports(source);
    return { module: source, info: undefined, imports, hasBuiltins: false, name, source: name };
  }
  const bytes = isBytes(source) ? plainBytes(source, "load bytes") : bytesOfBuffer(source);
  return await compileBytes(
    bytes === undefined
      ? await readSource(source as Exclude<Source, BufferSource | WebAssembly.Module>)
      : { ...GIVEN, bytes: fixed(bytes) },
  );
}

/** The name of bytes in errors. */
const GIVEN = { name: "bytes", source: "bytes" } as const;

/** Copies bytes that another thread can change, or whose length engines do not accept. */
function fixed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return isShared(buffer) || (buffer as ArrayBuffer).resizable
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}

/** Reads the bytes of a source. The code that fetches is loaded for sources other than files. */
async function readSource(source: unknown): Promise<SourceBytes> {
  const address = addressOf(source);
  const read = fileReader();
  const isFile = typeof address === "string" || address?.protocol === "file:";
  if (address === undefined || !isFile || read === undefined) {
    return await (await import("./fetch_source.ts")).fetchSource(source, address);
  }
  try {
    return { name: quoteAddress(address), source: String(address), bytes: await read(address) };
  } catch (cause) {
    throw (await import("./fetch_source.ts")).unreadError(address, cause);
  }
}

/** Returns the path or the URL that a source is, if it is one. */
function addressOf(source: unknown): string | URL | undefined {
  if (typeof source !== "string") return isA(source, URL) ? source : undefined;
  return /^(?:https?|file|data|blob):/i.test(source) ? checkUrl(source) : source;
}

function checkUrl(text: string): URL {
  const url = parseUrl(text);
  if (url !== undefined) return url;
  throw new TypeError(`Cannot load ${show(text)}: it is malformed, expected a URL`);
}

async function compileBytes({ name, source, bytes }: SourceBytes): Promise<Compiled> {
  if (bytes.byteLength === 0) {
    throw new LoadError(
      "source",
      `Cannot load ${name}: it is empty, expected a WebAssembly module`,
      { source },
    );
  }
  if (!beginsAsModule(bytes)) (await import("../binary/header.ts")).readHeader(bytes);
  const compiling = compile(bytes);
  compiling.catch(() => {}); // awaited below; avoids an unhandled rejection if the reader throws first
  const read = readAside(bytes);
  let module: WebAssembly.Module;
  try {
    module = await compiling;
  } catch (cause) {
    const { compileError } = await import("./compile_error.ts");
    throw compileError(cause, read(), name, source);
  }
  const optional = WebAssembly.Module.exports(module).some(setsArguments)
    ? await import("../binary/optional.ts")
    : undefined;
  const info = once(() => read(optional));
  const wanted = WebAssembly.Module.imports(module);
  const compiled: Compiled = {
    module,
    get info() {
      return info();
    },
    imports: wanted.length === 0 ? [] : info().imports,
    // An engine that has the builtins does not list them among the imports.
    hasBuiltins: !wanted.some(({ module }) => isBuiltinModule(module)),
    name,
    source,
  };
  known.set(module, compiled);
  return compiled;
}

/** Returns whether bytes begin with the magic and the version of a module. */
function beginsAsModule(bytes: Uint8Array): boolean {
  for (let index = 0; index < HEADER.length; index++) {
    if (bytes[index] !== HEADER[index]) return false;
  }
  return true;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Reads a binary when nobody waits for it: a large one at once, while the engine compiles it, and a
 * small one on demand.
 *
 * @returns A function that returns the contents. It needs the reader of optional arguments if the
 * module has them.
 */
function readAside(bytes: Uint8Array<ArrayBuffer>): (optional?: OptionalReader) => ModuleInfo {
  const early = bytes.byteLength > SMALL ? readModule(bytes) : undefined;
  const isNeeded = early === undefined || early.exports.some(setsArguments);
  // A copy, even of a Node buffer, whose slice() is a view.
  const kept = isNeeded ? new Uint8Array(bytes) : bytes;
  return (optional) => {
    const info = early ?? readModule(kept);
    return optional === undefined
      ? info
      : { ...info, optionalArguments: optional.readOptional(kept, info) };
  };
}

type OptionalReader = typeof import("../binary/optional.ts");

/** Returns whether an export shows that others have optional arguments, as AssemblyScript does. */
function setsArguments({ name }: { readonly name: string }): boolean {
  return name === "__setArgumentsLength" || name === "__argumentsLength";
}

/**
 * Below 64 KiB V8 compiles in 0.3 ms, before our reader has warmed up (1.4 ms) and before another
 * thread would answer (half as much again). Keeping a copy costs a few microseconds.
 */
const SMALL = 64 * 1024;

/**
 * Compiles bytes, which the engine copies; it compiles large modules on another thread. The options
 * change nothing for a guest that imports no builtins.
 */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (bytes.byteLength <= SMALL) return new undeclared.Module(bytes, BUILTIN_OPTIONS);
  return await undeclared.compile(bytes, BUILTIN_OPTIONS);
}
