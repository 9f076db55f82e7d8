import { assertEquals } from "@std/assert";
import { ComponentError } from "../../../mod.ts";
import { errorCodeOf, isHttpError } from "../../../src/wasi/interfaces/http_errors.ts";

/** Errors that runtimes were observed to throw, and the cases of `error-code`. */
const ERRORS: readonly (readonly [error: unknown, code: object])[] = [
  [new ComponentError({ tag: "loop-detected" }), { tag: "loop-detected" }],
  [nodeError("ECONNREFUSED"), { tag: "connection-refused" }],
  [nodeError("ENOTFOUND"), {
    tag: "DNS-error",
    val: { rcode: undefined, infoCode: undefined },
  }],
  [nodeError("ECONNRESET"), { tag: "connection-terminated" }],
  [nodeError("UND_ERR_CONNECT_TIMEOUT"), { tag: "connection-timeout" }],
  [nodeError("EHOSTUNREACH"), { tag: "destination-unavailable" }],
  [nodeError("CERT_HAS_EXPIRED"), { tag: "TLS-certificate-error" }],
  [new DOMException("Signal timed out.", "TimeoutError"), { tag: "connection-timeout" }],
  [
    new Deno.errors.NotCapable(
      'Requires net access to "a:80", run again with the --allow-net flag',
    ),
    { tag: "HTTP-request-denied" },
  ],
  [new TypeError("odd"), { tag: "internal-error", val: "odd" }],
];

function nodeError(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("it failed"), { code }) });
}

Deno.test("an error of fetch becomes a case of error-code", () => {
  assertEquals(ERRORS.map(([error]) => errorCodeOf(error)), ERRORS.map(([, code]) => code));
  assertEquals(ERRORS.map(([error]) => isHttpError(error)), ERRORS.map(() => true));
  assertEquals(isHttpError(new Error("mine")), false);
});
