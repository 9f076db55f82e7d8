import type { ConventionEncoding } from "../conventions/convention.ts";
import type { ContentKind, StringsRecipe } from "../conventions/recipe.ts";
import type { GuestMemory } from "../memory.ts";
import { refuseNul } from "../memory_text.ts";
import { NUMERIC_TYPES, type NumericType, TYPED_ARRAYS } from "../numbers.ts";
import { isArray, quote, show } from "../show.ts";
import type { Encoding } from "../text/codec.ts";
import {
  byteLengthOf,
  changedError,
  classOf,
  indexOfByte,
  isBytes,
  plainBytes,
  refuseStale,
  type View,
} from "../view.ts";
import type { Lower } from "./lower.ts";
import type { Frame, Realm } from "./realm.ts";
import type { Store } from "./store.ts";
import type { Layout } from "./values.ts";

/** In latin1+utf16, the bit of a length that says that the text is UTF-16. */
export const UTF16_TAG = 0x80000000;

/** What a block is filled with: text in one encoding, or bytes. */
export interface Content {
  /** Bytes in a code unit. */
  readonly unit: 1 | 2;
  /** Throws unless `value` can be passed; returns the exact number of bytes that it takes. */
  measure(value: unknown): number;
  /** Writes into a checked range; -1 where it takes more than `room` bytes: then nothing is written. */
  write(value: unknown, pointer: number, room: number): number;
  /** What a guest that counts in code units is told of `byteLength` bytes. */
  codeUnits(value: unknown, byteLength: number): number;
  /** Throws where `value` holds a NUL. */
  refuseNul(value: unknown): void;
  /**
   * Throws where `value` has no more the length that was measured: guest code ran since, which may
   * have called the host. Absent for what can not change.
   */
  refuseChanged?(value: unknown, byteLength: number, symbol: string): void;
}

/** Bytes in what a guest that counts in code units counts: also what such content is aligned to. */
export function unitOf(content: ContentKind | "strings", encoding: ConventionEncoding): number {
  if (typeof content === "object") return NUMERIC_TYPES[content.element].byteLength;
  return content === "bytes" || encoding === "utf-8" || encoding === "latin1" ? 1 : 2;
}

/** The content that a parameter of text, bytes or numbers has. */
export function compileContent(
  memory: GuestMemory,
  content: ContentKind,
  encoding: ConventionEncoding,
): Content {
  if (typeof content === "object") return arrayContent(memory, content.element);
  if (content === "bytes") return bytesContent(memory);
  return encoding === "latin1+utf16" ? taggedContent(memory) : textContent(memory, encoding);
}

/** Text in `encoding`. */
function textContent(memory: GuestMemory, encoding: Encoding): Content {
  const codec = memory.codec(encoding);
  const unit = encoding === "utf-16" ? 2 : 1;
  return {
    unit,
    codeUnits: (_value, byteLength) => byteLength / unit,
    measure: (value) => codec.byteLength(text(value)),
    write: (value, pointer, room) => codec.write(text(value), pointer, room),
    refuseNul: (value) => refuseNul(text(value)),
  };
}

/**
 * The canonical ABI's latin1+utf16: latin1 where that carries the text, otherwise UTF-16, which a
 * bit of the length tells. https://github.com/WebAssembly/component-model, "CanonicalABI.md",
 * `store_string_to_latin1_or_utf16`.
 */
function taggedContent(memory: GuestMemory): Content {
  const latin1 = textContent(memory, "latin1");
  const utf16 = textContent(memory, "utf-16");
  const chosen = (value: unknown) => /[^\0-\xff]/.test(text(value)) ? utf16 : latin1;
  return {
    unit: 2,
    codeUnits: (value, byteLength) =>
      chosen(value) === utf16 ? byteLength / 2 + UTF16_TAG : byteLength,
    measure: (value) => chosen(value).measure(value),
    write: (value, pointer, room) => chosen(value).write(value, pointer, room),
    refuseNul: (value) => refuseNul(text(value)),
  };
}

/** Bytes as they are. */
export function bytesContent(memory: GuestMemory): Content {
  return {
    unit: 1,
    codeUnits: (_value, byteLength) => byteLength,
    measure: (value) => measureBytes(bytes(value)),
    write(value, pointer, room) {
      const source = bytes(value);
      const byteLength = measureBytes(source);
      if (byteLength > room) return -1;
      memory.writeBytes(pointer, source);
      return byteLength;
    },
    refuseNul(value) {
      const index = indexOfByte(bytes(value), 0);
      if (index >= 0) {
        throw new TypeError(
          `Cannot pass bytes with a NUL at index ${index}: the guest takes them to end there`,
        );
      }
    },
    refuseChanged(value, byteLength, symbol) {
      if (measureBytes(bytes(value)) !== byteLength) throw changedError(byteLength, symbol);
    },
  };
}

