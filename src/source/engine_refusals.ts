import { LoadError, messageOf } from "../base/errors.ts";
import { isA } from "../base/show.ts";
import { identifyFile, readHeader } from "../binary/header.ts";
import { HEADER_BYTES } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { Compiled, SourceBytes } from "./source_types.ts";

/**
 * Refuses bytes that do not start like a module. It is loaded only for such bytes.
 *
 * @throws {LoadError} if there are none.
 * @throws {WasmFormatError} that names the kind of file, if it is known.
 */
export function refuseOther({ name, source, bytes }: SourceBytes): void {
  if (bytes.byteLength > 0) return readHeader(bytes);
  throw new LoadError("source", `Cannot load ${name}: it is empty, expected a WebAssembly module`, {
    source,
  });
}

/** A module without contents: the magic and the version. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Handles bytes that do not start like a module. It is loaded only for such bytes.
 *
 * @returns A component, which is compiled when a guest is made of it, with an empty module as a
 * placeholder.
 * @throws {LoadError} if there are none.
 * @throws {WasmFormatError} that names the kind of file, if it is known.
 */
export function takeOther(given: SourceBytes): Compiled {
  const { name, source, bytes } = given;
  const isWhole = bytes.byteLength >= HEADER_BYTES;
  if (!isWhole || identifyFile(bytes)?.kind !== "component") refuseOther(given);
  return {
    module: new WebAssembly.Module(EMPTY),
    info: undefined,
    imports: [],
    exported: [],
    hasBuiltins: true,
    name,
    source,
    bytes,
    component: bytes,
  };
}

/**
 * Makes the error for a module that the engine does not compile. It is loaded only for such a
 * module.
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
  // Messages differ between engines, and Chrome's asks for more than a page has to allow.
  const problem = /content security policy|\bCSP\b/i.test(reason)
    ? "the page's content security policy forbids it, expected 'wasm-unsafe-eval' in its script-src"
    : reason;
  return new LoadError("compile", `Cannot compile ${name}: ${problem}`, { source, cause });
}

/** The imports of an instance, and a function that explains an error of its start function. */
interface Wired {
  readonly imports: WebAssembly.Imports;
  readonly host?: { explainStart(error: unknown): Error | undefined } | undefined;
}

/**
 * Makes the first instance in a page, because on the main thread Chrome instantiates modules of
 * more than 8 MiB only asynchronously. It is loaded only in pages and their workers.
 *
 * @param compiled The module.
 * @param first The imports of the first instance.
 * @param wire Wires a further instance. A reset is synchronous, so Chrome refuses it for large
 * modules.
 * @returns Both with their instances.
 * @throws {LoadError} if the engine does not make it, or its start function fails.
 */
export async function instantiateInPage<W extends Wired>(
  compiled: Compiled,
  first: W,
  wire: () => W,
) {
  const { module } = compiled;
  const fail = (cause: unknown, { host }: W): never => {
    throw host?.explainStart(cause) ?? instantiationError(cause, compiled);
  };
  const instance = await WebAssembly.instantiate(module, first.imports)
    .catch((cause) => fail(cause, first));
  return {
    first: { ...first, instance },
    wire() {
      const wired = wire();
      try {
        return { ...wired, instance: new WebAssembly.Instance(module, wired.imports) };
      } catch (cause) {
        return fail(cause, wired);
      }
    },
  };
}

function instantiationError(cause: unknown, { name, source }: Compiled): LoadError {
  const isRefused = isA(cause, RangeError) && /disallowed on the main thread/.test(cause.message);
  const problem = isRefused
    ? "the main thread of a page makes no further instance of a module of this size, expected " +
      "to load it again, or to do it in a worker"
    : messageOf(cause);
  const message = `Cannot instantiate ${name}: ${problem}`;
  return new LoadError("instantiation", message, { source, cause });
}
