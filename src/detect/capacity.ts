import type { BlockSource, Capacity } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Problem } from "../base/errors.ts";
import { list, quote } from "../base/show.ts";
import { constantOf, segmentEnds, unsigned } from "../binary/segments.ts";
import type { ExportInfo, ModuleInfo, Producer } from "../binary/types.ts";
import { importsAbort } from "../presets/assembly_script.ts";
import { namesBufferSize, sizeRank } from "../presets/names.ts";
import { isGetter } from "../presets/roles.ts";
import type { CapacityRule, Fence, ReportedCapacity } from "./capacity_types.ts";

const UNSTATED = { reason: "nothing states it" };

/** Reports the capacity of a buffer, as far as it is known without calling the guest. */
export function reportCapacity(
  convention: Convention | CustomConvention | Problem,
  info: ModuleInfo | undefined,
): ReportedCapacity {
  const place = "place" in convention ? convention.place : undefined;
  if (place?.kind !== "buffer") {
    return { place, report: { kind: "upper bound", byteLength: undefined, reason: "" } };
  }
  const rule = findCapacity(place, info);
  const { source, reason } = rule;
  const kind = source === undefined ? "upper bound" : "exact";
  const byteLength = typeof source === "number" ? source : undefined;
  return { place, rule, report: { kind, byteLength, reason } };
}

/** Determines from the binary how to find the capacity of a buffer, without running the guest. */
export function findCapacity(
  place: BlockSource & { kind: "buffer" },
  info: ModuleInfo | undefined,
): CapacityRule {
  const { capacity, pointer } = place;
  if (info === undefined) {
    return capacity === undefined
      ? { ...UNSTATED, header: false, found: true, fences: [] }
      : { source: capacity, header: false, found: false, reason: nameOption(capacity), fences: [] };
  }
  const fences = findFences(info);
  if (capacity !== undefined) {
    const source = withKind(capacity, info);
    return { source, header: false, found: false, reason: nameOption(capacity), fences };
  }
  const stated = typeof pointer === "string" ? findStated(info, pointer) : UNSTATED;
  const header = !("source" in stated) && typeof pointer === "string" && isObject(info, pointer);
  const lowest = typeof pointer === "string" ? lowestAddress(info) : 0;
  return { ...stated, header, found: true, fences, lowest };
}

function nameOption(capacity: Capacity): string {
  return typeof capacity === "object" && "export" in capacity
    ? `the option names ${quote(capacity.export)}`
    : "the option";
}

/**
 * Adds to a global in an option whether it contains the capacity or its address, unless that is
 * set.
 */
function withKind(capacity: Capacity, info: ModuleInfo): Capacity {
  if (typeof capacity !== "object" || !("export" in capacity)) return capacity;
  if ("holds" in capacity && capacity.holds !== undefined) return capacity;
  const item = info.exports.find(({ name }) => name === capacity.export);
  const holds = item?.kind === "global" ? heldBy(item, info) : undefined;
  return holds === undefined ? capacity : { ...capacity, holds };
}

/** Finds the export that states the capacity: the candidate with the most specific name. */
function findStated(
  info: ModuleInfo,
  buffer: string,
): { source: Capacity; reason: string } | { reason: string } {
  const stating = info.exports.filter((item) =>
    item.name !== buffer && isGetter(item) && namesBufferSize(item.name, buffer)
  );
  let best = Infinity;
  for (const { name } of stating) best = Math.min(best, sizeRank(name, buffer));
  const fitting = stating.filter(({ name }) => sizeRank(name, buffer) === best);
  const [item] = fitting;
  if (item === undefined) return UNSTATED;
  if (fitting.length > 1) {
    return { reason: `any of ${list(fitting.map(({ name }) => name))} could state it` };
  }
  const name = quote(item.name);
  if (item.kind !== "global") {
    return { source: { export: item.name }, reason: `${name} returns it` };
  }
  const holds = heldBy(item, info);
  if (holds === undefined) {
    return { reason: `it is unclear whether global ${name} holds it or is the address of it` };
  }
  const reason = holds === "address" ? `${name} is the address of it` : `${name} holds it`;
  return { source: { export: item.name, holds }, reason };
}

/** Returns whether an exported global contains a value or an address, as the toolchain suggests. */
function heldBy(
  { type }: ExportInfo & { kind: "global" },
  info: ModuleInfo,
): "value" | "address" | undefined {
  // The address of a symbol never changes.
  if (type.mutable) return "value";
  if (isLinkedByLld(info)) return "address";
  return isAssemblyScript(info) ? "value" : undefined;
}

/** Returns whether AssemblyScript made the module, which its runtime's exports and imports show. */
function isAssemblyScript(info: ModuleInfo): boolean {
  return info.exports.some((item) => item.name === "__rtti_base" || item.name === "__newArray") ||
    importsAbort(info);
}

/**
 * Returns whether an export can be an AssemblyScript object: a global that wasm-ld did not make.
 */
function isObject(info: ModuleInfo, name: string): boolean {
  return !isLinkedByLld(info) &&
    info.exports.some((item) => item.kind === "global" && item.name === name);
}

