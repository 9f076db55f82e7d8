import { LoadError, messageOf, quote } from "./errors.ts";
import { show } from "./numbers.ts";

/** What was read, and from where. */
export interface SourceBytes {
  /** What errors call the source: quoted, and shortened where it is long. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the bytes of a source that has to be read.
 *
 * @throws {LoadError} with the code `source` and what went wrong as its cause.
 */
export async function readSource(source: unknown): Promise<SourceBytes> {
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

function isThenable(value: unknown): value is PromiseLike<Response> {
  return typeof value === "object" && value !== null && "then" in value;
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
