import type { MemoryLayout, PlacedRange } from "../abi/layout.ts";
import { LoadError, messageOf } from "../base/errors.ts";
import { expectedWord } from "../base/misnomers.ts";
import { listLines, quote } from "../base/show.ts";
import { constantOf, unsigned } from "../binary/segments.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { bufferOf, type NamedPart, rangeWords } from "../check/layout_shape.ts";
import {
  initialStackPointer,
  isLinkedByLld,
  lowestAddress,
  stackFloor,
} from "../detect/capacity.ts";
import { LARGEST_ALIGNMENT, takenIn, type TakenRange } from "../instance/added_pages.ts";
import { growMemory, PAGE_SIZE } from "../memory/pointer.ts";
import { MAY_HAND_OUT_BLOCKS } from "../presets/names.ts";
import type { Compiled } from "../source/source_types.ts";

/**
 * The layout of guest memory. Its ranges are placed in each instance before the guest is called, in
 * the order of their declaration, so their addresses do not depend on the order of calls.
 */
export class GuestLayout {
  readonly #declared: MemoryLayout;
  readonly #named: readonly NamedPart[];
  readonly #compiled: Compiled;
  /** Where each range is; the same in each instance. */
  readonly #ranges = new Map<string, PlacedRange>();
  #memory: WebAssembly.Memory | undefined;
  /** The size of memory before it grew for the layout. */
  #size: number | undefined;

  /** Does not place ranges yet; `named` are the parts of declarations that refer to them. */
  constructor(declared: MemoryLayout, named: readonly NamedPart[], compiled: Compiled) {
    this.#declared = declared;
    this.#named = named;
    this.#compiled = compiled;
  }

