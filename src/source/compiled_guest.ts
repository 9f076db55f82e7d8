import { bytesOfBuffer } from "../base/runtime.ts";
import { isA, isArray, quote, quoteAddress, show } from "../base/show.ts";
import { isBytes, plainBytes } from "../base/typed_arrays.ts";
import { identifyFile, readHeader } from "../binary/header.ts";
import { takeOther } from "./engine_refusals.ts";
import type { Compiled, SourceBytes } from "./source_types.ts";

/** Describes a compiled module by its binary, which it keeps if `keeps` is set. */
type Describe = (
  module: WebAssembly.Module,
  given: SourceBytes,
  keeps: boolean,
) => Promise<Compiled>;

/** Describes a module whose binary is unknown. */
export function describeModule(module: WebAssembly.Module): Compiled {
  const name = "a compiled module";
  return {
    module,
    info: undefined,
    imports: WebAssembly.Module.imports(module),
    exported: WebAssembly.Module.exports(module),
    hasBuiltins: false,
    name,
    source: name,
    bytes: undefined,
  };
}

/** The sources that are not addresses. */
const KINDS: readonly unknown[] = [undefined, "bytes", "a response", "a Blob", "a compiled module"];

/**
 * Accepts a guest that was compiled elsewhere, such as a clone in a worker.
 *
 * The binary is read again and has to declare the imports and exports of the module. Memory safety
 * does not depend on it: each access is checked against the memory itself.
 *
 * @param guest The value.
 * @param describe Describes a module by its binary.
 * @param isBuiltin Returns whether the engine provides the imports from a module.
 * @throws {TypeError} if a part is of another type, or the parts belong to different guests.
 * @throws {WasmFormatError} if the binary is malformed.
 */
export async function takeCompiledGuest(
  guest: { readonly module: unknown },
  describe: Describe,
  isBuiltin: (module: string) => boolean,
): Promise<Compiled> {
  const { module, bytes: data, source, modules } = guest as {
    readonly module: unknown;
    readonly bytes?: unknown;
    readonly source?: unknown;
    readonly modules?: unknown;
  };
  if (!isA(module, WebAssembly.Module)) {
    throw partError("module", module, "a WebAssembly.Module, as compile() returns it");
  }
  const bytes = isBytes(data) ? plainBytes(data, "load bytes") : bytesOfBuffer(data);
  if (bytes === undefined) {
    throw partError("bytes", data, "the bytes that the module was compiled from");
  }
  if (source !== undefined && typeof source !== "string") {
    throw partError("source", source, "a string");
  }
  // The caller can change the bytes afterwards, and the binary is read on demand.
  const kept = new Uint8Array(bytes);
  const name = KINDS.includes(source) ? source ?? "a compiled module" : quoteAddress(source!);
  const given = { name, source: source ?? name, bytes: kept };
  if (identifyFile(kept)?.kind === "component") {
    return { ...takeOther(given), module, modules: modulesOf(modules) };
  }
  readHeader(kept);
  const compiled = await describe(module, given, true);
  refuseOther(module, compiled.info!, isBuiltin);
  return compiled;
}

/**
 * Returns the core modules of a component, which are compared with its binary when it is linked.
 */
function modulesOf(modules: unknown): readonly WebAssembly.Module[] | undefined {
  if (modules === undefined) return undefined;
  if (isArray(modules) && modules.every((module) => isA(module, WebAssembly.Module))) {
    return modules as readonly WebAssembly.Module[];
  }
  throw partError("modules", modules, "an array of modules, as compile() returns it");
}

function partError(part: string, value: unknown, expected: string): TypeError {
  return new TypeError(
    `Cannot load a compiled guest: its property ${part} is ${show(value)}, expected ${expected}`,
  );
}

/**
 * Throws if a binary does not declare the imports and exports of a module, in their order. It is
 * compared by names and kinds, because a module shows no more.
 */
export function refuseOther(
  module: WebAssembly.Module,
  info: Declared,
  isBuiltin: (module: string) => boolean,
): void {
  const { Module } = WebAssembly;
  const isListed = (item: { readonly module: string }) => !isBuiltin(item.module);
  const other = findOther("export", Module.exports(module), info.exports) ??
    // An engine that has the builtins does not list them.
    findOther("import", Module.imports(module).filter(isListed), info.imports.filter(isListed));
  if (other === undefined) return;
  throw new TypeError(
    `Cannot load a compiled guest: its bytes are those of another module (${other}), expected the ` +
      "bytes that the module was compiled from",
  );
}

/** Describes the first item in which a module and a binary differ. */
function findOther(
  what: string,
  items: readonly Item[],
  declared: readonly Item[],
): string | undefined {
  const length = Math.max(items.length, declared.length);
  for (let index = 0; index < length; index++) {
    const item = describeItem(items[index]), other = describeItem(declared[index]);
    if (item !== other) {
      return `${what} ${index} is ${item} of the module and ${other} of the bytes`;
    }
  }
  return undefined;
}

/** What a binary declares. */
interface Declared {
  readonly imports: readonly (Item & { readonly module: string })[];
  readonly exports: readonly Item[];
}

/** An import or an export. */
interface Item {
  readonly module?: string;
  readonly name: string;
  readonly kind: string;
}

function describeItem(item: Item | undefined): string {
  if (item === undefined) return "none";
  const { module, name, kind } = item;
  return `${kind} ${quote(module === undefined ? name : `${module}.${name}`)}`;
}
