import { messageOf } from "../base/errors.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import type { Instance, Reserved } from "./instance.ts";

/**
 * A range of a memory that the host uses: a range of a layout, or pages that were added for calls.
 */
export interface TakenRange {
  readonly pointer: number;
  readonly byteLength: number;
  /** The name; absent for added pages. */
  readonly name?: string;
  /** The name of its guest's source, for errors. */
  readonly of: string;
  /** The layouts that have the name. */
  readonly users: Set<unknown>;
}

const taken = new WeakMap<WebAssembly.Memory, TakenRange[]>();

/** Returns the ranges of a memory that are in use, for all guests that share it. */
export function takenIn(memory: WebAssembly.Memory): TakenRange[] {
  const known = taken.get(memory) ?? [];
  taken.set(memory, known);
  return known;
}

/** The largest alignment of a block in any C ABI. */
export const LARGEST_ALIGNMENT = 16;

/** Pages that are added to the memory of an instance for the host's data. */
export class AddedPages {
  readonly #instance: Pick<Instance, "memory" | "caps">;
  /** The unused rest of the added pages. */
  #rest = { pointer: 0, byteLength: 0 };
  /** The address of each block that all symbols share, by block source and turn within a call. */
  readonly #blocks = new Map<Reserved, number[]>();

  /** Pages are added when a block is first needed. */
  constructor(instance: Pick<Instance, "memory" | "caps">) {
    this.#instance = instance;
  }

  /** Returns the address of a new block, or of the shared block for a turn within a call. */
  take(place: Reserved, turn?: number): number {
    if (turn === undefined) return this.#add(place.reserve);
    let turns = this.#blocks.get(place);
    if (turns === undefined) this.#blocks.set(place, turns = []);
    return turns[turn] ??= this.#add(place.reserve);
  }

  #add(byteLength: number): number {
    const size = Math.ceil(byteLength / LARGEST_ALIGNMENT) * LARGEST_ALIGNMENT;
    if (size > this.#rest.byteLength) {
      const pages = Math.ceil(size / PAGE_SIZE);
      const pointer = this.#grow(pages) * PAGE_SIZE;
      this.#rest = { pointer, byteLength: pages * PAGE_SIZE };
      const of = "the pages that were added for calls of another guest";
      takenIn(this.#instance.memory.memory).push({ ...this.#rest, of, users: new Set() });
    }
    const { pointer } = this.#rest;
    this.#rest = { pointer: pointer + size, byteLength: this.#rest.byteLength - size };
    return pointer;
  }
  /** Grows memory; returns its pages before. */
  #grow(pages: number): number {
    const { memory, caps } = this.#instance;
    try {
      return memory.grow(pages);
    } catch (cause) {
      const end = caps?.tell(pages * PAGE_SIZE) ?? "";
      if (end === "") throw cause;
      throw new RangeError(messageOf(cause) + end, { cause });
    }
  }
}
