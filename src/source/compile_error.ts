import { LoadError, messageOf } from "../base/errors.ts";
import { readHeader } from "../binary/header.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { SourceBytes } from "./source_types.ts";

/**
 * Refuses bytes that do not begin as a module does. It is loaded for such bytes alone.
 *
 * @throws {LoadError} if there are none.
 * @throws {WasmFormatError} with the kind of file that they are, if it is known.
 */
export function refuseOther({ name, source, bytes }: SourceBytes): void {
  if (bytes.byteLength > 0) return readHeader(bytes);
  throw new LoadError("source", `Cannot load ${name}: it is empty, expected a WebAssembly module`, {
    source,
  });
}

/**
 * Makes the error for a module that the engine does not compile. It is loaded for such a module
 * alone.
 *
 * @param cause The engine's error.
 * @param info The contents of the binary, which show the features that the engine lacks.
 * @param given The source, whose name the error has.
 */
export function compileError(
  cause: unknown,
  { unsupported }: Pick<ModuleInfo, "unsupported">,
  { name, source }: Pick<SourceBytes, "name" | "source">,
): LoadError {
  if (unsupported.length > 0) {
    const problem = `it uses ${unsupported.join(" and ")}, which this engine does not support`;
    return new LoadError("unsupported", `Cannot compile ${name}: ${problem}`, { source });
  }
  // V8's prefix "WebAssembly.Module(): " does not help the caller of `load`.
  const reason = messageOf(cause).replace(/^WebAssembly\.\w+\(\): /, "");
  // The words of engines differ, and those of Chrome ask for more than a page has to allow.
  const problem = /content security policy|\bCSP\b/i.test(reason)
    ? "the page's content security policy forbids it, expected 'wasm-unsafe-eval' in its script-src"
    : reason;
  return new LoadError("compile", `Cannot compile ${name}: ${problem}`, { source, cause });
}
