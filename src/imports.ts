import { formatFunctionType } from "./binary/format.ts";
import type { ImportInfo, MemoryType, ModuleInfo } from "./binary/types.ts";
import { GuestError, LoadError, quote } from "./errors.ts";
import { show } from "./numbers.ts";

/** What a guest is given, by module and name. What it does not ask for is ignored. */
export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Limits of a memory that is made for a guest, in pages of 64 KiB. */
export interface MemoryLimits {
  /** At least what the guest declares. */
  readonly initial?: number;
  /** At most what the guest declares. */
  readonly maximum?: number;
}

/** How imports are answered. */
export interface WiringOptions {
  /** What the guest is given. */
  readonly imports?: Imports | undefined;
  /** The memory that it imports, or limits for one; made to fit the binary unless said. */
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

/** One import, as far as it is known: its type only from the binary. */
type Wanted =
  | ImportInfo
  | {
    readonly module: string;
    readonly name: string;
    readonly kind: string;
    readonly type?: never;
  };

/**
 * Answers every import of a module.
 *
 * @throws {LoadError} with a line for each import that is missing or of another kind.
 */
export function wireImports(
  module: WebAssembly.Module,
  info: ModuleInfo | undefined,
  options: WiringOptions,
): Wired {
  const wanted: readonly Wanted[] = info?.imports ?? WebAssembly.Module.imports(module);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  const memories = new Map<string, WebAssembly.Memory>();
  const problems: string[] = [];
  let suppliedMemory = false;

  for (const [index, item] of wanted.entries()) {
    if (isBuiltin(item)) continue;
    const given = lookUp(options.imports, item);
    let value = given;
    if (item.kind === "memory" && given === undefined) {
      const { memory } = options;
      suppliedMemory ||= memory instanceof WebAssembly.Memory;
      value = memory instanceof WebAssembly.Memory ? memory : makeMemory(item, memory);
    } else if (item.kind === "memory") suppliedMemory = true;
    if (item.kind === "function" && given === undefined && options.missing === "trap") {
      value = makeStub(describe(item, index));
    }
    const problem = typeof value === "string" && item.kind === "memory"
      ? value
      : problemOf(item, value);
    if (problem !== undefined) {
      problems.push(`${describe(item, index)}: ${problem}`);
      continue;
    }
    const named = imports[item.module] ??= Object.create(null) as Record<string, never>;
    named[item.name] = value as WebAssembly.ImportValue;
    if (value instanceof WebAssembly.Memory) memories.set(`${item.module}.${item.name}`, value);
  }
  if (problems.length > 0) throw importsError(problems, wanted);
  return { imports, memories, suppliedMemory };
}

/** An import as errors name it: `import[2] "env.log" (i32, i32) -> ()`. */
function describe(item: Wanted, index: number): string {
  return `import[${index}] ${quote(`${item.module}.${item.name}`)} ${describeType(item)}`;
}

function describeType(item: Wanted): string {
  if (item.type === undefined) return item.kind;
  switch (item.kind) {
    case "function":
      return formatFunctionType(item.type);
    case "tag":
      return `tag ${formatFunctionType(item.type.function)}`;
    case "global":
      return `global ${item.type.mutable ? "mut " : ""}${item.type.type}`;
    case "memory":
    case "table": {
      const { minimum, maximum } = item.type;
      return `${item.kind} ${minimum}${maximum === undefined ? " or more" : ` to ${maximum}`}`;
    }
  }
}

/** What the engine answers itself. */
function isBuiltin({ module }: Wanted): boolean {
  return module === "wasm:js-string" || module === "'";
}

function lookUp(imports: Imports | undefined, { module, name }: Wanted): unknown {
  const named = imports !== undefined && Object.hasOwn(imports, module)
    ? imports[module]
    : undefined;
  // A namespace can be a guest's exports, or an object with inherited methods.
  return named === undefined || named === null ? undefined : named[name];
}

/** A memory with exactly the limits that the binary declares, or the caller's within them. */
function makeMemory(item: Wanted, limits: MemoryLimits | undefined): WebAssembly.Memory | string {
  const declared = item.kind === "memory" ? item.type : undefined;
  if (declared === undefined && limits?.initial === undefined) {
    return "its limits are unknown, expected the option memory: { initial, maximum }";
  }
  const { shared = false, address = "i32" } = declared ?? {} as Partial<MemoryType>;
  const size = (pages: number | bigint | undefined) =>
    pages === undefined ? undefined : address === "i64" ? BigInt(pages) : Number(pages);
  const initial = size(limits?.initial ?? declared?.minimum);
  const maximum = size(limits?.maximum ?? declared?.maximum);
  const descriptor = { initial, shared, address, ...(maximum !== undefined && { maximum }) };
  try {
    return new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
  } catch (cause) {
    return `${initial} to ${maximum} pages can not be made: ${(cause as Error).message}`;
  }
}

function makeStub(description: string): () => never {
  return () => {
    throw new GuestError("missing-import", `Cannot call ${description}: missing`);
  };
}

/** What JavaScript can see to be wrong with a value; the rest is the engine's to say. */
function problemOf(item: Wanted, value: unknown): string | undefined {
  if (value === undefined) return "missing";
  const found = `it is ${show(value)}, expected`;
  switch (item.kind) {
    case "function":
      return typeof value === "function" ? undefined : `${found} a function`;
    case "memory":
      return value instanceof WebAssembly.Memory ? undefined : `${found} a WebAssembly.Memory`;
    case "table":
      return value instanceof WebAssembly.Table ? undefined : `${found} a WebAssembly.Table`;
    case "global":
      return globalProblem(item, value, found);
    default:
      return typeof value === "object" ? undefined : `${found} a WebAssembly.Tag`;
  }
}

function globalProblem(item: Wanted, value: unknown, found: string): string | undefined {
  if (value instanceof WebAssembly.Global || item.type === undefined) return undefined;
  const { type, mutable } = item.type as { type: string; mutable: boolean };
  if (mutable) return `${found} a WebAssembly.Global`;
  const wanted = type === "i64" ? "bigint" : /^[if]/.test(type) ? "number" : undefined;
  return wanted === undefined || typeof value === wanted ? undefined : `${found} a ${wanted}`;
}

function importsError(problems: readonly string[], wanted: readonly Wanted[]): LoadError {
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
