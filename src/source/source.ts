import { LoadError, messageOf } from "../base/errors.ts";
import { once } from "../base/once.ts";
import { bytesOfBuffer, isShared } from "../base/runtime.ts";
import { isA } from "../base/show.ts";
import { isBytes, plainBytes } from "../base/view.ts";
import { undeclared } from "../base/webassembly.ts";
import { readImportedMemories } from "../binary/externals.ts";
import { readImports, readModule } from "../binary/module.ts";
import type { ImportInfo, ModuleInfo } from "../binary/types.ts";
import { BUILTIN_OPTIONS, isBuiltinModule } from "./builtins.ts";
import { readSource, type SourceBytes } from "./read_source.ts";
import type { WantedImport } from "./wanted_import.ts";

/**
 * Where a guest comes from: a path, a URL (`file:`, `http:`, `https:`, `data:` or `blob:`), the bytes, a
 * response or a promise of one, or a compiled module. A string that begins with the scheme of such
 * a URL is one; any other is a path, relative to the current directory.
 */
export type Source =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | SharedArrayBuffer
  | Response
  | PromiseLike<Response>
  | CompiledModule;

/**
 * A `WebAssembly.Module`. Its type has no members, and so everything would do for one: a type whose
 * members are all optional takes nothing but what has none, or one of them.
 */
export interface CompiledModule {
  /** There is none: a compiled module shows nothing of itself. */
  readonly "a WebAssembly.Module"?: never;
}

/**
 * `never` for the type of `{}`, which has no members either; it adds nothing to any other type. An
 * intersection with the type of `{}` is the other type itself, and with that of a class stays one.
 */
export type UnlessEmpty<T> = (<X>() => X extends T & { readonly marked: true } ? 1 : 2) extends
  (<X>() => X extends { readonly marked: true } ? 1 : 2) ? never
  : unknown;

/** A compiled guest. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  /** What the binary says, read when asked for; absent for a source that was compiled already. */
  readonly info: ModuleInfo | undefined;
  /** What it imports: without its types for a source that was compiled already. */
  readonly imports: readonly WantedImport[];
  /** Whether it was compiled with the engine's builtins, which answer the imports of them. */
  readonly hasBuiltins: boolean;
  /** What errors call the source. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
}

/**
 * Reads and compiles a source. Bytes are read before this returns: what is done to them afterwards
 * has no effect.
 *
 * @throws {LoadError} if it can't be read or is nothing that this engine compiles.
 * @throws {WasmFormatError} if it is not a WebAssembly module.
 */
export async function compileSource(source: Source): Promise<Compiled> {
  if (isA(source, WebAssembly.Module)) {
    const name = "a compiled module";
    const imports = WebAssembly.Module.imports(source);
    return { module: source, info: undefined, imports, hasBuiltins: false, name, source: name };
  }
  const bytes = isBytes(source) ? plainBytes(source, "load bytes") : bytesOfBuffer(source);
  return await compileBytes(
    bytes === undefined
      ? await readSource(source as Exclude<Source, BufferSource | WebAssembly.Module>)
      : { ...GIVEN, bytes: fixed(bytes) },
  );
}

/** What errors call a source of bytes. */
const GIVEN = { name: "bytes", source: "bytes" } as const;

/** Bytes that no other thread can change while they are read, and whose length is one that engines take. */
function fixed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return isShared(buffer) || (buffer as ArrayBuffer).resizable
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}

async function compileBytes({ name, source, bytes }: SourceBytes): Promise<Compiled> {
  if (bytes.byteLength === 0) {
    throw new LoadError(
      "source",
      `Cannot load ${name}: it is empty, expected a WebAssembly module`,
      { source },
    );
  }
  const compiling = compile(bytes);
  compiling.catch(() => {}); // heard below, unless the reader finds what is wrong before
  const { info, imports } = readAside(bytes);
  let module: WebAssembly.Module;
  try {
    module = await compiling;
  } catch (cause) {
    throw compileError(cause, info(), name, source);
  }
  const wanted = WebAssembly.Module.imports(module);
  return {
    module,
    get info() {
      return info();
    },
    imports: imports(wanted),
    // An engine that has the builtins does not list them among what is wanted.
    hasBuiltins: !wanted.some(({ module }) => isBuiltinModule(module)),
    name,
    source,
  };
}

/**
 * Reads a binary where that keeps nobody waiting: a large one at once, while the engine compiles
 * it, a small one when it is first asked what it says.
 */
function readAside(bytes: Uint8Array<ArrayBuffer>): {
  readonly info: () => ModuleInfo;
  readonly imports: (wanted: WebAssembly.ModuleImportDescriptor[]) => readonly ImportInfo[];
} {
  if (bytes.byteLength > SMALL) {
    const info = readModule(bytes);
    return { info: () => info, imports: () => info.imports };
  }
  const kept = new Uint8Array(bytes); // a copy, also of a Node buffer, whose slice() is a view
  return { info: once(() => readModule(kept)), imports: (wanted) => readWanted(kept, wanted) };
}

/**
 * What a module imports, with the types that the engine leaves out. Those of functions are read when
 * they are asked for: what most of them are answered with is not looked at.
 */
function readWanted(
  bytes: Uint8Array,
  wanted: readonly WebAssembly.ModuleImportDescriptor[],
): readonly ImportInfo[] {
  if (wanted.length === 0) return [];
  const memories = readImportedMemories(bytes, wanted.length);
  if (memories === undefined) return readImports(bytes);
  const all = once(() => readImports(bytes));
  return wanted.map(({ module, name, kind }, index) => ({
    module,
    name,
    kind,
    get type() {
      return memories[index] ?? all()[index]!.type;
    },
  } as ImportInfo));
}

/**
 * The engine is done with so many bytes in 0.3 ms: before the reader is, which runs for the first
 * time in 1.4 ms, because V8 has to compile it, and before another thread is, which takes half as
 * much again. Copying them to be kept takes a few microseconds.
 */
const SMALL = 64 * 1024;

function compileError(
  cause: unknown,
  { unsupported }: ModuleInfo,
  name: string,
  source: string,
): LoadError {
  if (unsupported.length > 0) {
    const problem = `it uses ${unsupported.join(" and ")}, which this engine does not support`;
    return new LoadError("unsupported", `Cannot compile ${name}: ${problem}`, { source });
  }
  // What V8 calls itself, "WebAssembly.Module(): ", is of no use to who has called `load`.
  const problem = messageOf(cause).replace(/^WebAssembly\.\w+\(\): /, "");
  return new LoadError("compile", `Cannot compile ${name}: ${problem}`, {
    source,
    cause,
  });
}

/**
 * The engine copies the bytes and compiles many of them beside this thread, which is free meanwhile.
 * The options change nothing for a guest that imports no builtins.
 */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (bytes.byteLength <= SMALL) return new undeclared.Module(bytes, BUILTIN_OPTIONS);
  return await undeclared.compile(bytes, BUILTIN_OPTIONS);
}
