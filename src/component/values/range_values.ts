// The component model's canonical ABI, "Loading", "Storing", "Flat Lifting" and "Flat Lowering", for
// values that are a pointer and a length: strings, lists and maps.

import { hex } from "../../base/show.ts";
import { abiTrap } from "./mistakes.ts";
import type { CoreValue, Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";

/** The most bytes of a string or of a list. */
export const MOST_BYTES = 2 ** 28 - 1;

/** Where a value lies, by its first byte and its length as the ABI counts it. */
export interface Range {
  readonly pointer: number;
  readonly length: number;
}

/** How a value lies in a range of memory. */
export interface RangeForm {
  /** Reads the value of a length at a pointer. */
  read(pointer: number, length: number): unknown;
  /** Writes a value into a block of its own. */
  write(value: unknown): Range;
}

/** Makes the codec of a type whose values are a pointer and a length. */
export function createRange(layout: Layout, { read, write }: RangeForm, place: Place): ValueCodec {
  return {
    ...layout,
    load: (pointer, data) => read(data.getUint32(pointer, true), data.getUint32(pointer + 4, true)),
    store(value, at) {
      const { pointer, length } = write(value);
      const data = place.memory.data();
      data.setUint32(at, pointer, true);
      data.setUint32(at + 4, length, true);
    },
    lift: (flat: readonly CoreValue[], index: number) =>
      read((flat[index] as number) >>> 0, (flat[index + 1] as number) >>> 0),
    lower(value, flat, index) {
      const { pointer, length } = write(value);
      flat[index] = pointer;
      flat[index + 1] = length;
    },
  };
}

/** Throws unless a guest's range of bytes is in memory, aligned, and not longer than values are. */
export function checkRange(
  { memory }: Place,
  pointer: number,
  byteLength: number,
  alignment: number,
  what: string,
): void {
  if (byteLength > MOST_BYTES) {
    throw abiTrap(`${what} has ${byteLength} bytes`, `at most ${MOST_BYTES}`);
  }
  if (pointer % alignment !== 0) {
    throw abiTrap(`${what} is at pointer ${hex(pointer)}`, `a multiple of ${alignment}`);
  }
  if (pointer + byteLength > memory.size) {
    throw abiTrap(
      `${what} has ${byteLength} bytes at pointer ${hex(pointer)}`,
      `a range within memory of ${memory.size} bytes`,
    );
  }
}
