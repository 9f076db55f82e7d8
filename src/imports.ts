import type { MemoryType, ModuleInfo } from "./binary/types.ts";
import { isBuiltinModule } from "./builtins.ts";
import { describeImport, type WantedImport } from "./describe_import.ts";
import { GuestError, LoadError, messageOf } from "./errors.ts";
import { HostFunction } from "./host.ts";
import type { HostImports } from "./host_imports.ts";
import { importProblem } from "./import_problem.ts";
import { checkCount } from "./numbers.ts";
import { toolchainImport } from "./toolchain_imports.ts";

/** What a guest is given, by module and name. What it does not ask for is ignored. */
export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Limits of a memory that is made for a guest, in pages of 64 KiB. */
export interface MemoryLimits {
  /** At least what the guest declares, which is what it is unless said. */
  readonly initial?: number;
  /** At most what the guest declares, which is what it is unless said. */
  readonly maximum?: number;
}

/** How imports are answered. */
export interface WiringOptions {
  /** What the guest is given. It may be more than the guest asks for. */
  readonly imports?: Imports | undefined;
  /**
   * The memory that the guest imports, or limits for one, where `imports` has none; made to fit the
   * binary unless said. A guest that imports no memory does not get it.
   */
  readonly memory?: WebAssembly.Memory | MemoryLimits | undefined;
  /** What happens to a function that is missing: an error (the default), or a trap when it is called. */
  readonly missing?: "error" | "trap" | undefined;
}

/** Imports that fit. */
export interface Wired {
  readonly imports: WebAssembly.Imports;
  /** The imported memories under their import names, such as `env.memory`. */
  readonly memories: ReadonlyMap<string, WebAssembly.Memory>;
  /** Whether the caller supplied a memory, which a fresh instance would find used. */
  readonly suppliedMemory: boolean;
}

/**
 * Answers every import of a module.
 *
 * @throws {LoadError} with a line for each import that is missing or does not fit.
 */
export function wireImports(
  module: WebAssembly.Module,
  info: ModuleInfo | undefined,
  options: WiringOptions,
  host: HostImports,
): Wired {
  const wanted: readonly WantedImport[] = info?.imports ?? WebAssembly.Module.imports(module);
  // The names are the guest's: on a plain object "__proto__" would be the prototype of all objects.
  const imports: WebAssembly.Imports = Object.create(null);
  const memories = new Map<string, WebAssembly.Memory>();
  const problems: string[] = [];
  let suppliedMemory = false;

  for (const [index, item] of wanted.entries()) {
    // A module that was compiled without the builtins lists them as what they then are: missing.
    if (info !== undefined && isBuiltinModule(item.module)) continue;
    const { value, supplied, problem } = answer(item, index, wanted, options, host);
    if (problem !== undefined) {
      problems.push(`${describeImport(item, index)}: ${problem}`);
      continue;
    }
    const named = imports[item.module] ??= Object.create(null) as WebAssembly.ModuleImports;
    named[item.name] = value as WebAssembly.ImportValue;
    if (!(value instanceof WebAssembly.Memory)) continue;
    memories.set(`${item.module}.${item.name}`, value);
    suppliedMemory ||= supplied;
  }
  if (problems.length > 0) throw importsError(problems, wanted);
  return { imports, memories, suppliedMemory };
}

/** What an import is answered with, or why it can't be. */
interface Answer {
  readonly value?: unknown;
  /** Whether the value is the caller's. */
  readonly supplied: boolean;
  readonly problem?: string | undefined;
}

function answer(
  item: WantedImport,
  index: number,
  wanted: readonly WantedImport[],
  options: WiringOptions,
  host: HostImports,
): Answer {
  const given = lookUp(options.imports, item);
  if (given === undefined && item.kind === "memory") return answerMemory(item, wanted, options);
  if (given === undefined && item.kind === "function") {
    const known = toolchainImport(item, host);
    if (known !== undefined) return bind(item, known, host);
    if (options.missing === "trap") {
      return { value: makeStub(describeImport(item, index)), supplied: false };
    }
  }
  return bind(item, given, host);
}

