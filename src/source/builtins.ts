// https://github.com/WebAssembly/js-string-builtins: what the engine itself answers.

/** The compile options that switch the builtins on. */
export const BUILTIN_OPTIONS = { builtins: ["js-string"], importedStringConstants: "'" };

/** Whether the engine answers imports from `module` where it compiles with the options. */
export function isBuiltinModule(module: string): boolean {
  return module === "wasm:js-string" || module === "'";
}
