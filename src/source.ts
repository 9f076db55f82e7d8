import { readImports, readModule } from "./binary/module.ts";
import type { ImportInfo, ModuleInfo } from "./binary/types.ts";
import { LoadError, messageOf, quote } from "./errors.ts";
import { show } from "./numbers.ts";
import { once } from "./once.ts";
import { BUILTIN_OPTIONS, type WantedImport } from "./wanted_import.ts";

/**
 * Where a guest comes from: a path, a URL (`file:`, `http:`, `https:` or `data:`), the bytes, a
 * response or a promise of one, or a compiled module. A string that begins with the scheme of such
 * a URL is one; any other is a path, relative to the current directory.
 */
export type Source =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | SharedArrayBuffer
  | Response
  | PromiseLike<Response>
  | WebAssembly.Module;

/** A compiled guest. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  /** What the binary says, read when asked for; absent for a source that was compiled already. */
  readonly info: ModuleInfo | undefined;
  /** What it imports: without its types for a source that was compiled already. */
  readonly imports: readonly WantedImport[];
  /** Whether it was compiled with the engine's builtins, which answer the imports of them. */
  readonly hasBuiltins: boolean;
  /** What errors call the source. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
}

/**
 * Reads and compiles a source. Bytes are read before this returns: what is done to them afterwards
 * has no effect.
 *
 * @throws {LoadError} if it can't be read or is nothing that this engine compiles.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileSource(source: Source): Promise<Compiled> {
  if (source instanceof WebAssembly.Module) {
    const name = "a compiled module";
    const imports = WebAssembly.Module.imports(source);
    return { module: source, info: undefined, imports, hasBuiltins: false, name, source: name };
  }
  if (source instanceof Uint8Array) {
    return await compileBytes({ ...GIVEN, bytes: unshared(source) });
  }
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) {
    return await compileBytes({ ...GIVEN, bytes: unshared(new Uint8Array(source)) });
  }
  return await compileBytes(await readSource(source));
}

/** What errors call a source of bytes. */
const GIVEN = { name: "bytes", source: "bytes" } as const;

async function readSource(
  source: string | URL | Response | PromiseLike<Response>,
): Promise<SourceBytes> {
  if (typeof source === "string") {
    return await readAddress(/^(?:https?|file|data):/i.test(source) ? parseUrl(source) : source);
  }
  if (source instanceof URL) return await readAddress(source);
  if (source instanceof Response) return await readResponse(source);
  if (isThenable(source)) return await readResponse(await settle(source));
  throw new TypeError(
    `Cannot load a guest: the source is ${show(source)}, expected a path, a URL, bytes, ` +
      "a Response or a WebAssembly.Module",
  );
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null) return url;
  throw new TypeError(`Cannot load ${show(text)}: it is malformed, expected a URL`);
}

async function settle(promise: PromiseLike<Response>): Promise<Response> {
  let response: unknown;
  try {
    response = await promise;
  } catch (cause) {
    throw new LoadError(
      "source",
      `Cannot load a response: its promise is rejected: ${messageOf(cause)}`,
      { source: "a response", cause },
    );
  }
  if (response instanceof Response) return response;
  throw new TypeError(
    `Cannot load a guest: the promise gave ${show(response)}, expected a Response`,
  );
}

/** Bytes that no other thread can change while they are read. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}

function isThenable(value: unknown): value is PromiseLike<Response> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** The engine copies the bytes and compiles them beside this thread, which is free meanwhile. */
async function compileBytes({ name, source, bytes }: SourceBytes): Promise<Compiled> {
  if (bytes.byteLength === 0) {
    throw new LoadError(
      "source",
      `Cannot load ${name}: it is empty, expected a WebAssembly module`,
      { source },
    );
  }
  const compiling = compile(bytes);
  compiling.catch(() => {}); // heard below, unless the reader finds what is wrong before
  const { info, imports } = readAside(bytes);
  let module: WebAssembly.Module;
  try {
    module = await compiling;
  } catch (cause) {
    throw compileError(cause, info(), name, source);
  }
  return {
    module,
    get info() {
      return info();
    },
    get imports() {
      return WebAssembly.Module.imports(module).length > 0 ? imports() : [];
    },
    hasBuiltins: true,
    name,
    source,
  };
}

