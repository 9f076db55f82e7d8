import type { BlockSource, Capacity } from "../../abi/block_source.ts";
import type { Value } from "../../abi/value.ts";
import { GuestError } from "../../base/errors.ts";
import { hex, quote } from "../../base/show.ts";
import type { CapacityReport, CapacityRule, Fence } from "../../detect/capacity_types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { print } from "../../presets/preset_options.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { compileOffset, layoutOf } from "../values.ts";

/**
 * The capacity of the buffer at a pointer. It is looked up again only if the buffer or the end of
 * memory has moved.
 */
export class BufferCapacity {
  byteLength = 0;
  /** Whether the capacity is exact; otherwise `byteLength` is an upper bound. */
  exact = false;
  /** The address of the buffer and the size of its memory when this was found. */
  #pointer = -1;
  #size = -1;
  readonly #place: BlockSource & { kind: "buffer" };
  readonly #memory: GuestMemory;
  readonly #rule: CapacityRule;
  readonly report: CapacityReport;
  readonly #hard: readonly Fence[];
  /** Whether the capacity is found for each call. */
  readonly #isFresh: boolean;
  readonly #state: ((frame: Frame, pointer: number) => number | undefined) | undefined;

  constructor(
    place: BlockSource & { kind: "buffer" },
    instance: Instance,
    symbol: string,
    layout?: FrameLayout,
  ) {
    const { rule, report } = instance.capacity(place);
    this.#place = place;
    this.#memory = instance.memory;
    this.#rule = rule;
    this.report = report;
    this.#hard = rule.fences.filter((fence) => fence.hard);
    this.#state = compileSource(rule, place.offset ?? 0, instance, { symbol, layout });
    this.#isFresh = rule.source !== undefined && isFresh(rule.source);
  }

  /** Returns the capacity in bytes of the buffer at `pointer`, or -1 if it has to be looked up. */
  known(pointer: number): number {
    if (this.#isFresh) return -1;
    return pointer === this.#pointer && this.#memory.size === this.#size ? this.byteLength : -1;
  }

  /**
   * Finds the capacity in bytes of the buffer at `pointer`, all of which is within memory.
   *
   * @throws {MemoryRangeError} if it is not.
   */
  within(frame: Frame, pointer: number): number {
    const { byteLength } = this.at(frame, pointer);
    this.#memory.check("write", pointer, byteLength);
    return byteLength;
  }

  /** Finds the capacity of the buffer at `pointer`; a stated capacity may reach beyond memory. */
  at(frame: Frame, pointer: number): this {
    if (this.known(pointer) >= 0) return this;
    const { size } = this.#memory;
    if (pointer > size) this.#memory.check("write", pointer, 1);
    const stated = this.#state?.(frame, pointer);
    this.#find(pointer, size, stated);
    // A buffer that is not within memory is checked anew each time, and refused.
    this.#pointer = pointer + this.byteLength <= size ? pointer : -1;
    this.#size = size;
    return this;
  }

  #find(pointer: number, size: number, stated: number | undefined): void {
    const rule = this.#rule;
    const report = this.report;
    const fence = nextAbove(rule.fences, pointer, size);
    const reach = (nextAbove(this.#hard, pointer, size)?.address ?? size) - pointer;
    // A detected size is ignored if it is impossible.
    const exact = stated !== undefined && (!rule.found || (stated > 0 && stated <= reach));
    if (pointer < (rule.lowest ?? 0) && !exact) throw lowError(this.#place, pointer, rule.lowest!);
    this.exact = exact;
    this.byteLength = exact ? stated : (fence?.address ?? size) - pointer;
    report.kind = exact ? "exact" : "upper bound";
    report.byteLength = this.byteLength;
    const ends = fence === undefined
      ? "memory ends there"
      : `${fence.what} is at ${hex(fence.address)}`;
    report.reason = exact ? reasonOf(rule) : `${ends}, and ${doubtOf(rule, stated)}`;
  }
}

/**
 * Returns whether a capacity is determined for each call, because it is neither fixed nor from an
 * export.
 */
export function isFresh(capacity: Capacity | undefined): capacity is Exclude<Capacity, number> {
  return typeof capacity === "function" ||
    typeof capacity === "object" && !("export" in capacity);
}

/** Makes the error for an address at which the guest has no buffer. */
export function lowError(
  { pointer }: BlockSource & { kind: "buffer" },
  found: number,
  lowest: number,
): GuestError {
  const problem = found === 0
    ? "is a null pointer"
    : `gives ${hex(found)}, which is below the guest's data at ${hex(lowest)}`;
  return new GuestError(
    "null-pointer",
    `Cannot write into the guest's buffer: ${
      typeof pointer === "object" ? print(pointer) : quote(String(pointer))
    } ${problem}, expected ` +
      "an address; a buffer has to be asked for first where it is handed out",
  );
}

/** Finds the first fence above a pointer and within memory; they are in ascending order. */
export function nextAbove(
  fences: readonly Fence[],
  pointer: number,
  size: number,
): Fence | undefined {
  let low = 0, high = fences.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fences[middle]!.address > pointer) high = middle;
    else low = middle + 1;
  }
  const fence = fences[low];
  return fence !== undefined && fence.address < size ? fence : undefined;
}

function reasonOf({ header, reason }: CapacityRule): string {
  return header ? "the object header of AssemblyScript" : reason;
}

function doubtOf({ source, reason }: CapacityRule, stated: number | undefined): string {
  return stated === undefined || typeof source !== "object" || !("export" in source)
    ? reason
    : `${quote(source.export)} states ${stated}, which is impossible`;
}

function compileSource(
  { source, header }: CapacityRule,
  offset: number,
  instance: Instance,
  call: { readonly symbol: string; readonly layout: FrameLayout | undefined },
): ((frame: Frame, pointer: number) => number | undefined) | undefined {
  const { memory } = instance;
  if (header) {
    return (_frame, pointer) => {
      const byteLength = objectSize(memory, pointer - offset);
      return byteLength && byteLength - offset;
    };
  }
  if (source === undefined) return undefined;
  if (typeof source === "number") return () => source;
  const get = compileOffset(source as Value, instance, layoutOf(call, instance));
  // The stated capacity is that of the whole buffer.
  if (!("holds" in source) || source.holds !== "address") return (frame) => get(frame) - offset;
  return (frame) => memory.read("u32", get(frame)) - offset;
}

/**
 * Returns the size of the AssemblyScript object at a pointer, if it has an object's header:
 * https://www.assemblyscript.org/runtime.html#memory-layout.
 */
function objectSize(memory: GuestMemory, pointer: number): number | undefined {
  if (pointer < 20 || pointer % 16 !== 0) return undefined;
  const byteLength = memory.read("u32", pointer - 4);
  // The two lowest bits are flags of the allocator; a block ends 4 bytes before the next header.
  const block = memory.read("u32", pointer - 20) & ~3;
  const needed = Math.ceil((byteLength + 20) / 16) * 16 - 4;
  return block >= needed && block % 16 === 12 ? byteLength : undefined;
}
