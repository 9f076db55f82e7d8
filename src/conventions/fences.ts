import { toolchain } from "../binary/custom.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { quote } from "../errors.ts";

/** An address at which no buffer that begins below it goes on, and what is there. */
export interface Fence {
  readonly address: number;
  readonly what: string;
  /** Whether nothing but a fault of the guest's can make it wrong. */
  readonly hard: boolean;
}

/** Everything in the binary that a buffer below it can't reach into, in ascending order. */
export function findFences(info: ModuleInfo): Fence[] {
  const fences = [...symbolFences(info), ...segmentFences(info)];
  const top = isLinkedByLld(info) ? initialStackPointer(info) : undefined;
  if (top !== undefined) {
    fences.push({ address: top, what: "the initial stack pointer", hard: true });
  }
  return fences.sort((a, b) => a.address - b.address);
}

/** Whether wasm-ld made the module: it exports the addresses of data symbols, not their values. */
export function isLinkedByLld(info: ModuleInfo): boolean {
  return /^(?:clang|rustc|zig|swiftc)$/i.test(toolchain(info.producers)?.name ?? "") ||
    info.exports.some((item) =>
      item.kind === "global" && (item.name === "__heap_base" || item.name === "__data_end")
    );
}

function symbolFences(info: ModuleInfo): Fence[] {
  const linked = isLinkedByLld(info);
  return info.exports.flatMap((item) => {
    if (item.kind !== "global") return [];
    const address = constantOf(info, item.index);
    if (address === undefined) return [];
    if (item.name === "__data_end" || item.name === "__heap_base") {
      return [{ address, what: quote(item.name), hard: true }];
    }
    return linked && !item.type.mutable && !item.name.startsWith("__")
      ? [{ address, what: `symbol ${quote(item.name)}`, hard: true }]
      : [];
  });
}

/**
 * The address below which the guest's stack can't grow: where the static data under it ends, as far
 * as the binary tells.
 */
export function stackFloor(info: ModuleInfo | undefined): number {
  const top = info && initialStackPointer(info);
  if (info === undefined || top === undefined) return 0;
  const ends = info.dataSegments.flatMap(({ offset, byteLength }) =>
    offset !== undefined && "value" in offset ? [unsigned(offset.value) + byteLength] : []
  );
  const marks = symbolFences(info).filter(({ what }) => what === quote("__data_end"));
  const all = [...ends, ...marks.map(({ address }) => address)];
  return Math.max(0, ...all.filter((end) => end <= top));
}

/** A segment can begin within a buffer, if its first bytes are zero and were left out: no hard fence. */
function segmentFences({ memories, dataSegments }: ModuleInfo): Fence[] {
  // The buffer may be in another memory than the segment, whose addresses then say nothing.
  if (memories.length > 1) return [];
  return dataSegments.flatMap(({ offset, byteLength }) =>
    offset !== undefined && "value" in offset && byteLength > 0
      ? [{ address: unsigned(offset.value), what: "the next data segment", hard: false }]
      : []
  );
}

/** wasm-ld's first mutable global is the stack pointer; data ends or begins where the stack does. */
function initialStackPointer(info: ModuleInfo): number | undefined {
  const index = info.globals.findIndex(({ mutable, initial, type }) =>
    mutable && initial !== undefined && "value" in initial && (type === "i32" || type === "i64")
  );
  return constantOf(info, index);
}

function constantOf(info: ModuleInfo, index: number): number | undefined {
  const initial = info.globals[index]?.initial;
  return initial !== undefined && "value" in initial ? unsigned(initial.value) : undefined;
}

function unsigned(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asUintN(64, value)) : value >>> 0;
}