  /**
   * Places the ranges in the memory of an instance, which grows to hold them.
   *
   * @throws {LoadError} with the code `memory` and a line for each range that does not fit.
   */
  place(memory: WebAssembly.Memory | undefined): void {
    if (memory === undefined) throw this.#error(["the guest has no memory, expected one"]);
    const taken = takenIn(memory);
    const problems = Object.entries(this.#declared).flatMap(([name, place]) => {
      const byteLength = "at" in place ? place.capacity : place.reserve;
      const same = taken.find((other) => other.name === name);
      const at = "at" in place ? place.at : same?.pointer;
      if (at === undefined) return [];
      const range = { pointer: at, byteLength };
      const others = taken.filter((other) => other !== same).map((other) => ({
        ...other,
        what: `${other.name === undefined ? "" : `${quote(other.name)} of `}${other.of}`,
      }));
      const guests = "at" in place && place.owner !== "guest" ? rangesOf(this.#compiled.info) : [];
      const hit = [...others, ...guests].find((other) => overlap(range, other));
      const problem = same !== undefined && !isSame(same, range)
        ? `expected ${words(same)}, as ${same.of} has it in the same memory`
        : hit && `which overlaps ${hit.what}, ${words(hit)}`;
      if (problem === undefined) this.#ranges.set(name, range);
      return problem === undefined ? [] : [`layout.${name} is ${words(range)}, ${problem}`];
    });
    const size = memory.buffer.byteLength;
    this.#size ??= size;
    if (size > this.#size) {
      // Ranges that were added before would now overlap the guest's own memory.
      problems.push(`it has ${size} bytes before the layout, expected ${this.#size} as at first`);
    }
    if (problems.length > 0) throw this.#error(problems);
    this.#grow(memory);
    for (const part of this.#named) {
      const { pointer, byteLength } = this.#ranges.get(part.name)!;
      // The declarations are copies, and no call has been planned with them yet.
      Object.assign(part.holder, { [part.key]: pointer });
      const buffer = bufferOf(part);
      if (buffer !== undefined) buffer.capacity ??= byteLength - (buffer.offset ?? 0);
    }
    this.release();
    this.#memory = memory;
    for (const [name, range] of this.#ranges) {
      const same = taken.find((other) => other.name === name);
      if (same !== undefined) same.users.add(this);
      else taken.push({ ...range, name, of: this.#compiled.name, users: new Set([this]) });
    }
  }

  /** Grows memory for all fixed ranges, and then for those that are added at its end. */
  #grow(memory: WebAssembly.Memory): void {
    const ends = [...this.#ranges.values()].map(({ pointer, byteLength }) => pointer + byteLength);
    this.#reach(memory, Math.max(0, ...ends));
    let next = memory.buffer.byteLength;
    for (const [name, place] of Object.entries(this.#declared)) {
      if ("at" in place || this.#ranges.has(name)) continue;
      this.#ranges.set(name, { pointer: next, byteLength: place.reserve });
      next += Math.ceil(place.reserve / LARGEST_ALIGNMENT) * LARGEST_ALIGNMENT;
    }
    this.#reach(memory, next);
  }

  #reach(memory: WebAssembly.Memory, end: number): void {
    const pages = Math.ceil((end - memory.buffer.byteLength) / PAGE_SIZE);
    if (pages <= 0) return;
    try {
      growMemory(memory, pages);
    } catch (cause) {
      throw this.#error([messageOf(cause)], cause);
    }
  }

  /** Makes the guest that uses the ranges, and releases them if that fails. */
  keepFor<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Releases the names, because the guest is closed or its instance is replaced. */
  release(): void {
    if (this.#memory === undefined) return;
    const taken = takenIn(this.#memory);
    for (const range of [...taken]) {
      if (range.users.delete(this) && range.users.size === 0) taken.splice(taken.indexOf(range), 1);
    }
  }

  /**
   * Returns where a range is.
   *
   * @throws {TypeError} if the layout has no such name.
   */
  find(name: string): PlacedRange {
    const range = this.#ranges.get(name);
    if (range !== undefined) return { ...range };
    throw new TypeError(
      `Cannot find the place ${quote(name)}: the layout has none of that name, ` +
        expectedWord(name, [...this.#ranges.keys()]),
    );
  }

  #error(problems: readonly string[], cause?: unknown): LoadError {
    const { name, source } = this.#compiled;
    return new LoadError(
      "memory",
      `Cannot lay out the memory of ${name}:${problems.length === 1 ? " " : "\n"}${
        listLines(problems)
      }`,
      { source, problems, cause },
    );
  }
}

/** A range that the guest uses itself. */
interface OwnRange extends PlacedRange {
  readonly what: string;
}

/** Lists the ranges that the guest itself uses, as far as its binary shows them. */
function rangesOf(info: ModuleInfo | undefined): OwnRange[] {
  // The addresses of a guest with several memories may be those of another one.
  if (info === undefined || info.memories.length > 1) return [];
  const ranges: OwnRange[] = [];
  for (const { offset, byteLength } of info.dataSegments) {
    if (offset === undefined || !("value" in offset)) continue;
    ranges.push({ pointer: unsigned(offset.value), byteLength, what: "the guest's data segment" });
  }
  const add = (what: string, start: number, end: number) =>
    ranges.push({ pointer: start, byteLength: Math.max(0, end - start), what });
  const top = isLinkedByLld(info) ? initialStackPointer(info) : undefined;
  if (top !== undefined) add("the guest's stack", stackFloor(info), top);
  const base = addressOf("__heap_base", info);
  if (base === undefined) return ranges;
  add('the guest\'s data below "__heap_base"', lowestAddress(info), base);
  const [memory] = info.memories;
  if (
    memory !== undefined &&
    info.exports.some(({ name }) => MAY_HAND_OUT_BLOCKS.test(name.toLowerCase()))
  ) {
    add("the guest's heap", base, Number(memory.minimum) * PAGE_SIZE);
  }
  return ranges;
}

function addressOf(name: string, info: ModuleInfo): number | undefined {
  const item = info.exports.find((item) => item.kind === "global" && item.name === name);
  return item?.kind === "global" ? constantOf(info, item.index) : undefined;
}

function overlap(a: PlacedRange, b: PlacedRange): boolean {
  return a.pointer < b.pointer + b.byteLength && b.pointer < a.pointer + a.byteLength;
}

function isSame(a: TakenRange, b: PlacedRange): boolean {
  return a.pointer === b.pointer && a.byteLength === b.byteLength;
}

function words({ pointer, byteLength }: PlacedRange): string {
  return rangeWords(pointer, pointer + byteLength);
}
