// The component model's canonical ABI, "Loading", "Storing", "Flat Lifting" and "Flat Lowering",
// for values that are a pointer and a length: strings, lists and maps.

import type { ValueType } from "../types.ts";
import { address, type ValueCode, type ValueSource } from "./value_code.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import type { CoreValue, Layout } from "./value_layout.ts";

/** The place of a value: its first byte, and its length as the ABI counts it. */
export interface Range {
  readonly pointer: number;
  readonly length: number;
}

/** The representation of a value in a range of memory. */
export interface RangeForm {
  /** Reads the value of a length at a pointer. */
  read(pointer: number, length: number): unknown;
  /** Writes a value into a new block. */
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

/** Writes source for values in a range of memory, given locals with the pointer and the length. */
export interface RangeSource {
  read(code: ValueCode, pointer: string, length: string): string;
  write(code: ValueCode, value: string): { readonly pointer: string; readonly length: string };
}

/** Writes source for values that are a pointer and a length. */
export function rangeSource({ read, write }: RangeSource): ValueSource {
  return {
    take(code, value) {
      const { pointer, length } = write(code, value);
      return {
        flat: () => [pointer, length],
        store(at) {
          code.add(`data.setUint32(${address(at)}, ${pointer}, true);
            data.setUint32(${address(at, 4)}, ${length}, true);`);
        },
      };
    },
    load(code, at) {
      const word = (at: string) => `data.getUint32(${at}, true)`;
      const pointer = code.keep("pointer", word(address(at)));
      return read(code, pointer, code.keep("length", word(address(at, 4))));
    },
    lift(code, [pointer, length]) {
      const from = code.keep("pointer", `${pointer} >>> 0`);
      return read(code, from, code.keep("length", `${length} >>> 0`));
    },
  };
}

/** Writes source that leaves values to their codec. */
export function codecSource(type: ValueType): RangeSource {
  return {
    read(code, pointer, length) {
      const read = code.bindFor(type, "read", ({ place }) => {
        const codec = place.codecs.of(type);
        return (pointer: number, length: number) => codec.lift([pointer, length], 0);
      });
      return code.keep("value", `${read}(${pointer}, ${length})`);
    },
    write(code, value) {
      const write = code.bindFor(type, "write", ({ place }) => {
        const codec = place.codecs.of(type);
        return (value: unknown) => {
          const flat: CoreValue[] = [];
          codec.lower(value, flat, 0);
          return flat;
        };
      });
      const flat = code.keep("flat", code.carry(write, value));
      return {
        pointer: code.keep("pointer", `${flat}[0]`),
        length: code.keep("length", `${flat}[1]`),
      };
    },
  };
}
