import type { CoreFunction } from "../abi/core_value.ts";
import { messageOf, Problem } from "../base/errors.ts";
import type { FunctionType, MemoryType } from "../binary/types.ts";
import { isBuiltinModule } from "../source/source.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { describeImport, importProblem, importsError, sizeProblem } from "./import_problem.ts";
import { HostFunction } from "./host_function.ts";
import type { HostImports, PlainImport } from "./host_imports.ts";
import { makeMemory, type MemorySize, type Wired } from "./memories.ts";
import { type Imports, type ImportsFunction, lookUp, type TakenImports } from "./take_imports.ts";

const SUPPLIED = [
  "supplied-memory",
  "its memory was supplied by the caller, expected one that load makes",
] as const;

/** The options that provide imports. */
export interface WiringOptions {
  /**
   * The guest's imports, by module and name, or a function that provides them. Imports that the
   * guest does not need are ignored.
   */
  readonly imports?: Imports | ImportsFunction | undefined;
  /**
   * The memory that the guest imports, or limits for one, if `imports` has none. Unless set, a
   * memory is made to fit the binary. The option has no effect on a guest that imports no memory.
   */
  readonly memory?: WebAssembly.Memory | MemoryLimits | undefined;
  /**
   * How a missing function is handled: as an error (the default), with a stub that throws when it
   * is called (`"trap"`), or with a stub that returns 0 or null (`"ignore"`).
   */
  readonly missing?: "error" | "trap" | "ignore" | undefined;
}

/** How to provide imports, with help for the error of a missing one. */
export interface Wiring extends Omit<WiringOptions, "imports"> {
  /** The caller's imports. */
  readonly imports?: TakenImports | undefined;
  /** Finds an import that the caller gave in another place, for a missing import. */
  readonly explain?: ((module: string, name: string) => string | undefined) | undefined;
}

/**
 * Provides every import of a module.
 *
 * @param wanted The module's imports.
 * @param hasBuiltins Whether the engine provides its builtins.
 * @param options The sources of the other imports.
 * @param host The host functions of the instance.
 * @throws {LoadError} with a line for each import that is missing or does not fit.
 */
export function wireImports(
  wanted: readonly WantedImport[],
  hasBuiltins: boolean,
  options: Wiring,
  host: HostImports,
): Wired {
  // The guest chooses the names, and "__proto__" would set the prototype of a plain object.
  const imports: WebAssembly.Imports = Object.create(null);
  const memories = new Map<string, WebAssembly.Memory>();
  const problems: string[] = [];
  let whyNoReset: Wired["whyNoReset"];
  const openMemories = options.memory === undefined ? 0 : countOpen(wanted, options.imports);

  for (const [index, item] of wanted.entries()) {
    // A module that was compiled without the builtins lists them, and they are missing.
    if (hasBuiltins && isBuiltinModule(item.module)) continue;
    const { value, supplied, problem } = provide(item, index, openMemories, options, host);
    if (problem !== undefined) {
      const why = problem === "missing" ? options.explain?.(item.module, item.name) : undefined;
      problems.push(`${describeImport(item, index)}: ${problem}${why ? `: ${why}` : ""}`);
      continue;
    }
    const named = imports[item.module] ??= Object.create(null) as WebAssembly.ModuleImports;
    named[item.name] = value as WebAssembly.ImportValue;
    if (!(value instanceof WebAssembly.Memory)) continue;
    memories.set(`${item.module}.${item.name}`, value);
    if (supplied) whyNoReset = SUPPLIED;
  }
  if (problems.length > 0) throw importsError(problems);
  return { imports, memories, whyNoReset };
}

/** Returns the number of imported memories to which the option could apply. */
function countOpen(wanted: readonly WantedImport[], imports: TakenImports | undefined): number {
  return wanted.filter((item) => item.kind === "memory" && lookUp(imports, item) === undefined)
    .length;
}

function provide(
  item: WantedImport,
  index: number,
  openMemories: number,
  options: Wiring,
  host: HostImports,
): Provided {
  const given = lookUp(options.imports, item);
  if (given === undefined && item.kind === "memory") {
    return provideMemory(item, options.memory, openMemories);
  }
  if (given === undefined && item.kind === "global") {
    return bind(item, index, host.known(item), host);
  }
  if (given === undefined && item.kind === "function") {
    const known = host.known(item);
    const problem = known instanceof Problem ? known.message : undefined;
    // Our own plain functions need no guard.
    if (problem === undefined && known !== undefined && !(known instanceof HostFunction)) {
      return { value: known, supplied: false };
    }
    if (problem === undefined && known !== undefined) return bind(item, index, known, host);
    const { standIn } = host.context;
    if (standIn !== undefined) {
      return { ...standIn(item, index, problem, host.missing), supplied: false };
    }
    if (problem !== undefined) return { supplied: false, problem };
  }
  return bind(item, index, given, host);
}

