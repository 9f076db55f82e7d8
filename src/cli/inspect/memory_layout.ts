import { constantOf, unsigned } from "../../binary/segments.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { initialStackPointer, isLinkedByLld, stackFloor } from "../../detect/capacity.ts";
import type { Guest } from "../../guest.ts";
import type { InspectedBuffer, MemoryLayout, MemoryRange } from "./inspection.ts";

/** Describes the layout of guest memory, as far as the binary shows it. */
export function layOut(
  guest: Guest,
  info: ModuleInfo,
  buffer: InspectedBuffer | undefined,
): MemoryLayout | undefined {
  const byteLength = sizeOf(guest);
  if (byteLength === 0) return undefined;
  const marks = info.exports.flatMap((item) => {
    const address = item.kind === "global" && !item.type.mutable && isLinkedByLld(info)
      ? constantOf(info, item.index)
      : undefined;
    return address === undefined ? [] : [{ name: item.name, address }];
  });
  const data = dataRanges(info), stack = stackRange(info);
  const ranges: MemoryRange[] = [
    ...data,
    ...bufferRange(buffer, stack),
    ...stack,
    ...heapRange(marks, [...data, ...stack], byteLength),
  ];
  return {
    byteLength,
    ranges: ranges.filter(({ address }) => address < byteLength).sort((a, b) =>
      a.address - b.address
    ),
    marks: marks.sort((a, b) => a.address - b.address),
  };
}

function sizeOf(guest: Guest): number {
  try {
    return guest.memory.size;
  } catch {
    return 0; // it has no memory
  }
}

/**
 * Finds the buffer. If its size is unknown and it starts below the stack, it is assumed to end
 * where the stack begins.
 */
function bufferRange(
  buffer: InspectedBuffer | undefined,
  stack: readonly MemoryRange[],
): MemoryRange[] {
  if (buffer === undefined) return [];
  const { address, byteLength, capacity } = buffer;
  const above = capacity === "exact" ? undefined : stack.find((range) => range.address > address);
  return [
    above === undefined ? { kind: "buffer", what: "buffer", address, byteLength } : {
      kind: "buffer",
      what: "buffer, if it ends under the stack",
      address,
      byteLength: above.address - address,
    },
  ];
}

/** Lists the data segments, adjacent ones as one range. */
function dataRanges({ dataSegments }: ModuleInfo): MemoryRange[] {
  const placed = dataSegments.flatMap(({ memory, offset, byteLength }, index) =>
    memory === 0 && offset !== undefined && "value" in offset && byteLength > 0
      ? [{ index, address: unsigned(offset.value), byteLength }]
      : []
  ).sort((a, b) => a.address - b.address);
  const ranges: { first: number; last: number; address: number; end: number }[] = [];
  const gap = placed.length > MANY ? MANY_GAP : ALIGNMENT;
  for (const { index, address, byteLength } of placed) {
    const before = ranges.at(-1);
    const end = address + byteLength;
    if (before !== undefined && address - before.end < gap) {
      before.last = index;
      before.end = Math.max(before.end, end);
    } else ranges.push({ first: index, last: index, address, end });
  }
  return ranges.map(({ first, last, address, end }) => ({
    kind: "data",
    what: first === last ? `data segment ${first}` : `data segments ${first} to ${last}`,
    address,
    byteLength: end - address,
  }));
}

/** Linkers align data to at most 16 bytes, so smaller gaps mean nothing. */
const ALIGNMENT = 16;

/** Emscripten makes hundreds of segments, and omits the zeros between them. */
const MANY = 16, MANY_GAP = 4096;

/**
 * Finds the heap: above the exported `__heap_base`, or above the stack if that comes after all
 * data, as it does unless the linker was told otherwise.
 */
function heapRange(
  marks: MemoryLayout["marks"],
  used: readonly MemoryRange[],
  byteLength: number,
): MemoryRange[] {
  const base = marks.find(({ name }) => name === "__heap_base")?.address;
  const last = used.toSorted((a, b) => a.address + a.byteLength - b.address - b.byteLength).at(-1);
  const address = base ?? (last?.kind === "stack" ? last.address + last.byteLength : undefined);
  if (address === undefined || address >= byteLength) return [];
  const what = base === undefined ? "heap, above the stack" : 'heap, from "__heap_base"';
  return [{ kind: "heap", what, address, byteLength: byteLength - address }];
}

function stackRange(info: ModuleInfo): MemoryRange[] {
  const top = isLinkedByLld(info) ? initialStackPointer(info) : undefined;
  if (top === undefined) return [];
  const address = stackFloor(info);
  return [{ kind: "stack", what: "stack, grows down", address, byteLength: top - address }];
}
