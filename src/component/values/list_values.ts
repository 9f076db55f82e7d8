// The component model's canonical ABI, "Loading" and "Storing", for lists and maps.

import {
  classOf,
  NUMERIC_TYPES,
  type NumericType,
  plainView,
  refuseStale,
  TYPED_ARRAYS,
  type View,
} from "../../base/numeric_types.ts";
import { isArray } from "../../base/show.ts";
import { inside, outOfRange, wrongType } from "./mistakes.ts";
import { checkRange, createRange, MOST_BYTES } from "./range_values.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";

/** What a list is in JavaScript. */
interface ListForm {
  /** The bytes that an element takes on the host. */
  readonly slot: number;
  /** Reads elements from a range that was checked. */
  read(pointer: number, length: number): unknown;
  /** Returns the elements of a value, and their number. */
  open(value: unknown): Elements;
}

interface Elements {
  readonly length: number;
  /** Writes the elements into a range that is theirs. */
  write(pointer: number): void;
}

/** What an element of an array takes at least. */
const SLOT = 8;

/** Makes the codec of lists of a type: an array. */
export function createList(layout: Layout, element: ValueCodec, place: Place): ValueCodec {
  return createElements(layout, element, place, {
    slot: Math.max(element.byteLength, SLOT),
    read: (pointer, length) => readElements(element, pointer, length, place),
    open(value) {
      if (!isArray(value)) throw wrongType(value, "an array");
      return elementsOf(value, element);
    },
  });
}

/** Makes the codec of maps: a `Map`, whose last entry of a key counts. Arrays of entries will do. */
export function createMap(layout: Layout, entry: ValueCodec, place: Place): ValueCodec {
  return createElements(layout, entry, place, {
    slot: Math.max(entry.byteLength, SLOT),
    read: (pointer, length) =>
      place.shapes.map(readElements(entry, pointer, length, place) as [unknown, unknown][]),
    open(value) {
      if (value instanceof Map) return elementsOf([...value], entry);
      if (!isArray(value)) throw wrongType(value, "a Map or an array of entries");
      return elementsOf(value, entry);
    },
  });
}

/** Makes the codec of lists of numbers: a typed array. An array of numbers is accepted as well. */
export function createNumbers(
  layout: Layout,
  type: NumericType,
  element: ValueCodec,
  place: Place,
): ValueCodec {
  const Class = TYPED_ARRAYS[type];
  const { byteLength: size } = NUMERIC_TYPES[type];
  const names = type === "u8" ? [Class.name, "Uint8ClampedArray"] : [Class.name];
  return createElements(layout, element, place, {
    slot: size,
    read: (pointer, length) => new Class(place.memory.readBytes(pointer, length * size).buffer),
    open(value) {
      if (isArray(value)) return elementsOf(value, element);
      const name = classOf(value);
      if (name === undefined || !names.includes(name)) {
        throw wrongType(value, `a ${Class.name} or an array`);
      }
      const view = value as View;
      refuseStale(view, "pass a list");
      const { buffer, byteOffset, byteLength, length } = plainView(view);
      let bytes = new Uint8Array(buffer, byteOffset, byteLength);
      // The allocator can grow memory, which detaches the buffer that it had.
      if (buffer === place.memory.memory.buffer) bytes = bytes.slice();
      return { length, write: (pointer) => place.memory.writeBytes(pointer, bytes) };
    },
  });
}

function createElements(
  layout: Layout,
  element: ValueCodec,
  place: Place,
  form: ListForm,
): ValueCodec {
  const { byteLength: size, alignment } = element;
  return createRange(layout, {
    read(pointer, length) {
      checkRange(place, pointer, length * size, alignment, "a list");
      place.charge(length * form.slot);
      return form.read(pointer, length);
    },
    write(value) {
      const elements = form.open(value);
      const { length } = elements;
      if (length * size > MOST_BYTES) {
        throw outOfRange(length * size, `a list of at most ${MOST_BYTES} bytes`);
      }
      const pointer = place.allocate(length * size, alignment);
      elements.write(pointer);
      return { pointer, length };
    },
  }, place);
}

function readElements(
  element: ValueCodec,
  pointer: number,
  length: number,
  place: Place,
): unknown[] {
  const data = place.memory.data();
  const { byteLength } = element;
  const values: unknown[] = [];
  for (let index = 0; index < length; index++) {
    values.push(element.load(pointer + index * byteLength, data));
  }
  return values;
}

/** Takes the elements as they are now, since the allocator could change the array. */
function elementsOf(values: readonly unknown[], element: ValueCodec): Elements {
  const { length } = values;
  return {
    length,
    write(pointer) {
      for (let index = 0; index < length; index++) {
        try {
          element.store(values[index], pointer + index * element.byteLength);
        } catch (error) {
          throw inside(error, `[${index}]`);
        }
      }
    },
  };
}
