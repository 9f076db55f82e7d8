import { assertEquals } from "@std/assert";
import type { ModuleInfo } from "../../src/binary/types.ts";

/** Asserts that the result agrees with what the engine reports of the compiled module. */
export function assertAgrees(info: ModuleInfo, module: WebAssembly.Module, name: string): void {
  const imports = info.imports.map(({ module, name, kind }) => ({ module, name, kind }));
  const exports = info.exports.map(({ name, kind }) => ({ name, kind }));
  assertEquals<unknown>(imports, WebAssembly.Module.imports(module).map(plain), name);
  assertEquals<unknown>(exports, WebAssembly.Module.exports(module).map(plain), name);
}

/** Returns the descriptor alone, without what engines add to it, such as types. */
function plain(descriptor: { module?: string; name: string; kind: string }) {
  const { module, name, kind } = descriptor;
  return module === undefined ? { name, kind } : { module, name, kind };
}
