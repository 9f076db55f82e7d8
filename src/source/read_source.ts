import { fileReader, parseUrl } from "../base/runtime.ts";
import { isA, quoteAddress, show } from "../base/show.ts";
import type { SourceBytes } from "./source_types.ts";

/**
 * Reads the bytes of a source. The code that fetches is only loaded for sources other than files.
 *
 * @throws {LoadError} with the code `source` and the original error as its cause.
 */
export async function readSource(source: unknown): Promise<SourceBytes> {
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
