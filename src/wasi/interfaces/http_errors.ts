// WASI 0.2, wasi:http/types: `error-code`, for errors of the Fetch API.

import { ComponentError, messageOf } from "../../base/errors.ts";
import { isA } from "../../base/show.ts";
import { StreamFailure } from "../errno.ts";

/** The variant `error-code`. */
export interface ErrorCode {
  readonly tag: string;
  readonly val?: unknown;
}

/**
 * The cases by the error codes of the operating system, which Node provides, and by message texts,
 * which are all that Deno provides.
 */
const CASES: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/ECONNREFUSED|connection refused/i, { tag: "connection-refused" }],
  [/ENOTFOUND|EAI_AGAIN|dns error|lookup address/i, {
    tag: "DNS-error",
    val: { rcode: undefined, infoCode: undefined },
  }],
  [/EHOSTUNREACH|ENETUNREACH|unreachable/i, { tag: "destination-unavailable" }],
  [/ETIMEDOUT|TimeoutError|timed out|_TIMEOUT/i, { tag: "connection-timeout" }],
  [/certificate|CERT_/i, { tag: "TLS-certificate-error" }],
  [/ECONNRESET|EPIPE|UND_ERR_SOCKET|connection (?:closed|reset|was closed)|broken pipe/i, {
    tag: "connection-terminated",
  }],
  [/NotCapable|PermissionDenied/, { tag: "HTTP-request-denied" }],
  [/HTTP-response-incomplete|end of file|body error|unexpected eof/i, {
    tag: "HTTP-response-incomplete",
  }],
];

/** Returns whether an error comes from `fetch` or a body, not from the function that calls it. */
export function isHttpError(error: unknown): boolean {
  return isA(error, ComponentError) || isA(error, TypeError) || isA(error, DOMException) ||
    (isA(error, Error) && /^(?:NotCapable|PermissionDenied|Http|ConnectionRe|Connection|TimedOut)/
      .test(error.name));
}

/**
 * Returns the case for an error: the payload of a `ComponentError`, or the one that its texts
 * suggest.
 */
export function errorCodeOf(error: unknown): ErrorCode {
  if (isA(error, ComponentError)) return error.payload as ErrorCode;
  const text = textOf(error);
  const found = CASES.find(([pattern]) => pattern.test(text));
  return found?.[1] ?? { tag: "internal-error", val: messageOf(error) };
}

/** Joins the names, codes and messages of an error and its causes. */
function textOf(error: unknown, depth = 0): string {
  if (!isA(error, Error)) return String(error);
  const { name, message, code, cause } = error as Error & { readonly code?: unknown };
  const inner = cause === undefined || depth > 4 ? "" : textOf(cause, depth + 1);
  return [name, code, message, inner].join(" ");
}

/** The failure of an operation on a body. */
export class HttpFailure extends StreamFailure {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super();
    this.code = code;
  }

  get text(): string {
    const { tag, val } = this.code;
    return typeof val === "string" ? `${tag}: ${val}` : tag;
  }
}
