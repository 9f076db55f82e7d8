// The component model's canonical ABI, "Loading" and "Storing", for lists and maps.

import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import {
  bufferOf,
  byteLengthOf,
  classOf,
  plainView,
  refuseStale,
  TYPED_ARRAYS,
  type View,
} from "../../base/typed_arrays.ts";
import { isShared } from "../../base/runtime.ts";
import { isArray } from "../../base/show.ts";
import { compileElements } from "../../call/declared_content.ts";
import { INPUT_ITEM_SIZE } from "../../call/text_read.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { ValueType } from "../types.ts";
import { article } from "../value_types.ts";
import { checkRange, inside, MOST_BYTES, outOfRange, wrongType } from "./mistakes.ts";
import { codecSource, createRange, type RangeSource } from "./range_values.ts";
import type { ValueCode, ValueSource } from "./value_code.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";

/** The JavaScript form of a list. */
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
  /** Writes the elements into their range. */
  write(pointer: number): void;
}

/** Returns what an element of an array takes on the host. */
function slotOf({ byteLength }: Layout): number {
  return Math.max(byteLength, 8);
}

/** Makes the codec of lists of a type: an array. */
export function createList(layout: Layout, element: ValueCodec, place: Place): ValueCodec {
  return createElements(layout, element, place, {
    slot: slotOf(element),
    read: (pointer, length) => readElements(element, pointer, length, place),
    open: (value) => elementsOf(arrayOf(value), element),
  });
}

/**
 * Makes the codec of maps: a `Map`, in which the last entry of a key wins. Arrays of entries are
 * accepted.
 */
export function createMap(layout: Layout, entry: ValueCodec, place: Place): ValueCodec {
  return createElements(layout, entry, place, {
    slot: slotOf(entry),
    read: (pointer, length) =>
      place.shapes.map(readElements(entry, pointer, length, place) as [unknown, unknown][]),
    open: (value) => elementsOf(entriesOf(value), entry),
  });
}

function arrayOf(value: unknown): readonly unknown[] {
  if (isArray(value)) return value;
  throw wrongType(value, "an array");
}

function entriesOf(value: unknown): readonly unknown[] {
  if (value instanceof Map) return [...value];
  if (isArray(value)) return value;
  throw wrongType(value, "a Map or an array of entries");
}

/** Writes source for lists. */
export function listSource(element: Layout, source: ValueSource): RangeSource {
  return elementsSource(element, source, arrayOf, (values) => values);
}

/**
 * Writes source for lists of numbers of a type. Values other than typed arrays go through the
 * codec.
 */
export function numbersSource(type: NumericType, list: ValueType): RangeSource {
  const codec = codecSource(list);
  const { byteLength: size } = NUMERIC_TYPES[type];
  const elementsIn = (code: ValueCode) =>
    code.bind(`elements ${type}`, ({ place }) => compileElements(place.memory, type));
  return {
    read(code, pointer, length) {
      const byteLength = code.keep("bytes", `${length} * ${size}`);
      code.checkRange(pointer, byteLength, size, "a list");
      code.charge(byteLength);
      const values = code.keep("values", `${elementsIn(code)}.read(${pointer}, ${byteLength})`);
      const { numbers } = code.shapes;
      return numbers === undefined ? values : `${code.constant(numbers)}(${values})`;
    },
    write(code, value) {
      const [pointer, length] = [code.variable("pointer"), code.variable("length")];
      const name = code.constant(TYPED_ARRAYS[type].name);
      const measure = `${code.constant(plainLength)}(${value}, ${name}, ${code.memory})`;
      const byteLength = code.keep("bytes", measure);
      code.add(`if (${byteLength} > 0) {`);
      const block = code.allocate(byteLength, size);
      code.add(`${elementsIn(code)}.write(${value}, ${block});
        ${pointer} = ${block}; ${length} = ${byteLength} / ${size};
      } else {`);
      const written = codec.write(code, value);
      code.add(`${pointer} = ${written.pointer}; ${length} = ${written.length}; }`);
      return { pointer, length };
    },
  };
}

/**
 * Returns the length in bytes of a typed array that can be copied as it is; 0 for any other value,
 * and for arrays that can be detached or grow while the guest allocates.
 */
