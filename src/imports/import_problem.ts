import { LoadError } from "../base/errors.ts";
import { isShared, isSuspending } from "../base/runtime.ts";
import { listLines, quote, show } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { ExternalType } from "../binary/externals.ts";
import type { FunctionType, GlobalType, ImportInfo, Limits, MemoryType } from "../binary/types.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { linkedType } from "./linked_guest.ts";

/**
 * Returns whether toolchains may provide an import with their own JavaScript: a function in `env`,
 * or a function or constant in the former modules of AssemblyScript.
 */
export function isOfToolchain({ module, name, kind }: WantedImport): boolean {
  const isMath = module === "Math" || (module === "env" && name.startsWith("Math."));
  if (kind !== "function") return kind === "global" && isMath;
  return isMath || module === "env" || module === "Date";
}

/**
 * Describes the problem of a value as far as JavaScript can see it; the engine reports the rest.
 */
export function importProblem(item: WantedImport, value: unknown): string | undefined {
  if (value === undefined) return "missing";
  const not = (expected: string) => `it is ${show(value)}, expected ${expected}`;
  switch (item.kind) {
    case "function":
      if (isSuspending(value)) return undefined;
      if (typeof value !== "function") return not("a function");
      return promiseProblem(item, value) ?? typeProblem(item, value);
    case "memory":
      if (!(value instanceof WebAssembly.Memory)) return not("a WebAssembly.Memory");
      return item.aboveCap?.(value) ?? memoryProblem(item.type as MemoryType | undefined, value);
    case "table":
      if (!(value instanceof WebAssembly.Table)) return not("a WebAssembly.Table");
      return item.aboveCap?.(value) ??
        sizeProblem(item.type as Limits | undefined, value.length, "elements");
    case "global":
      return globalProblem(item.type as GlobalType | undefined, value, not);
    default:
      return isTag(value) ? undefined : not("a WebAssembly.Tag");
  }
}

/**
 * Describes a promise as an import: the engine would convert it to 0 if the guest expects a number.
 */
function promiseProblem(item: WantedImport, value: object): string | undefined {
  if (Object.prototype.toString.call(value) !== "[object AsyncFunction]") return undefined;
  const type = item.type as FunctionType | undefined;
  return type?.results.some((result) => /^[if]\d/.test(result))
    ? "it is an async function, expected hostFunction() with async: true in its declaration"
    : undefined;
}

/** Describes a mismatch of types for another guest's function, which the engine does not see. */
function typeProblem({ type }: WantedImport, value: object): string | undefined {
  const found = linkedType(value);
  if (found === undefined || type === undefined) return undefined;
  const [is, expected] = [found, type as FunctionType].map((type) => formatFunctionType(type));
  return is === expected ? undefined : `it is ${is}, expected ${expected}`;
}

function memoryProblem(
  type: MemoryType | undefined,
  { buffer }: WebAssembly.Memory,
): string | undefined {
  const shared = isShared(buffer);
  if (type !== undefined && shared !== type.shared) {
    return shared
      ? "it is shared, expected one that is not"
      : "it is not shared, expected a shared one";
  }
  return sizeProblem(type, buffer.byteLength / PAGE_SIZE, "pages");
}

/**
 * Returns whether a size is within limits. Only the engine sees the maximum.
 *
 * @param why The origin of the declared maximum, unless it is the binary.
 */
export function sizeProblem(
  limits: Limits | undefined,
  size: number,
  unit: "pages" | "elements",
  why = "",
): string | undefined {
  if (limits === undefined) return undefined;
  const { minimum, maximum } = limits;
  if (size < minimum) return `it has ${size} ${unit}, expected at least ${minimum}`;
  return maximum !== undefined && size > maximum
    ? `it has ${size} ${unit}, expected at most ${maximum}${why}`
    : undefined;
}

function globalProblem(
  type: GlobalType | undefined,
  value: unknown,
  not: (expected: string) => string,
): string | undefined {
  if (value instanceof WebAssembly.Global || type === undefined) return undefined;
  // No JavaScript value represents a vector.
  if (type.mutable || type.type === "v128") return not("a WebAssembly.Global");
  const wanted = type.type === "i64" ? "bigint" : /^[if]/.test(type.type) ? "number" : undefined;
  return wanted === undefined || typeof value === wanted ? undefined : not(`a ${wanted}`);
}

/** Returns whether a value is a tag by its class, which Deno's declarations lack. */
function isTag(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Tag]";
}

/** Makes the error for imports that cannot be satisfied, with a line for each. */
export function importsError(problems: readonly string[]): LoadError {
  return new LoadError(
    "imports",
    `Cannot satisfy the guest's imports:\n${listLines(problems)}`,
    { problems },
  );
}

/** Formats an import for errors: `import[2] "env.log" (i32, i32) -> ()`. */
export function describeImport(item: WantedImport, index: number): string {
  return `import[${index}] ${quote(`${item.module}.${item.name}`)} ${describeType(item)}`;
}

/** Formats the type of an import or an export of a module; the kind if the type is unknown. */
export function describeType(
  item: ExternalType | { readonly kind: string; readonly type?: never },
): string {
  if (item.type === undefined) return item.kind;
  switch (item.kind) {
    case "function":
      return formatFunctionType(item.type);
    case "tag":
      return `tag ${formatFunctionType(item.type.function)}`;
    case "global":
      return `global ${item.type.mutable ? "mut " : ""}${item.type.type}`;
    case "memory":
      return `memory ${describeLimits(item.type)}${item.type.shared ? " shared" : ""}`;
    case "table":
      return `table ${describeLimits(item.type)} ${item.type.element}`;
  }
}

function describeLimits(
  { address, minimum, maximum }: (ImportInfo & { kind: "memory" | "table" })["type"],
): string {
  const reach = maximum === undefined ? "or more" : `to ${maximum}`;
  return `${address === "i64" ? "i64 " : ""}${minimum} ${reach}`;
}
