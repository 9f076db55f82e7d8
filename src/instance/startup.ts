/**
 * The exports that want to be called once before any other: a reactor's `_initialize`, C++
 * constructors where nothing else runs them, and what wasm-bindgen starts with. A command is not
 * run unless it is asked to.
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
