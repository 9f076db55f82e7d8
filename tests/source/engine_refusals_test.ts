import { assertEquals, assertRejects } from "@std/assert";
import { LoadError, WasmFormatError } from "../../mod.ts";
import { compileError, refuseOther } from "../../src/source/engine_refusals.ts";
import { guestBytes } from "../_guests.ts";

/** The error of an engine, as V8 writes it. */
const CAUSE = new WebAssembly.CompileError("WebAssembly.Module(): Compiling function #0 failed");

Deno.test("compileError() reports the engine's words without the name of its function", () => {
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

Deno.test("refuseOther() refuses what does not begin as a module does", async () => {
  const given = (bytes: Uint8Array<ArrayBuffer>) => ({ name: '"a.wasm"', source: "a.wasm", bytes });
  const error = await assertRejects(() => refuseOther(given(new Uint8Array())), LoadError);
  assertEquals([error.code, error.source, error.message], [
    "source",
    "a.wasm",
    'Cannot load "a.wasm": it is empty, expected a WebAssembly module',
  ]);
  for (const bytes of [[0], [0, 0x61, 0x73, 0x6d, 1, 0, 0], [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]]) {
    await assertRejects(() => refuseOther(given(Uint8Array.from(bytes))), WasmFormatError);
  }
});

Deno.test("refuseOther() lists what a component exports", async () => {
  const bytes = await guestBytes("component/greeter");
  const given = { name: "bytes", source: "bytes", bytes };
  const error = await assertRejects(() => refuseOther(given), WasmFormatError);
  assertEquals([error.offset, error.message], [
    4,
    'Cannot read module at offset 0x4: it is a component that exports the interface "counters" ' +
    'with "[constructor]counter", "[method]counter.count", the function "greet", expected a core ' +
    "module; make core modules of it with `jco transpile` or `wasm-tools component unbundle`, " +
    "and load the one that has its functions with the option convention: canonicalAbi()",
  ]);
});
