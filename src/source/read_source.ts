import { LoadError, messageOf } from "../base/errors.ts";
import { fileReader, hasBaseUrl, isResponse, parseUrl } from "../base/runtime.ts";
import { hasProperty, isA, printable, quote, show } from "../base/show.ts";

/** The bytes of a source, and its name. */
export interface SourceBytes {
  /** The name in errors: quoted, and shortened if it is long. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the bytes of a source that has to be read.
 *
 * @throws {LoadError} with the code `source` and the original error as its cause.
 */
export async function readSource(source: unknown): Promise<SourceBytes> {
  if (typeof source === "string") {
    const isUrl = /^(?:https?|file|data|blob):/i.test(source);
    return await readAddress(isUrl ? checkUrl(source) : source);
  }
  if (isA(source, URL)) return await readAddress(source);
  if (isResponse(source)) return await readResponse(source);
  if (isThenable(source)) return await readResponse(await settle(source));
  throw new TypeError(
    `Cannot load a guest: the source is ${show(source)}, expected a path, a URL, bytes, ` +
      "a Response or a WebAssembly.Module",
  );
}

function checkUrl(text: string): URL {
  const url = parseUrl(text);
  if (url !== undefined) return url;
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
  if (isResponse(response)) return response;
  throw new TypeError(
    `Cannot load a guest: the promise gave ${show(response)}, expected a Response`,
  );
}

function isThenable(value: unknown): value is PromiseLike<Response> {
  return hasProperty(value, "then");
}

/**
 * Reads a path or a `file:` URL, or fetches any other URL.
 *
 * @throws {LoadError} with the code `source` and the original error as its cause.
 */
async function readAddress(address: string | URL): Promise<SourceBytes> {
  const name = shorten(address);
  const source = String(address);
  if (typeof address === "string" || address.protocol === "file:") {
    const read = fileReader();
    if (read !== undefined) return { name, source, bytes: await readFile(address, name, read) };
    if (typeof address !== "string" || !hasBaseUrl()) throw noFilesError(source, name);
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
 * @throws {LoadError} with the code `source` if the status is not OK or the body can't be read.
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

function noFilesError(source: string, name: string): LoadError {
  return new LoadError(
    "source",
    `Cannot read ${name}: this runtime has no files, expected bytes or a Response`,
    { source },
  );
}

async function readFile(
  address: string | URL,
  name: string,
  read: NonNullable<ReturnType<typeof fileReader>>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await read(address);
  } catch (cause) {
    throw new LoadError("source", `Cannot read ${name}: ${whyUnread(cause, address)}`, {
      source: String(address),
      cause,
    });
  }
}

/** Formats an address for errors: a long `data:` URL by its beginning. */
function shorten(address: string | URL): string {
  const text = String(address);
  return quote(text.length > 200 ? `${text.slice(0, 60)}…` : text);
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
  // After a redirect the host is another one, which only the message names.
  const refused = /"(.+?)"/.exec(cause.message)?.[1] ?? new URL(address).host;
  return `permission is refused, expected --allow-net=${printable(refused)}`;
}
