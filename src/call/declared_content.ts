import { NUMERIC_TYPES, type NumericType } from "../base/numeric_types.ts";
import {
  byteLengthOf,
  classOf,
  plainBytes,
  TYPED_ARRAYS,
  type View,
} from "../base/typed_arrays.ts";
import { show, withArticle } from "../base/show.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { UTF16_TAG } from "../memory/text/common.ts";
import type { Content } from "./content_type.ts";

// Content that only declared calls pass: arrays of numbers, and text in one of two encodings.

/**
 * Makes the content for the canonical ABI's latin1+utf16: latin1 if that can carry the text, and
 * otherwise UTF-16, which a bit of the length marks.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md",
 * `store_string_to_latin1_or_utf16`.
 */
export function taggedContent(latin1: Content, utf16: Content): Content {
  const chosen = (value: unknown) =>
    typeof value === "string" && /[^\0-\xff]/.test(value) ? utf16 : latin1;
  return {
    unit: 2,
    codeUnits: (value, byteLength) =>
      chosen(value) === utf16 ? byteLength / 2 + UTF16_TAG : byteLength,
    measure: (value) => chosen(value).measure(value),
    write: (value, pointer, room) => chosen(value).write(value, pointer, room),
    refuseNul: (value) => chosen(value).refuseNul(value),
  };
}

/** Copies typed arrays of one kind of element into memory and out of it. */
export interface Elements {
  /** Writes into a checked range. */
  write(value: View, pointer: number): void;
  /** Copies a checked range of whole elements. */
  read(pointer: number, byteLength: number): View;
}

/**
 * Makes the copies of one kind of element. They keep a view of all memory, because making a view
 * takes longer than copying a few elements. Only an aligned range begins at an element of it.
 */
export function compileElements(memory: GuestMemory, element: NumericType): Elements {
  const { byteLength: size } = NUMERIC_TYPES[element];
  const Elements = TYPED_ARRAYS[element];
  let bytes: Uint8Array | undefined;
  let elements: InstanceType<typeof Elements>;
  function isAligned(pointer: number): boolean {
    if (pointer % size !== 0) return false;
    const current = memory.bytes();
    if (current !== bytes) {
      bytes = current;
      elements = new Elements(current.buffer as ArrayBuffer, 0, Math.floor(current.length / size));
    }
    return true;
  }
  return {
    write(value, pointer) {
      if (isAligned(pointer)) elements.set(value as never, pointer / size);
      else memory.bytes().set(plainBytes(value, "pass an array"), pointer);
    },
    read(pointer, byteLength) {
      // A slice of shared elements is not shared itself.
      if (isAligned(pointer)) {
        return elements.slice(pointer / size, (pointer + byteLength) / size);
      }
      return new Elements(memory.bytes().slice(pointer, pointer + byteLength).buffer);
    },
  };
}

/**
 * Makes the content for the elements of a typed array, unchanged. A guest that counts in code units
 * counts elements.
 *
 * @param whole The content for bytes.
 */
export function arrayContent(whole: Content, element: NumericType): Content {
  const { byteLength: size } = NUMERIC_TYPES[element];
  const { name } = TYPED_ARRAYS[element];
  const view = (value: unknown): Uint8Array => {
    if (classOf(value) === name) return plainBytes(value as View, "pass an array");
    throw new TypeError(
      `Cannot pass an array: it is ${show(value)}, expected ${withArticle(name)}`,
    );
  };
  return {
    unit: 1,
    codeUnits: (_value, byteLength) => byteLength / size,
    measure: (value) => byteLengthOf(view(value)),
    write: (value, pointer, room) => whole.write(view(value), pointer, room),
    refuseNul: (value) => whole.refuseNul(view(value)),
    refuseChanged: (value, byteLength, to) => whole.refuseChanged!(view(value), byteLength, to),
  };
}
