import type { ContentKind } from "../abi/number.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import type { PlannedEncoding } from "../abi/value.ts";
import {
  byteLengthOf,
  changedError,
  classOf,
  indexOfByte,
  isBytes,
  NUMERIC_TYPES,
  type NumericType,
  plainBytes,
  refuseStale,
  toView,
  TYPED_ARRAYS,
  type View,
} from "../base/numeric_types.ts";
import { show, withArticle } from "../base/show.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CodecName } from "../memory/text/codec.ts";
import { isWide, refuseNul } from "../memory/text/common.ts";

/** The bit of a length that marks UTF-16 text in latin1+utf16. */
export const UTF16_TAG = 0x80000000;

/** The content of a block: text in one encoding, or bytes. */
export interface Content {
  /** Bytes in a code unit. */
  readonly unit: 1 | 2;
  /** Throws unless `value` can be passed; returns the exact number of bytes that it takes. */
  measure(value: unknown): number;
  /**
   * Writes into a checked range. If the content takes more than `room` bytes, it writes nothing and
   * returns -1.
   */
  write(value: unknown, pointer: number, room: number): number;
  /** Returns the length to pass for `byteLength` bytes to a guest that counts in code units. */
  codeUnits(value: unknown, byteLength: number): number;
  /** Throws if `value` holds a NUL. */
  refuseNul(value: unknown): void;
  /**
   * Throws if the length of `value` has changed since it was measured, because guest code ran and
   * may have called the host. Absent for values that cannot change.
   */
  refuseChanged?(value: unknown, byteLength: number, symbol: string): void;
}

/**
 * Returns the size in bytes of one unit, for a guest that counts in code units; also the alignment.
 */
export function unitOf(content: ContentKind | "strings", encoding: PlannedEncoding): number {
  if (typeof content === "object") return NUMERIC_TYPES[content.element].byteLength;
  return content === "string" && (encoding === "latin1+utf16" || isWide(encoding)) ? 2 : 1;
}

/** Returns whether a text would lose its trailing NULs on the way back. */
export function losesTrailingNuls(
  { content, terminated }: ParameterPlan & { kind: "text" },
  { result }: PlanParts,
): boolean {
  return content === "string" && terminated !== "always" && result.kind === "text" &&
    result.content === "string" && result.trailingNul === "trim";
}

/** Returns the class of the JavaScript value for bytes or an array. */
export function classNameOf(content: Exclude<ContentKind, "string">): string {
  return content === "bytes" ? "Uint8Array" : TYPED_ARRAYS[content.element].name;
}

/**
 * Compiles accepting text, bytes or an array of the declared elements, and null if that is
 * `nullable`. What else holds bytes or elements becomes a typed array; other values are refused.
 */
export function compileAccept(
  kind: ContentKind,
  action: string,
  nullable = false,
): (value: unknown) => unknown {
  const name = kind === "string" ? undefined : classNameOf(kind);
  const expected = (name === undefined ? "a string" : withArticle(name)) +
    (nullable ? " or null" : "");
  return (value) => {
    if (name === undefined ? typeof value === "string" : classOf(value) === name) return value;
    if (nullable && value === null) return value;
    const view = kind === "string"
      ? undefined
      : toView(value, kind === "bytes" ? "u8" : kind.element, action);
    if (view !== undefined) return view;
    throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
  };
}

/** Returns the content of a parameter of text, bytes or numbers. */
export function compileContent(
  memory: GuestMemory,
  content: ContentKind,
  encoding: PlannedEncoding,
): Content {
  if (typeof content === "object") return arrayContent(memory, content.element);
  if (content === "bytes") return bytesContent(memory);
  return encoding === "latin1+utf16" ? taggedContent(memory) : textContent(memory, encoding);
}

/** Makes the content for text in `encoding`. */
function textContent(memory: GuestMemory, encoding: CodecName): Content {
  const codec = memory.codec(encoding);
  const unit = isWide(encoding) ? 2 : 1;
  return {
    unit,
    codeUnits: (_value, byteLength) => byteLength / unit,
    measure: (value) => codec.byteLength(text(value)),
    write: (value, pointer, room) => codec.write(text(value), pointer, room),
    refuseNul: (value) => refuseNul(text(value)),
  };
}

/**
 * Makes the content for the canonical ABI's latin1+utf16: latin1 if that can carry the text, and
 * otherwise UTF-16, which a bit of the length marks.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md",
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

/** Makes the content for bytes, which are unchanged. */
function bytesContent(memory: GuestMemory): Content {
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
 */
function arrayContent(memory: GuestMemory, element: NumericType): Content {
  const whole = bytesContent(memory);
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

/**
 * Returns the offset of the lengths of several texts: after their addresses and the 0 that ends
 * those.
 */
export function lengthsOffset(count: number, word: 4 | 8): number {
  return (count + 1) * word;
}
