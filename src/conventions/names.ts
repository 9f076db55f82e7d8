import type { ExportInfo, FunctionType, ModuleInfo, ValueType } from "../binary/types.ts";

// What names say. Names are looked at only where types leave something open.

/** Exports that are no symbols of the guest's own: they start it, or serve its toolchain. */
const RESERVED =
  /^(?:_initialize|_start|__.*|stack(?:Save|Restore|Alloc)|_?emscripten_.*|cabi_.*|asyncify_.*|dynCall_.*|memory)$/;

/** Words by which a getter or a global says that it tells where a buffer is, surest first. */
const BUFFER_WORDS = [
  /^(?:buf|buffer|ptr|pointer|addr|address)$/,
  /^(?:input|text|data|scratch|mem|memory|string|str)$/,
];

/** Words by which an export says that it tells a size. */
const SIZE_WORDS = /^(?:capacity|cap|size|length|len|max|maximum|limit|count)$/;

/** Words by which a buffer says that text comes out of it. */
const RESULT_WORDS = /^(?:result|results|output|out|ret|return|error|err|last)$/;

/** Words that do not tell one buffer from another. */
const GENERAL_WORDS =
  /^(?:get|the|ptr|pointer|addr|address|offset|capacity|cap|size|of|length|len|max|maximum|limit)$/;

const ALLOCATING = /(?:^|[^de])(?:[mwzx]?alloc|allocate|new_buffer)(?:[^a-z]|$)/i;
const FREEING = /(?:^|[^a-z])(?:free|dealloc|deallocate|release)(?:[^a-z]|$)/i;

/** The words of a name in lower case: `getBufferPointer` and `get_buffer_pointer` have the same. */
export function wordsOf(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** The words that tell which buffer a name is about. */
export function stemOf(name: string): string {
  return wordsOf(name).filter((word) => !GENERAL_WORDS.test(word)).join(" ");
}

/** Whether two names share a word that tells which buffer they are about. */
export function shareStem(a: string, b: string): boolean {
  const words = stemOf(a).split(" ");
  return stemOf(b).split(" ").some((word) => word !== "" && words.includes(word));
}

/** How surely a name is one of a buffer that text goes into: 0 is surest, `undefined` is not at all. */
export function bufferRank(name: string): number | undefined {
  const words = wordsOf(name);
  const other = words.some((word) => SIZE_WORDS.test(word) || RESULT_WORDS.test(word));
  if (other || RESERVED.test(name)) return undefined;
  const rank = BUFFER_WORDS.findIndex((pattern) => words.some((word) => pattern.test(word)));
  return rank < 0 ? undefined : rank;
}

/** Whether a name says that its export tells a size. */
export function namesSize(name: string): boolean {
  return !RESERVED.test(name) && wordsOf(name).some((word) => SIZE_WORDS.test(word));
}

/** Whether an export is one that a toolchain or an allocator needs, rather than a symbol. */
export function isReserved(item: ExportInfo): boolean {
  const { name } = item;
  if (RESERVED.test(name) || allocates(item) || frees(item)) return true;
  return isGetter(item) && (namesSize(name) || bufferRank(name) === 0);
}

/** Whether an export is a function without parameters, or a global, that gives an integer. */
export function isGetter(item: ExportInfo): boolean {
  if (item.kind === "global") return isInteger(item.type.type);
  return item.kind === "function" && item.type.parameters.length === 0 &&
    item.type.results.length === 1 && isInteger(item.type.results[0]);
}

/** Whether an export allocates, by its type and its name. */
export function allocates(item: ExportInfo): boolean {
  return item.kind === "function" && hasShape(item.type, [1, 2, 4], 1) &&
    ALLOCATING.test(item.name) && !/realloc|calloc/i.test(item.name);
}

/** Whether an export frees, by its type and its name. */
export function frees(item: ExportInfo): boolean {
  return item.kind === "function" && hasShape(item.type, [1, 2, 3], 0) && FREEING.test(item.name);
}

function hasShape(type: FunctionType, parameters: readonly number[], results: number): boolean {
  return parameters.includes(type.parameters.length) && type.results.length === results &&
    [...type.parameters, ...type.results].every(isInteger);
}

function isInteger(type: ValueType | undefined): boolean {
  return type === "i32" || type === "i64";
}

/** The exported function of a name. */
export function functionNamed(info: ModuleInfo, name: string): FunctionType | undefined {
  const found = info.exports.find((item) => item.name === name);
  return found?.kind === "function" ? found.type : undefined;
}