/** The elements of a typed array as they are; a guest that counts in code units counts elements. */
function arrayContent(memory: GuestMemory, element: NumericType): Content {
  const whole = bytesContent(memory);
  const { byteLength: size } = NUMERIC_TYPES[element];
  const { name } = TYPED_ARRAYS[element];
  const view = (value: unknown): Uint8Array => {
    if (classOf(value) === name) return plainBytes(value as View, "pass an array");
    throw new TypeError(`Cannot pass an array: it is ${show(value)}, expected a ${name}`);
  };
  return {
    unit: 1,
    codeUnits: (_value, byteLength) => byteLength / size,
    measure: (value) => byteLengthOf(view(value)),
    write: (value, pointer, room) => whole.write(view(value), pointer, room),
    refuseNul: (value) => whole.refuseNul(view(value)),
    refuseChanged: (value, byteLength, symbol) =>
      whole.refuseChanged!(view(value), byteLength, symbol),
  };
}

function measureBytes(value: Uint8Array): number {
  const byteLength = byteLengthOf(value);
  if (byteLength === 0) refuseStale(value, "pass bytes");
  return byteLength;
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot pass text: it is ${show(value)}, expected a string`);
}

function bytes(value: unknown): Uint8Array {
  if (isBytes(value)) return value;
  throw new TypeError(`Cannot pass bytes: it is ${show(value)}, expected a Uint8Array`);
}

/** Whether each text has a block of its own: where the guest takes them over, it frees each. */
export function isEach({ place, free }: StringsRecipe): boolean {
  return place.kind === "allocator" && free === undefined;
}

/** Compiles a parameter of several texts; `beside` is a block for one text of its own. */
export function compileLowerStrings(
  recipe: StringsRecipe,
  index: number,
  { memory, address64 }: Realm,
  store: Store,
  beside: number,
  symbol: string,
): Lower {
  const { terminated } = recipe;
  const text = compileContent(memory, "string", recipe.encoding);
  const table = compileTable(recipe, address64);
  const writeWord = address64
    ? (pointer: number, value: number) => memory.write("u64", pointer, BigInt(value))
    : (pointer: number, value: number) => memory.write("u32", pointer, value);
  const tail = terminated ? text.unit : 0;

  /** Notes in the table at `base` where text `at` of `count` lies. */
  function note(base: number, at: number, count: number, pointer: number, length: number): void {
    writeWord(base + table.pointerAt(at), pointer);
    writeWord(base + table.lengthAt(at, count), length);
  }

  const together: Content = {
    unit: 1,
    codeUnits: (value) => (value as string[]).length,
    measure: (value) =>
      (value as string[]).reduce(
        (size, item) => size + text.measure(item) + tail,
        table.byteLength((value as string[]).length),
      ),
    write(value, base, room) {
      if (together.measure(value) > room) return -1;
      const items = value as string[];
      let pointer = base + table.byteLength(items.length);
      memory.clear(base, pointer - base);
      for (const [at, item] of items.entries()) {
        const byteLength = text.write(item, pointer, base + room - pointer);
        note(base, at, items.length, pointer, text.codeUnits(item, byteLength));
        memory.clear(pointer + byteLength, tail);
        pointer += byteLength + tail;
      }
      return pointer - base;
    },
    refuseNul: (value) => (value as string[]).forEach(text.refuseNul),
  };

  function each(frame: Frame, items: readonly string[]): void {
    const blocks = items.map((item) => {
      store.put(frame, beside, text, item);
      return [frame.pointers[beside]!, frame.codeUnits[beside]!] as const;
    });
    const byteLength = table.byteLength(items.length);
    store.take(frame, index, byteLength);
    const base = frame.pointers[index]!;
    memory.clear(base, byteLength);
    for (const [at, [pointer, length]] of blocks.entries()) {
      note(base, at, items.length, pointer, length);
    }
    frame.codeUnits[index] = items.length;
  }

  const put: (frame: Frame, items: readonly string[]) => void = isEach(recipe)
    ? each
    : (frame, items) => store.put(frame, index, together, items);
  return (frame, value) => {
    const items = strings(value, index, symbol);
    if (terminated) together.refuseNul(items);
    put(frame, items);
  };
}

/** Where the words of the array are, in bytes from its beginning. */
interface Table {
  byteLength(count: number): number;
  pointerAt(at: number): number;
  lengthAt(at: number, count: number): number;
}

function compileTable({ layout }: StringsRecipe, address64: boolean): Table {
  const word = address64 ? 8 : 4;
  if (layout === "pairs") {
    return {
      byteLength: (count) => 2 * count * word,
      pointerAt: (at) => 2 * at * word,
      lengthAt: (at) => (2 * at + 1) * word,
    };
  }
  return {
    byteLength: (count) => (2 * count + 1) * word,
    pointerAt: (at) => at * word,
    lengthAt: (at, count) => lengthsOffset(count, word) + at * word,
  };
}

/** Where the array of lengths begins: behind the addresses and the 0 that ends them. */
export function lengthsOffset(count: number, word: Layout["word"]): number {
  return (count + 1) * word;
}

/** The texts of an array, each read once: a getter or a proxy may answer otherwise the next time. */
function strings(value: unknown, index: number, symbol: string): readonly string[] {
  const argument = `argument ${index} to ${quote(symbol)}`;
  if (!isArray(value)) {
    throw new TypeError(
      `Cannot pass ${argument}: it is ${show(value)}, expected an array of strings`,
    );
  }
  return Array.from({ length: value.length }, (_, at) => {
    const item: unknown = value[at];
    if (typeof item === "string") return item;
    throw new TypeError(
      `Cannot pass item ${at} of ${argument}: it is ${show(item)}, expected a string`,
    );
  });
}