/**
 * Lists the addresses in the binary beyond which a buffer below cannot extend, in ascending order.
 */
function findFences(info: ModuleInfo): Fence[] {
  const fences = [...symbolFences(info), ...segmentFences(info)];
  const top = isLinkedByLld(info) ? initialStackPointer(info) : undefined;
  if (top !== undefined) {
    fences.push({ address: top, what: "the initial stack pointer", hard: true });
  }
  return fences.sort((a, b) => a.address - b.address);
}

/**
 * Returns whether wasm-ld made the module: it exports the addresses of data symbols, not their
 * values.
 */
export function isLinkedByLld(info: ModuleInfo): boolean {
  for (const { kind, name } of info.exports) {
    if (kind === "global" && (name === "__heap_base" || name === "__data_end")) return true;
    // Emscripten links with wasm-ld, and may leave no other trace.
    if (/^(?:stackSave|_?emscripten_stack_)/.test(name)) return true;
  }
  return ["clang", "rustc", "zig", "swiftc"].includes(
    compilerOf(info.producers)?.toLowerCase() ?? "",
  );
}

/** Tools that process the output of a compiler. */
const POST_PROCESSORS = /^(?:walrus|wasm-bindgen|wasm-snip|wasm-opt|wasm-tools|wit-|componentize)/;

/**
 * Returns the compiler in a module's producers section, such as `clang`, or a tool that processed
 * the module.
 */
export function compilerOf(producers: readonly Producer[]): string | undefined {
  let other: string | undefined;
  for (const { field, name } of producers) {
    if (field !== "processed-by" && field !== "sdk") continue;
    if (!POST_PROCESSORS.test(name)) return name.replace(/^.*\bclang$/, "clang"); // "Debian clang"
    other ??= name;
  }
  return other;
}

function symbolFences(info: ModuleInfo): Fence[] {
  const linked = isLinkedByLld(info);
  const fences: Fence[] = [];
  for (const item of info.exports) {
    if (item.kind !== "global") continue;
    const { index, name, type } = item;
    const address = constantOf(info, index);
    if (address === undefined) continue;
    const isOfLinker = name === "__data_end" || name === "__heap_base";
    if (isOfLinker || linked && !type.mutable && !name.startsWith("__")) {
      fences.push({ address, what: (isOfLinker ? "" : "symbol ") + quote(name), hard: true });
    }
  }
  return fences;
}

/**
 * Returns the address below which the guest's stack cannot grow: the end of the static data below
 * it, as far as the binary shows it.
 */
export function stackFloor(info: ModuleInfo | undefined): number {
  const top = info && initialStackPointer(info);
  if (info === undefined || top === undefined) return 0;
  const ends = segmentEnds(info);
  for (const { address, what } of symbolFences(info)) {
    if (what === quote("__data_end")) ends.push(address);
  }
  let floor = 0;
  for (const end of ends) if (end <= top) floor = Math.max(floor, end);
  return floor;
}

/**
 * Lists the data segments as fences. They are not hard: a segment can start within a buffer,
 * because leading zero bytes are omitted.
 */
function segmentFences({ memories, dataSegments }: ModuleInfo): Fence[] {
  // The buffer may be in another memory, for which the segment's addresses mean nothing.
  if (memories.length > 1) return [];
  const fences: Fence[] = [];
  for (const { offset, byteLength } of dataSegments) {
    if (offset === undefined || !("value" in offset) || byteLength === 0) continue;
    fences.push({ address: unsigned(offset.value), what: "the next data segment", hard: false });
  }
  return fences;
}

/**
 * Returns the start of the stack: wasm-ld's first mutable global is the stack pointer, and the data
 * is adjacent to the stack.
 */
export function initialStackPointer(info: ModuleInfo): number | undefined {
  const index = info.globals.findIndex(({ mutable, initial, type }) =>
    mutable && initial !== undefined && "value" in initial && (type === "i32" || type === "i64")
  );
  return constantOf(info, index);
}

/** The default start of wasm-ld's data, so that null pointers point below it. */
const GLOBAL_BASE = 1024;

/** Returns the address below which wasm-ld has put no data; 0 for a guest that it did not link. */
export function lowestAddress(info: ModuleInfo): number {
  if (!isLinkedByLld(info) || info.memories.length > 1) return 0;
  const segments = segmentFences(info);
  const top = initialStackPointer(info);
  let lowest = Infinity;
  for (const { address } of segments) lowest = Math.min(lowest, address);
  // The stack comes first, and its top is the start of the data.
  if (top !== undefined && segments.length > 0 && top <= lowest) return top;
  for (const { address } of symbolFences(info)) lowest = Math.min(lowest, address);
  return Math.min(GLOBAL_BASE, top ?? GLOBAL_BASE, lowest);
}

/** Returns the lowest address of results of the guest, which can be on its stack. */
export function lowestResult(info: ModuleInfo | undefined): number {
  if (info === undefined) return 1;
  // The header before an object of AssemblyScript takes 16 bytes at least.
  return Math.min(GLOBAL_BASE, lowestAddress(info)) || (isAssemblyScript(info) ? 16 : 1);
}
