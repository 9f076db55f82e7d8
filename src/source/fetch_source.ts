import { LoadError, messageOf, WasmFormatError } from "../base/errors.ts";
import { hasBaseUrl, isResponse, noFiles } from "../base/runtime.ts";
import { isA, printable, quoteAddress, show } from "../base/show.ts";
import type { SourceOptions } from "./source_options.ts";
import type { SourceBytes } from "./source_types.ts";

/** A callback for progress, and a signal that cancels the read. */
type Reading = Omit<SourceOptions, "integrity">;

/**
 * Reads the bytes of a source that is not a file, or of a file if the runtime cannot read files.
 *
 * @param source The source.
 * @param address The path or the URL that it is, if it is one.
 * @param options A callback for progress, and a signal that cancels the read.
 * @throws {LoadError} with the code `source` and the original error as its cause.
 */
export async function fetchSource(
  source: unknown,
  address: string | URL | undefined,
  options: Reading = {},
): Promise<SourceBytes> {
  if (address !== undefined) return await fetchAddress(address, options);
  if (typeof source === "string") {
    throw new TypeError(`Cannot load ${show(source)}: it is malformed, expected a URL`);
  }
  if (isResponse(source)) return await readResponse(source, options);
  if (isA(source, Blob)) {
    const name = "a Blob";
    return { name, source: name, bytes: await readBody(name, name, source, source.size, options) };
  }
  throw new TypeError(
    `Cannot load a guest: the source is ${show(source)}, expected a path, a URL, bytes, ` +
      "a Response, a Blob or a WebAssembly.Module",
  );
}

/** Makes the error for a file that cannot be read. */
export function unreadError(address: string | URL, cause: unknown): LoadError {
  return new LoadError(
    "source",
    `Cannot read ${quoteAddress(address)}: ${whyUnread(cause, address)}`,
    {
      source: String(address),
      cause,
    },
  );
}

/** The requests in progress. */
const requests = new Map<string, Promise<SourceBytes>>();

/**
 * Fetches an address. If there is a request for it in progress, that is shared, unless one of the
 * two has a signal or a callback.
 */
async function fetchAddress(address: string | URL, options: Reading): Promise<SourceBytes> {
  const source = String(address);
  if (options.signal !== undefined || options.onProgress !== undefined) {
    return await requestAddress(address, source, options);
  }
  const before = requests.get(source);
  if (before !== undefined) return await before;
  const request = requestAddress(address, source, options);
  requests.set(source, request);
  try {
    return await request;
  } finally {
    requests.delete(source);
  }
}

async function requestAddress(
  address: string | URL,
  source: string,
  options: Reading,
): Promise<SourceBytes> {
  const name = quoteAddress(address);
  const isFile = typeof address === "string" || address.protocol === "file:";
  // In a page, a path is relative to the page.
  if (isFile && (typeof address !== "string" || !hasBaseUrl())) throw noFilesError(source, name);
  let response: Response;
  try {
    response = await fetch(address, options.signal && { signal: options.signal });
  } catch (cause) {
    throw new LoadError("source", `Cannot fetch ${name}: ${whyUnfetched(cause, address)}`, {
      source,
      cause,
    });
  }
  return await readResponse(response, options, name);
}

/**
 * Waits for a promise of a source.
 *
 * @throws {LoadError} with the code `source` if it is rejected, or the original error if that is
 * one of Passage.
 * @throws {TypeError} if it resolves to an address or a number.
 */
export async function settle(promise: PromiseLike<unknown>): Promise<object> {
  let settled: unknown;
  try {
    settled = await promise;
  } catch (cause) {
    if (isA(cause, LoadError) || isA(cause, WasmFormatError)) throw cause;
    throw new LoadError("source", `Cannot load a promise: it is rejected: ${messageOf(cause)}`, {
      source: "a promise",
      cause,
    });
  }
  if (typeof settled === "object" && settled !== null && !isA(settled, URL)) return settled;
  throw new TypeError(
    `Cannot load a guest: the promise resolved to ${show(settled)}, expected bytes, a Response, ` +
      "a Blob or a WebAssembly.Module",
  );
}

/**
 * Reads the body of a response, whatever its MIME type.
 *
 * @throws {LoadError} with the code `source` if the status is not OK or the body cannot be read.
 */
async function readResponse(
  response: Response,
  options: Reading,
  name: string = response.url === "" ? "a response" : quoteAddress(response.url),
): Promise<SourceBytes> {
  const source = response.url || name;
  const { body, headers, status, statusText } = response;
  if (!response.ok) {
    await body?.cancel();
    const found = `${status} ${statusText}`.trimEnd();
    throw new LoadError("source", `Cannot load ${name}: the status is ${found}, expected 200 OK`, {
      source,
    });
  }
  const announced = Number(headers.get("content-length"));
  // `content-length` is that of the compressed body, while the chunks are decompressed.
  const isWhole = announced > 0 && headers.get("content-encoding") === null;
  const total = isWhole ? announced : undefined;
  return { name, source, bytes: await readBody(name, source, response, total, options) };
}

/** Reads all of a response or a blob. */
async function readBody(
  name: string,
  source: string,
  whole: Response | Blob,
  total: number | undefined,
  options: Reading,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const watched = options.signal === undefined && options.onProgress === undefined
      ? whole
      : watchBody(isA(whole, Blob) ? whole.stream() : whole.body, total, options);
    return new Uint8Array(await watched.arrayBuffer());
  } catch (cause) {
    throw new LoadError("source", `Cannot read the body of ${name}: ${messageOf(cause)}`, {
      source,
      cause,
    });
  }
}

/** Returns a response with the same body that reports progress and can be aborted. */
function watchBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  total: number | undefined,
  { onProgress, signal }: Reading,
): Response {
  let loaded = 0;
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onProgress?.({ loaded: loaded += chunk.byteLength, total });
      controller.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(counting, signal && { signal }));
}

function noFilesError(source: string, name: string): LoadError {
  return new LoadError(
    "source",
    `Cannot read ${name}: ${noFiles("bytes or a Response")}`,
    { source },
  );
}

function whyUnread(cause: unknown, address: string | URL): string {
  if (isNotCapable(cause)) {
    const path = typeof address === "string" ? address : decodeURIComponent(address.pathname);
    return `permission is refused, expected --allow-read=${printable(path)}`;
  }
  const code = isA(cause, Error) && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EISDIR") return "it is a directory, expected a file";
  return messageOf(cause);
}

/** Returns whether an error comes from Deno's permissions. */
function isNotCapable(cause: unknown): cause is Error {
  return isA(cause, Error) && cause.name === "NotCapable";
}

function whyUnfetched(cause: unknown, address: string | URL): string {
  if (!isNotCapable(cause)) return messageOf(cause);
  // After a redirect the host is different, and only the message names it.
  const refused = /"(.+?)"/.exec(cause.message)?.[1] ?? new URL(address).host;
  return `permission is refused, expected --allow-net=${printable(refused)}`;
}
