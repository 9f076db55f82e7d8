import { LoadError, messageOf } from "../base/errors.ts";
import { isA, isPromise, printable, quoteAddress, show } from "../base/show.ts";
import { hasBaseUrl, isResponse } from "../base/runtime.ts";
import type { SourceBytes, Watch } from "./source_types.ts";

/**
 * Reads the bytes of a source that is not a file, or of a file if the runtime cannot read files.
 *
 * @param source The source.
 * @param address The path or the URL that it is, if it is one.
 * @param watch Is told how many bytes of a response have come.
 * @throws {LoadError} with the code `source` and the original error as its cause.
 */
export async function fetchSource(
  source: unknown,
  address: string | URL | undefined,
  watch?: Watch,
): Promise<SourceBytes> {
  if (address !== undefined) return await fetchAddress(address, watch);
  if (typeof source === "string") {
    throw new TypeError(`Cannot load ${show(source)}: it is malformed, expected a URL`);
  }
  if (isResponse(source)) return await readResponse(source);
  if (isPromise(source)) return await readResponse(await settle(source));
  throw new TypeError(
    `Cannot load a guest: the source is ${show(source)}, expected a path, a URL, bytes, ` +
      "a Response or a WebAssembly.Module",
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

/** Fetches an address. If a request of it is in progress, that is awaited, its errors included. */
async function fetchAddress(address: string | URL, watch?: Watch): Promise<SourceBytes> {
  const source = String(address);
  const before = requests.get(source);
  if (before !== undefined) return await before;
  const request = requestAddress(address, source, watch);
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
  watch?: Watch,
): Promise<SourceBytes> {
  const name = quoteAddress(address);
  const isFile = typeof address === "string" || address.protocol === "file:";
  // In a page, a path is relative to the page.
  if (isFile && (typeof address !== "string" || !hasBaseUrl())) throw noFilesError(source, name);
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new LoadError("source", `Cannot fetch ${name}: ${whyUnfetched(cause, address)}`, {
      source,
      cause,
    });
  }
  return await readResponse(response, name, watch);
}

async function settle(promise: PromiseLike<unknown>): Promise<Response> {
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
    `Cannot load a guest: the promise resolved to ${show(response)}, expected a Response`,
  );
}

/**
 * Reads the body of a response, whatever its MIME type.
 *
 * @throws {LoadError} with the code `source` if the status is not OK or the body cannot be read.
 */
async function readResponse(
  response: Response,
  name: string = response.url === "" ? "a response" : quoteAddress(response.url),
  watch?: Watch,
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
    const watched = watch === undefined ? response : watchBody(response, watch);
    return { name, source, bytes: new Uint8Array(await watched.arrayBuffer()) };
  } catch (cause) {
    throw new LoadError("source", `Cannot read the body of ${name}: ${messageOf(cause)}`, {
      source,
      cause,
    });
  }
}

/** Returns a response with the same body that reports what has come of it. */
function watchBody({ body, headers }: Response, watch: Watch): Response {
  const announced = Number(headers.get("content-length"));
  const isWhole = announced > 0 && headers.get("content-encoding") === null;
  let received = 0;
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      watch(received += chunk.byteLength, isWhole ? announced : undefined);
      controller.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(counting));
}

function noFilesError(source: string, name: string): LoadError {
  return new LoadError(
    "source",
    `Cannot read ${name}: this runtime has no files, expected bytes or a Response`,
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
  // After a redirect the host is another one, which only the message names.
  const refused = /"(.+?)"/.exec(cause.message)?.[1] ?? new URL(address).host;
  return `permission is refused, expected --allow-net=${printable(refused)}`;
}
