// https://github.com/WebAssembly/js-string-builtins: the imports that the engine provides.

/** The compile options that switch the builtins on. */
export const BUILTIN_OPTIONS = { builtins: ["js-string"], importedStringConstants: "'" };

/**
 * Returns whether the engine provides the imports from `module`, if it compiles with the options.
 */
export function isBuiltinModule(module: string): boolean {
  return module === "wasm:js-string" || module === "'";
}
