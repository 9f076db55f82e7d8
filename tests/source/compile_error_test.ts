import { assertEquals } from "@std/assert";
import { compileError } from "../../src/source/compile_error.ts";

/** The error of an engine, as V8 writes it. */
const CAUSE = new WebAssembly.CompileError("WebAssembly.Module(): Compiling function #0 failed");

Deno.test("compileError() reports the engine's words without the name of its function", () => {
  const error = compileError(CAUSE, { unsupported: [] }, '"a.wasm"', "a.wasm");
  assertEquals([error.code, error.message, error.source, error.cause], [
    "compile",
    'Cannot compile "a.wasm": Compiling function #0 failed',
    "a.wasm",
    CAUSE,
  ]);
});

Deno.test("compileError() names the features that the engine lacks", () => {
  const info = { unsupported: ["custom page size", "stack switching"] } as const;
  const error = compileError(CAUSE, info, "bytes", "bytes");
  assertEquals([error.code, error.message], [
    "unsupported",
    "Cannot compile bytes: it uses custom page size and stack switching, which this engine does " +
    "not support",
  ]);
});
