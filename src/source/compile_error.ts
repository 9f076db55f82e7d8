import { LoadError, messageOf } from "../base/errors.ts";
import type { ModuleInfo } from "../binary/types.ts";

/**
 * Makes the error for a module that the engine does not compile. It is loaded for such a module
 * alone.
 *
 * @param cause The engine's error.
 * @param info The contents of the binary, which show the features that the engine lacks.
 * @param name The name of the source in errors.
 * @param source The path, the URL or the kind of the source.
 */
export function compileError(
  cause: unknown,
  { unsupported }: Pick<ModuleInfo, "unsupported">,
  name: string,
  source: string,
): LoadError {
  if (unsupported.length > 0) {
    const problem = `it uses ${unsupported.join(" and ")}, which this engine does not support`;
    return new LoadError("unsupported", `Cannot compile ${name}: ${problem}`, { source });
  }
  // V8's prefix "WebAssembly.Module(): " does not help the caller of `load`.
  const problem = messageOf(cause).replace(/^WebAssembly\.\w+\(\): /, "");
  return new LoadError("compile", `Cannot compile ${name}: ${problem}`, { source, cause });
}
