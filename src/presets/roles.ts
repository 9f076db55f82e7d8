import { constantOf, segmentEnds } from "../binary/segments.ts";
import type {
  ExportInfo,
  FunctionEffects,
  FunctionType,
  ModuleInfo,
  ValueType,
} from "../binary/types.ts";
import {
  doesSomething,
  namesAllocator,
  namesBlocks,
  namesFreeing,
  namesPointer,
  namesSize,
  namesToolchain,
  wordsOf,
} from "./names.ts";

// The roles of exports, by their types, then by their names and the effects of their bodies. Names
// alone do not distinguish a getter or a sum of two numbers from a transform of the same type.

/** Returns whether an export is a helper of a toolchain or part of an allocator. */
export function isReserved(item: ExportInfo): boolean {
  const { name } = item;
  return namesToolchain(name) || allocates(item) || frees(item) ||
    isGetter(item) && (namesSize(name) || namesPointer(name));
}

/** Returns the guest's own functions: not the toolchain's, the allocator's or `used`. */
export function ownFunctions(
  { exports }: ModuleInfo,
  used: ReadonlySet<string>,
): (ExportInfo & { kind: "function" })[] {
  return exports.filter((item) =>
    item.kind === "function" && !isReserved(item) && !used.has(item.name)
  ) as (ExportInfo & { kind: "function" })[];
}

/** Returns whether an export is a function without parameters or a global, of an integer type. */
export function isGetter(item: ExportInfo): boolean {
  if (item.kind === "global") return isInteger(item.type.type);
  return item.kind === "function" && item.type.parameters.length === 0 &&
    item.type.results.length === 1 && isInteger(item.type.results[0]);
}

/** Returns whether an export allocates: `(size)` or `(size, alignment)`. */
function allocates(item: ExportInfo): boolean {
  return handsOut(item, 2) && namesAllocator(item.name);
}

export function allocatesBlocks(item: ExportInfo): boolean {
  return allocates(item) && namesBlocks(item.name);
}

export function frees(item: ExportInfo): boolean {
  return (takesBack(item) || takesBackWithStatus(item)) && namesFreeing(item.name);
}

function takesBackWithStatus(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.results.length === 1 &&
    isInteger(item.type.results[0]) && hasPointers(item.type, 3);
}

/** Returns whether an export's type is that of an allocator with at most `most` parameters. */
export function handsOut(item: ExportInfo, most: number): boolean {
  return item.kind === "function" && item.type.results.length === 1 &&
    hasPointers(item.type, most) && item.type.parameters[0] === item.type.results[0];
}

export function takesBack(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.results.length === 0 && hasPointers(item.type, 3);
}

function hasPointers({ parameters }: FunctionType, most: number): boolean {
  const [first] = parameters;
  if (!isInteger(first) || parameters.length > most) return false;
  for (const type of parameters) if (type !== first) return false;
  return true;
}

function isInteger(type: ValueType | undefined): boolean {
  return type === "i32" || type === "i64";
}

/**
 * Returns whether there is a function of this name with these numbers of integers for parameters
 * and results.
 */
export function hasFunction(
  info: ModuleInfo,
  name: string,
  parameters: number,
  results: number,
): boolean {
  const item = info.exports.find((item) => item.name === name);
  return item?.kind === "function" &&
    item.type.parameters.length === parameters && item.type.results.length === results &&
    [...item.type.parameters, ...item.type.results].every(isInteger);
}

/** Returns whether a function only returns a value, so that calling it has no effect. */
export function looksUp(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && !effects.loops && !effects.writes;
}

/** Returns whether a getter returns a size that never changes, such as that of a buffer. */
export function isFixedSize({ kind, name }: ExportInfo, info: ModuleInfo): boolean {
  return kind === "function" && wordsOf(name).includes("size") &&
    effectsOf(info, name)?.reads === false;
}

/** Returns whether a function may use memory: one that only calculates does not. */
export function usesMemory(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects === undefined || effects.reads || effects.writes || !effects.calculates;
}

/** Returns whether a function may read or write memory: without that it cannot read a text. */
export function touchesMemory(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects === undefined || effects.reads || effects.writes;
}

/**
 * Returns whether a function may transform a text in a buffer: without an argument it has to search
 * for the end, byte by byte. A name such as `reverse` is trusted.
 */
export function couldTransform(
  info: ModuleInfo,
  { name, type }: ExportInfo & { readonly kind: "function" },
): boolean {
  if (type.parameters.length > 0) return usesMemory(info, name);
  return doesSomething(name) || effectsOf(info, name)?.loops !== false;
}

/** Returns whether a function loops over memory and changes it, unlike a getter. */
export function rewrites(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && effects.loops && effects.reads && effects.writes;
}

/** Returns whether a function only reads a number of its own or a byte of a text from memory. */
export function onlyPeeks(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && effects.reads && !effects.writes && !effects.loops;
}

/** Returns whether a function only calculates a number from its arguments. */
function onlyCalculates(info: ModuleInfo, name: string): boolean {
  const effects = effectsOf(info, name);
  return effects !== undefined && (effects.calculates || effects.offsets) &&
    !effects.reads && !effects.writes && !effects.loops;
}

/**
 * Returns whether a function does not change the text in a buffer, and returns a byte of it or
 * another number. A function that compares a length with a capacity in memory may return that
 * length.
 */
export function onlyReports(info: ModuleInfo, name: string): boolean {
  return !doesSomething(name) &&
    (onlyCalculates(info, name) || onlyPeeks(info, name) && effectsOf(info, name)!.peeks);
}

/** Returns whether symbols take a pointer without a length, and return one. */
export function takesPointersAlone(info: ModuleInfo): boolean {
  const symbols = info.exports.filter((item) =>
    item.kind === "function" && !isReserved(item) && usesMemory(info, item.name)
  );
  const takesLength = (item: ExportInfo) =>
    item.kind === "function" && item.type.parameters.length > 1;
  return symbols.some((item) => handsOut(item, 1)) && !symbols.some(takesLength);
}

function effectsOf(info: ModuleInfo, name: string): FunctionEffects | undefined {
  return info.effects?.get(name);
}

/** The maximum size of a pointer in bytes. */
const WORD = 8;

/**
 * Makes a test for data symbols that have room for only a pointer. If there is an allocator, such a
 * symbol is a variable of that: `bump_pointer`.
 */
export function variableTest(info: ModuleInfo): (item: ExportInfo) => boolean {
  const ends = new Set(segmentEnds(info));
  for (const item of info.exports) ends.add(addressIn(info, item) ?? 0);
  return (item) => {
    const address = addressIn(info, item) ?? NaN;
    for (let size = 1; size <= WORD; size++) if (ends.has(address + size)) return true;
    return false;
  };
}

/** Returns the address in a global, if that is a constant. */
export function addressIn(info: ModuleInfo, item: ExportInfo): number | undefined {
  return item.kind === "global" && !item.type.mutable ? constantOf(info, item.index) : undefined;
}
