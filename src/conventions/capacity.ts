import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { toolchain } from "../binary/toolchain.ts";
import type { Capacity, Place } from "./convention.ts";
import { isGetter, namesSize, shareStem } from "./names.ts";
import { quote } from "../errors.ts";

/** An address at which no buffer that begins below it goes on, and what is there. */
export interface Fence {
  readonly address: number;
  readonly what: string;
}

/** How the capacity of a buffer is known. */
export interface CapacityRule {
  /** An option, or an export that states it. */
  readonly source?: Capacity;
  /** AssemblyScript's object header holds the size, 4 bytes before the pointer. */
  readonly header?: boolean;
  /** Whether the source was found rather than said: then a value that can't be is not believed. */
  readonly found: boolean;
  readonly reason: string;
  /** In ascending order; the end of memory comes after them. */
  readonly fences: readonly Fence[];
}

/** How `guest.convention` tells a buffer's capacity. */
export interface CapacityReport {
  /** Exact: more is an overrun. An upper bound: the buffer ends there at the latest. */
  kind: "exact" | "upper bound";
  /** The capacity in bytes; `undefined` until the first pass has asked for the pointer. */
  byteLength: number | undefined;
  /** Where it is known from. */
  reason: string;
}

/** Learns from the binary how the capacity of a buffer can be known, without running the guest. */
export function findCapacity(
  place: Place & { kind: "buffer" },
  info: ModuleInfo | undefined,
): CapacityRule {
  const fences = info === undefined ? [] : findFences(info);
  if (place.capacity !== undefined) {
    return { source: place.capacity, found: false, reason: told(place.capacity), fences };
  }
  const unknown = { found: true, reason: "nothing states it", fences };
  if (info === undefined || typeof place.pointer !== "string") return unknown;
  if (isAssemblyScript(info) && isGlobal(info, place.pointer)) {
    return { header: true, found: true, reason: "AssemblyScript's object header", fences };
  }
  const stated = findStatingExport(info, place.pointer);
  if (stated === undefined) return unknown;
  const { name } = stated;
  if (stated.kind === "function") {
    return { source: { export: name }, found: true, reason: `${quote(name)} returns it`, fences };
  }
  const linked = isLinkedByLld(info);
  if (linked) {
    const source = { export: name, holds: "address" } as const;
    return { source, found: true, reason: `${quote(name)} is the address of it`, fences };
  }
  if (isAssemblyScript(info)) {
    return { source: { export: name }, found: true, reason: `${quote(name)} holds it`, fences };
  }
  return {
    ...unknown,
    reason: `whether global ${quote(name)} holds it or is the address of it can not be told`,
  };
}

function told(capacity: Capacity): string {
  return typeof capacity === "number" ? "the option" : `the option names ${quote(capacity.export)}`;
}

/** The export that states the capacity: its name shares a stem with the buffer's, or it is the only one. */
function findStatingExport(info: ModuleInfo, buffer: string): ExportInfo | undefined {
  const stating = info.exports.filter((item) =>
    item.name !== buffer && namesSize(item.name) && isGetter(item)
  );
  const related = stating.filter((item) => shareStem(item.name, buffer));
  const fitting = related.length > 0 ? related : stating;
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isGlobal(info: ModuleInfo, name: string): boolean {
  return info.exports.some((item) => item.kind === "global" && item.name === name);
}

/** Whether wasm-ld made the module: it exports the addresses of data symbols, not their values. */
export function isLinkedByLld(info: ModuleInfo): boolean {
  return /^(?:clang|rustc|zig|swiftc)$/i.test(toolchain(info.producers)?.name ?? "") ||
    info.exports.some((item) =>
      item.kind === "global" && (item.name === "__heap_base" || item.name === "__data_end")
    );
}

/** Whether AssemblyScript made the module: its runtime's exports or imports show. */
export function isAssemblyScript(info: ModuleInfo): boolean {
  return info.exports.some((item) => item.name === "__rtti_base" || item.name === "__newArray") ||
    info.imports.some((item) =>
      item.module === "env" && item.name === "abort" && item.kind === "function" &&
      item.type.parameters.length === 4
    );
}

/** Everything in the binary that a buffer below it can't reach into, in ascending order. */
function findFences(info: ModuleInfo): Fence[] {
  const fences: Fence[] = [];
  const linked = isLinkedByLld(info);
  for (const item of info.exports) {
    if (item.kind !== "global") continue;
    const address = constantOf(info, item.index);
    if (address === undefined) continue;
    if (item.name === "__data_end" || item.name === "__heap_base") {
      fences.push({ address, what: quote(item.name) });
    } else if (linked && !item.type.mutable && !item.name.startsWith("__")) {
      fences.push({ address, what: `symbol ${quote(item.name)}` });
    }
  }
  for (const segment of info.dataSegments) {
    if (segment.offset === undefined || !("value" in segment.offset)) continue;
    fences.push({ address: unsigned(segment.offset.value), what: "the next data segment" });
  }
  const stackPointer = info.globals.findIndex((global) =>
    global.mutable && global.initial !== undefined && "value" in global.initial &&
    /^i(32|64)$/.test(global.type)
  );
  const top = stackPointer < 0 ? undefined : constantOf(info, stackPointer);
  // wasm-ld's first global is the stack pointer, and the stack's top is where data begins or ends.
  if (linked && top) fences.push({ address: top, what: "the initial stack pointer" });
  return fences.sort((a, b) => a.address - b.address);
}

function constantOf(info: ModuleInfo, index: number): number | undefined {
  const initial = info.globals[index]?.initial;
  return initial !== undefined && "value" in initial ? unsigned(initial.value) : undefined;
}

function unsigned(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asUintN(64, value)) : value >>> 0;
}
