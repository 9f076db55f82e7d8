import { assertEquals } from "@std/assert";
import { startupExports } from "../../src/instance/exports.ts";

const STARTS: readonly (readonly [exports: string[], called: string[]])[] = [
  [[], []],
  [["_initialize"], ["_initialize"]],
  // `_initialize` runs the constructors, which must not run twice.
  [["__wasm_call_ctors", "_initialize"], ["_initialize"]],
  [["__wasm_call_ctors"], ["__wasm_call_ctors"]],
  // A command runs its constructors when it is run.
  [["__wasm_call_ctors", "_start"], []],
  [["_start"], []],
  [["__wbindgen_start"], ["__wbindgen_start"]],
  [["__wbindgen_start", "__wasm_call_ctors"], ["__wasm_call_ctors", "__wbindgen_start"]],
];

for (const [names, called] of STARTS) {
  Deno.test(`of ${names.join(", ") || "no export"}, ${called.join(", ") || "none"} starts the guest`, () => {
    const exports = Object.fromEntries(names.map((name) => [name, () => {}]));
    assertEquals(startupExports(exports), called);
  });
}
