import { assertEquals, assertThrows } from "@std/assert";
import { LoadError, WasmFormatError } from "../../mod.ts";
import { compileError, refuseOther } from "../../src/source/engine_refusals.ts";

/** The error of an engine, in the format of V8. */
const CAUSE = new WebAssembly.CompileError("WebAssembly.Module(): Compiling function #0 failed");

Deno.test("compileError() reports the engine's message without the name of its function", () => {
  const error = compileError(CAUSE, { unsupported: [] }, {
    name: '"a.wasm"',
    source: "a.wasm",
  });
  assertEquals([error.code, error.message, error.source, error.cause], [
    "compile",
    'Cannot compile "a.wasm": Compiling function #0 failed',
    "a.wasm",
    CAUSE,
  ]);
});

Deno.test("compileError() names what a page's policy has to allow, whatever the browser says", () => {
  const reasons = [
    "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following " +
    "Content Security policy directive because 'unsafe-eval' is not an allowed source of script " +
    "in the following Content Security Policy directive: \"script-src 'self'\".",
    "call to WebAssembly.compile() blocked by CSP",
    "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an " +
    "allowed source of script in the following Content Security Policy directive: " +
    "\"script-src 'self'\".",
  ];
  for (const reason of reasons) {
    const cause = new WebAssembly.CompileError(reason);
    const error = compileError(cause, { unsupported: [] }, { name: "bytes", source: "bytes" });
    assertEquals([error.code, error.message, error.cause], [
      "compile",
      "Cannot compile bytes: the page's content security policy forbids it, expected " +
      "'wasm-unsafe-eval' in its script-src",
      cause,
    ]);
  }
});

Deno.test("compileError() names the features that the engine lacks", () => {
  const info = { unsupported: ["custom page size", "stack switching"] } as const;
  const error = compileError(CAUSE, info, { name: "bytes", source: "bytes" });
  assertEquals([error.code, error.message], [
    "unsupported",
    "Cannot compile bytes: it uses custom page size and stack switching, which this engine does " +
    "not support",
  ]);
});

Deno.test("refuseOther() refuses bytes that do not begin like a module", () => {
  const given = (bytes: Uint8Array<ArrayBuffer>) => ({ name: '"a.wasm"', source: "a.wasm", bytes });
  const error = assertThrows(() => refuseOther(given(new Uint8Array())), LoadError);
  assertEquals([error.code, error.source, error.message], [
    "source",
    "a.wasm",
    'Cannot load "a.wasm": it is empty, expected a WebAssembly module',
  ]);
  for (const bytes of [[0], [0, 0x61, 0x73, 0x6d, 1, 0, 0], [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]]) {
    assertThrows(() => refuseOther(given(Uint8Array.from(bytes))), WasmFormatError);
  }
});
