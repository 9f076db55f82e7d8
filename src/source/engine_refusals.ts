import { LoadError, messageOf } from "../base/errors.ts";
import { isA } from "../base/show.ts";
import { identifyFile, readHeader } from "../binary/header.ts";
import { HEADER_BYTES } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { Compiled, SourceBytes } from "./source_types.ts";

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

/** A module without contents: the magic and the version. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Takes bytes that do not begin as a module does. It is loaded for such bytes alone.
 *
 * @returns A component, which is compiled when a guest is made of it. A module without contents
 * stands for it until then, because a component is none.
 * @throws {LoadError} if there are none.
 * @throws {WasmFormatError} with the kind of file that they are, if it is known.
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

/** The imports of an instance, and what explains an error of its start function. */
interface Wired {
  readonly imports: WebAssembly.Imports;
  readonly host?: { explainStart(error: unknown): Error | undefined } | undefined;
}

/**
 * Makes the first instance in a page, on whose main thread Chrome makes those of more than 8 MiB only
 * asynchronously. It is loaded in pages and their workers alone.
 *
 * @param compiled The module.
 * @param first What the first instance is wired with.
 * @param wire Wires a further instance. It is made at once, because a reset cannot wait, so that
 * Chrome refuses large ones.
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