/** A host function as the core function that stands for it; anything else as it is. */
function bind(item: WantedImport, given: unknown, host: HostImports): Answer {
  if (given instanceof HostFunction && item.kind === "function") {
    try {
      return { value: host.bind(given, item), supplied: true };
    } catch (error) {
      if (!(error instanceof GuestError)) throw error;
      return { supplied: true, problem: error.message };
    }
  }
  return { value: given, supplied: true, problem: importProblem(item, given) };
}

function lookUp(imports: Imports | undefined, { module, name }: WantedImport): unknown {
  const named = imports !== undefined && Object.hasOwn(imports, module)
    ? imports[module]
    : undefined;
  if (named === undefined || named === null) return undefined;
  // It can be an object with inherited methods, but what every object inherits was not given.
  const value = named[name];
  return value === (Object.prototype as Record<string, unknown>)[name] ? undefined : value;
}

function answerMemory(
  item: WantedImport,
  wanted: readonly WantedImport[],
  { imports, memory }: WiringOptions,
): Answer {
  const open = wanted.filter((other) =>
    other.kind === "memory" && lookUp(imports, other) === undefined
  );
  if (memory !== undefined && open.length > 1) {
    const problem = `the option memory could be meant for ${open.length} imports, ` +
      "expected each memory under imports";
    return { supplied: true, problem };
  }
  if (memory instanceof WebAssembly.Memory) {
    return { value: memory, supplied: true, problem: importProblem(item, memory) };
  }
  const type = item.kind === "memory" ? item.type : undefined;
  if (type === undefined && memory?.initial === undefined) {
    const problem = "the limits of a compiled module's memory are unknown, " +
      "expected the option memory: { initial, maximum }";
    return { supplied: false, problem };
  }
  return makeMemory(item, type, memory ?? {});
}

/** A memory with exactly the limits that the binary declares, or the caller's within them. */
function makeMemory(
  item: WantedImport,
  declared: MemoryType | undefined,
  limits: MemoryLimits,
): Answer {
  const { shared = false, address = "i32" } = declared ?? {} as Partial<MemoryType>;
  const pages = (count: number | bigint | undefined) => {
    if (typeof count === "number") checkCount(count, (shown) => `${shown} pages`);
    return count === undefined ? undefined : address === "i64" ? BigInt(count) : Number(count);
  };
  if (declared?.maximum !== undefined && (limits.maximum ?? 0) > declared.maximum) {
    const problem = `it may grow to ${limits.maximum} pages, expected at most ${declared.maximum}`;
    return { supplied: false, problem };
  }
  try {
    const initial = pages(limits.initial ?? declared?.minimum);
    const maximum = pages(limits.maximum ?? declared?.maximum);
    const descriptor = { initial, shared, address, ...(maximum !== undefined && { maximum }) };
    const value = new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
    return { value, supplied: false, problem: importProblem(item, value) };
  } catch (cause) {
    return { supplied: false, problem: `no such memory can be made: ${messageOf(cause)}` };
  }
}

function makeStub(description: string): () => never {
  return () => {
    throw new GuestError(
      "missing-import",
      `Cannot call ${description}: missing, expected a function in the option imports`,
    );
  };
}

function importsError(problems: readonly string[], wanted: readonly WantedImport[]): LoadError {
  const glue = wanted.find(({ module }) =>
    /^(?:__wbindgen_placeholder__|wbg)$|_bg\.js$/.test(module)
  );
  const advice = glue === undefined
    ? ""
    : "\nIt was made by wasm-bindgen to be used with the JavaScript that it wrote: import that instead";
  return new LoadError(
    "imports",
    `Cannot satisfy the guest's imports:\n${problems.join("\n")}${advice}`,
    { problems },
  );
}