/**
 * Converts a host function to a core function, adds a guard to a plain function, and returns
 * anything else unchanged.
 */
function bind(item: WantedImport, index: number, given: unknown, host: HostImports): Provided {
  if (given instanceof HostFunction && item.kind === "function") {
    const value = host.bind(given, item);
    return value instanceof Problem
      ? { supplied: true, problem: value.message }
      : { value, supplied: true };
  }
  const problem = importProblem(item, given);
  const value = problem === undefined ? guardPlain(item, index, given, host) : given;
  return { value, supplied: true, problem };
}

function guardPlain(item: WantedImport, index: number, given: unknown, host: HostImports): unknown {
  const { guard, isTimed } = host.context;
  if (item.kind !== "function" || typeof given !== "function" || guard === undefined) return given;
  const fn = given as CoreFunction;
  const plain: PlainImport = {
    name: `${item.module}.${item.name}`,
    label: () => describeImport(item, index),
    type: () => item.type as FunctionType | undefined,
  };
  return guard.isTrusted(fn, plain, isTimed) ? fn : guard.guardImport(fn, plain, host);
}

/** Limits of a memory that is made for a guest, in pages of 64 KiB. */
export interface MemoryLimits {
  /** The initial size, at least the declared one, which is the default. */
  readonly initial?: number;
  /** The maximum size, at most the declared one, which is the default. */
  readonly maximum?: number;
}

/** The value for an import, or the reason why there is none. */
export interface Provided {
  readonly value?: unknown;
  /** Whether the value is the caller's. */
  readonly supplied: boolean;
  readonly problem?: string | undefined;
}

/**
 * Provides an imported memory that is not among the caller's imports.
 *
 * @param item The import.
 * @param option The caller's option `memory`.
 * @param open The number of imported memories to which it could apply.
 */
function provideMemory(
  item: WantedImport,
  option: WebAssembly.Memory | MemoryLimits | undefined,
  open: number,
): Provided {
  const type = item.kind === "memory" ? item.type : undefined;
  if (option === undefined && type !== undefined) return made(type, type);
  if (option !== undefined && open > 1) {
    const problem = `the option memory could be meant for ${open} imports, ` +
      "expected each memory under imports";
    return { supplied: true, problem };
  }
  if (option instanceof WebAssembly.Memory) {
    return { value: option, supplied: true, problem: importProblem(item, option) };
  }
  const { initial: minimum = type?.minimum, maximum = type?.maximum } = option ?? {};
  if (minimum === undefined) {
    const problem = "the limits of a compiled module's memory are unknown, " +
      "expected the option memory: { initial, maximum }";
    return { supplied: false, problem };
  }
  const limits = { minimum, maximum };
  const why = item.aboveCap === undefined ? "" : ", because of limits.memory";
  const problem = limitsProblem(type, limits, why);
  return problem === undefined ? made(type, limits) : { supplied: false, problem };
}

/** Describes the problem with the caller's limits. */
function limitsProblem(
  declared: MemoryType | undefined,
  { minimum, maximum }: MemorySize,
  why: string,
): string | undefined {
  return sizeProblem(declared, Number(minimum), "pages", why) ??
    growthProblem(declared?.maximum, minimum, maximum, why);
}

function growthProblem(
  declared: number | bigint | undefined,
  initial: number | bigint,
  maximum: number | bigint | undefined,
  why: string,
): string | undefined {
  if (maximum === undefined) return undefined;
  if (maximum < initial) return `it has ${initial} pages, more than its maximum of ${maximum}`;
  return declared !== undefined && maximum > declared
    ? `it may grow to ${maximum} pages, expected at most ${declared}${why}`
    : undefined;
}

function made(declared: MemoryType | undefined, size: MemorySize): Provided {
  try {
    return { value: makeMemory(declared, size), supplied: false };
  } catch (cause) {
    return { supplied: false, problem: messageOf(cause) };
  }
}