/**
 * Reads a binary where that keeps nobody waiting: a large one at once, while the engine compiles
 * it, a small one when it is first asked what it says.
 */
function readAside(bytes: Uint8Array<ArrayBuffer>): {
  readonly info: () => ModuleInfo;
  readonly imports: () => readonly ImportInfo[];
} {
  if (bytes.byteLength <= SMALL) {
    const kept = bytes.slice();
    return { info: once(() => readModule(kept)), imports: once(() => readImports(kept)) };
  }
  const info = readModule(bytes);
  return { info: () => info, imports: () => info.imports };
}

/**
 * The engine is done with so many bytes in 0.5 ms, before the reader is: that runs for the first
 * time in 1.4 ms, because V8 has to compile it. Copying them to be kept takes a few microseconds.
 */
const SMALL = 64 * 1024;

function compileError(
  cause: unknown,
  { unsupported }: ModuleInfo,
  name: string,
  source: string,
): LoadError {
  if (unsupported.length > 0) {
    const problem = `it uses ${unsupported.join(" and ")}, which this Deno does not support`;
    return new LoadError("unsupported", `Cannot compile ${name}: ${problem}`, { source });
  }
  return new LoadError("compile", `Cannot compile ${name}: ${messageOf(cause)}`, {
    source,
    cause,
  });
}

/** The options change nothing for a guest that imports no builtins. */
function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const withOptions = WebAssembly.compile as (
    bytes: BufferSource,
    options: object,
  ) => Promise<WebAssembly.Module>;
  return withOptions(bytes, BUILTIN_OPTIONS);
}

/** What was read, and from where. */
interface SourceBytes {
  /** What errors call the source: quoted, and shortened where it is long. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a path or a `file:` URL, or fetches any other URL.
 *
 * @throws {LoadError} with the code `source` and what went wrong as its cause.
 */
async function readAddress(address: string | URL): Promise<SourceBytes> {
  const name = shorten(address);
  const source = String(address);
  if (typeof address === "string" || address.protocol === "file:") {
    return { name, source, bytes: await readFile(address, name) };
  }
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new LoadError("source", `Cannot fetch ${name}: ${whyUnfetched(cause, address)}`, {
      source,
      cause,
    });
  }
  return await readResponse(response, name);
}

/**
 * Reads the body of a response, whatever its MIME type.
 *
 * @throws {LoadError} with the code `source` where the status is not OK or the body can't be read.
 */
async function readResponse(
  response: Response,
  name: string = response.url === "" ? "a response" : shorten(response.url),
): Promise<SourceBytes> {
  const source = response.url || name;
  if (!response.ok) {
    await response.body?.cancel();
    const status = `${response.status} ${response.statusText}`.trimEnd();
    throw new LoadError("source", `Cannot load ${name}: the status is ${status}, expected 200 OK`, {
      source,
    });
  }
  try {
    return { name, source, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    throw new LoadError("source", `Cannot read the body of ${name}: ${messageOf(cause)}`, {
      source,
      cause,
    });
  }
}

async function readFile(address: string | URL, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(address);
  } catch (cause) {
    throw new LoadError("source", `Cannot read ${name}: ${whyUnread(cause, address)}`, {
      source: String(address),
      cause,
    });
  }
}

/** An address as errors show it: a long `data:` URL by its beginning. */
function shorten(address: string | URL): string {
  const text = String(address);
  return quote(text.length > 200 ? `${text.slice(0, 60)}…` : text);
}

function whyUnread(cause: unknown, address: string | URL): string {
  if (cause instanceof Deno.errors.NotCapable) {
    const path = typeof address === "string" ? address : decodeURIComponent(address.pathname);
    return `permission is refused, expected --allow-read=${path}`;
  }
  if (cause instanceof Deno.errors.NotFound) return "it does not exist";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a directory, expected a file";
  return messageOf(cause);
}

function whyUnfetched(cause: unknown, { host }: URL): string {
  if (!(cause instanceof Deno.errors.NotCapable)) return messageOf(cause);
  // After a redirect it is another host, which only the message names.
  const refused = /"(.+?)"/.exec(cause.message)?.[1] ?? host;
  return `permission is refused, expected --allow-net=${refused}`;
}