function plainLength(value: unknown, name: string, memory: GuestMemory): number {
  if (classOf(value) !== name) return 0;
  const buffer = bufferOf(value);
  const byteLength = byteLengthOf(value);
  const isFixed = buffer !== memory.bytes().buffer && !isShared(buffer);
  return isFixed && byteLength <= MOST_BYTES ? byteLength : 0;
}

/** Writes source for maps. */
export function mapSource(entry: Layout, source: ValueSource): RangeSource {
  return elementsSource(
    entry,
    source,
    entriesOf,
    (values, code) => `${code.constant(code.shapes.map)}(${values})`,
  );
}

/**
 * Writes source for elements in a row.
 *
 * @param open Returns the elements of a value.
 * @param make Returns the source of the value with elements.
 */
function elementsSource(
  element: Layout,
  source: ValueSource,
  open: (value: unknown) => readonly unknown[],
  make: (values: string, code: ValueCode) => string,
): RangeSource {
  const { byteLength: size, alignment } = element;
  return {
    read(code, pointer, length) {
      code.checkRange(pointer, `${length} * ${size}`, alignment, "a list");
      code.charge(`${length} * ${slotOf(element)}`);
      const values = code.keep("values", "[]");
      const index = code.variable("index");
      code.add(`for (${index} = 0; ${index} < ${length}; ${index}++) {`);
      const base = code.keep("at", `${pointer} + ${index} * ${size}`);
      code.add(`${values}.push(${source.load(code, { base, offset: 0 })}); }`);
      return make(values, code);
    },
    write(code, value) {
      const values = code.keep("values", code.carry(code.constant(open), value));
      const length = code.keep("length", `${values}.length`);
      const byteLength = code.keep("bytes", `${length} * ${size}`);
      code.refuseIf(`${byteLength} > ${MOST_BYTES}`, refuseLong, byteLength);
      const pointer = code.allocate(byteLength, alignment);
      const index = code.variable("index");
      code.add(`for (${index} = 0; ${index} < ${length}; ${index}++) {`);
      code.within({ index }, () => {
        const taken = source.take(code, code.keep("element", `${values}[${index}]`));
        code.renewData();
        taken.store({ base: code.keep("at", `${pointer} + ${index} * ${size}`), offset: 0 });
      });
      code.add("}");
      return { pointer, length };
    },
  };
}

function refuseLong(byteLength: number): void {
  if (byteLength > MOST_BYTES) {
    throw outOfRange(byteLength, `a list of at most ${MOST_BYTES} bytes`);
  }
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
    read(pointer, length) {
      const values = new Class(place.memory.readBytes(pointer, length * size).buffer);
      return place.shapes.numbers === undefined ? values : place.shapes.numbers(values);
    },
    open(value) {
      if (isArray(value)) return elementsOf(value, element);
      const name = classOf(value);
      if (name === undefined || !names.includes(name)) {
        throw wrongType(value, `${article(Class.name)} or an array`);
      }
      const view = value as View;
      refuseStale(view, "pass a list");
      const { buffer, byteOffset, byteLength, length } = plainView(view);
      let bytes = new Uint8Array(buffer, byteOffset, byteLength);
      // The allocator can grow memory, which detaches its previous buffer.
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
  const codec = createRange(layout, {
    read(pointer, length) {
      checkRange(place, pointer, length * size, alignment, "a list");
      place.charge(length * form.slot);
      return form.read(pointer, length);
    },
    write(value) {
      const elements = form.open(value);
      const { length } = elements;
      refuseLong(length * size);
      const pointer = place.allocate(length * size, alignment);
      elements.write(pointer);
      return { pointer, length };
    },
  }, place);
  return { ...codec, measure: (value) => measure(value, element) };
}

/** Measures the elements of a list or a map as the host has them. */
function measure(value: unknown, element: ValueCodec): number {
  if (classOf(value) !== undefined) return byteLengthOf(value);
  const values = value instanceof Map ? [...value] : isArray(value) ? value : [];
  let taken = values.length * INPUT_ITEM_SIZE;
  if (element.measure !== undefined) { for (const one of values) taken += element.measure(one); }
  return taken;
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

/** Copies the elements, because guest code could change the array. */
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
