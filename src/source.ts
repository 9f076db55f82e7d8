import { readModule } from "./binary/module.ts";
import type { ModuleInfo } from "./binary/types.ts";
import { LoadError, quote } from "./errors.ts";
import { show } from "./numbers.ts";

/**
 * Where a guest comes from: a path, a URL (`file:`, `http:`, `https:` or `data:`), the bytes, a
 * response or a promise of one, or a compiled module. A string that begins with the scheme of such
 * a URL is one.
 */
export type Source = Unread | WebAssembly.Module;

type Unread =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | SharedArrayBuffer
  | Response
  | PromiseLike<Response>;

/** A compiled guest. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  /** What the binary says; absent for a source that was compiled already. */
  readonly info: ModuleInfo | undefined;
  /** What errors call the source. */
  readonly name: string;
}

/**
 * Reads and compiles a source.
 *
 * @throws {LoadError} if it can't be read or is nothing that this engine compiles.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileSource(source: Source): Promise<Compiled> {
  if (source instanceof WebAssembly.Module) {
    return { module: source, info: undefined, name: "a compiled module" };
  }
  const { name, bytes } = await readSource(source as Unread);
  if (bytes.byteLength === 0) {
    throw new LoadError(
      "source",
      `Cannot load ${name}: it is empty, expected a WebAssembly module`,
      { source: name },
    );
  }
  const info = readModule(bytes);
  const [feature] = info.unsupported;
  if (feature !== undefined) {
    throw new LoadError(
      "unsupported",
      `Cannot compile ${name}: it uses ${feature}, which this Deno does not support`,
      { source: name },
    );
  }
  try {
    return { module: await compile(bytes, info), info, name };
  } catch (cause) {
    throw new LoadError("compile", `Cannot compile ${name}: ${messageOf(cause)}`, {
      source: name,
      cause,
    });
  }
}

function compile(bytes: Uint8Array<ArrayBuffer>, info: ModuleInfo): Promise<WebAssembly.Module> {
  if (!info.imports.some(({ module }) => module === "wasm:js-string")) {
    return WebAssembly.compile(bytes);
  }
  const options = { builtins: ["js-string"], importedStringConstants: "'" };
  const withOptions = WebAssembly.compile as (
    bytes: BufferSource,
    options: object,
  ) => Promise<WebAssembly.Module>;
  return withOptions(bytes, options);
}

async function readSource(
  source: Unread,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  if (typeof source === "string") {
    const isUrl = /^(?:https?|file|data):/i.test(source);
    return await readAddress(isUrl ? new URL(source) : source);
  }
  if (source instanceof URL) return await readAddress(source);
  if (source instanceof Uint8Array) return { name: "bytes", bytes: unshared(source) };
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) {
    return { name: "bytes", bytes: unshared(new Uint8Array(source)) };
  }
  if (source instanceof Response || isThenable(source)) {
    const response = await source;
    if (response instanceof Response) return await readResponse(response);
    throw new TypeError(
      `Cannot load a guest: the promise gave ${show(response)}, expected a Response`,
    );
  }
  throw new TypeError(
    `Cannot load a guest: the source is ${show(source)}, expected a path, a URL, bytes, ` +
      "a Response or a WebAssembly.Module",
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

async function readAddress(
  address: string | URL,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const name = nameOf(address);
  if (typeof address === "string" || address.protocol === "file:") {
    try {
      return { name, bytes: await Deno.readFile(address) };
    } catch (cause) {
      throw new LoadError("source", `Cannot read ${name}: ${whyUnread(cause)}`, {
        source: String(address),
        cause,
      });
    }
  }
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    const refused = cause instanceof Deno.errors.NotCapable;
    throw new LoadError(
      "source",
      `Cannot fetch ${name}: ${
        refused ? `permission is refused, expected --allow-net=${address.host}` : messageOf(cause)
      }`,
      { source: String(address), cause },
    );
  }
  return await readResponse(response, name);
}

/** A long `data:` URL is named by its beginning. */
function nameOf(address: string | URL): string {
  const text = String(address);
  return quote(text.length > 200 ? `${text.slice(0, 60)}…` : text);
}

function whyUnread(cause: unknown): string {
  if (cause instanceof Deno.errors.NotCapable) {
    return "permission is refused, expected --allow-read for it";
  }
  if (cause instanceof Deno.errors.NotFound) return "it does not exist";
  if (cause instanceof Deno.errors.IsADirectory) return "it is a directory, expected a file";
  return messageOf(cause);
}

async function readResponse(
  response: Response,
  name: string = nameOf(response.url || "a response"),
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new LoadError(
      "source",
      `Cannot fetch ${name}: the answer is ${response.status} ${response.statusText}`.trimEnd() +
        ", expected 200 OK",
      { source: response.url },
    );
  }
  try {
    return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    throw new LoadError("source", `Cannot read the body of ${name}: ${messageOf(cause)}`, {
      source: response.url,
      cause,
    });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
