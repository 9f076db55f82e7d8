/**
 * The exports to call once before any other: a reactor's `_initialize`, C++ constructors that
 * nothing else runs, and wasm-bindgen's start. A command runs only on demand.
 */
export function startupExports(exports: WebAssembly.Exports): string[] {
  const names = "_initialize" in exports
    ? ["_initialize"]
    : "__wasm_call_ctors" in exports && !("_start" in exports)
    ? ["__wasm_call_ctors"]
    : [];
  if ("__wbindgen_start" in exports) names.push("__wbindgen_start");
  return names;
}
