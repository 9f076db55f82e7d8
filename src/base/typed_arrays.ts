// Typed arrays of numbers, and bytes.

import {
  checkNumeric,
  NUMERIC_TYPES,
  type NumericType,
  type NumericValue,
} from "./numeric_types.ts";
import { show } from "./show.ts";

export const TYPED_ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const satisfies Record<NumericType, unknown>;

/** The typed array for a type of elements. */
export type TypedArray<T extends NumericType> = {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  f32: Float32Array;
  f64: Float64Array;
}[T];

/** Bytes, or anything that converts to a `Uint8Array` without loss. Numbers have to be 0 to 255. */
export type BytesInput =
  | Uint8Array
  | Uint8ClampedArray
  | ArrayBuffer
  | DataView
  | readonly number[];

/** Elements of one type: a typed array, or anything that converts to one without loss. */
export type ElementsInput<T extends NumericType> =
  | TypedArray<T>
  | (T extends "u8" ? Uint8ClampedArray : never)
  | ArrayBuffer
  | DataView
  | readonly NumericValue<T>[];

/**
 * A typed array can have own properties with any value, may come from another realm, and its buffer
 * can shrink or be detached at any time. So only the getters that every typed array inherits are
 * used, and they are saved before anyone can replace them.
 */
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

export type View = ArrayBufferView & { readonly length: number };

function getter<T>(name: PropertyKey, of: object = prototype): (view: unknown) => T {
  const { get } = Object.getOwnPropertyDescriptor(of, name)!;
  // V8 compiles a call that is bound like this as fast as a property: 1 ns.
  return Function.prototype.call.bind(get!) as (view: unknown) => T;
}

/**
 * Returns the class of a typed array, such as `"Uint8Array"`, even of a subclass; `undefined` for
 * any other value.
 */
export const classOf: (value: unknown) => string | undefined = getter(Symbol.toStringTag);

/** Returns the length of a typed array in bytes; 0 if it is detached or out of bounds. */
export const byteLengthOf: (view: unknown) => number = getter("byteLength");

export const bufferOf: (view: unknown) => ArrayBufferLike = getter("buffer");

const byteOffsetOf: (view: unknown) => number = getter("byteOffset");

const indexIn = Function.prototype.call.bind(prototype.indexOf) as (
  view: View,
  element: number,
) => number;

/** Returns whether `value` is a `Uint8Array` of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return classOf(value) === "Uint8Array";
}

export function indexOfByte(bytes: Uint8Array, byte: number): number {
  return indexIn(bytes, byte);
}

/**
 * Makes a view of a typed array's bytes that has only the properties of its class.
 *
 * @param view The array.
 * @param action The failed action in the error.
 * @throws {TypeError} if it is detached or out of bounds.
 */
export function plainBytes(view: View, action: string): Uint8Array {
  refuseStale(view, action);
  return new Uint8Array(bufferOf(view), byteOffsetOf(view), byteLengthOf(view));
}

/** Makes a view of the same elements that has only the properties of its class. */
export function plainView(view: View): View {
  const Class = Object.values(TYPED_ARRAYS).find(({ name }) => name === classOf(view))!;
  const length = byteLengthOf(view) / Class.BYTES_PER_ELEMENT;
  return new Class(bufferOf(view) as ArrayBuffer, byteOffsetOf(view), length);
}

/**
 * Throws if a typed array is detached or out of bounds, in which case its length is 0.
 *
 * @param view The array.
 * @param action The failed action in the error.
 * @throws {TypeError} if it is detached or out of bounds.
 */
export function refuseStale(view: View, action: string): void {
  if (byteLengthOf(view) > 0) return;
  try {
    indexIn(view, 0); // the engine refuses a stale array
  } catch {
    throw staleError(bufferOf(view), "their", action);
  }
}

/**
 * Makes a typed array of another container of elements: a view of an `ArrayBuffer`, a `DataView` or
 * clamped bytes, or a checked copy of an array of numbers.
 *
 * @param element The type of the elements; `u8` for bytes.
 * @param action The failed action in the error.
 * @returns `undefined` for any other value.
 * @throws {TypeError} if it is detached or out of bounds, or an element is not a number.
 * @throws {RangeError} if an element is outside its type, or the last element is incomplete.
 */
export function toView(value: unknown, element: NumericType, action: string): View | undefined {
  const Class = TYPED_ARRAYS[element];
  if (Array.isArray(value)) {
    const { length } = value;
    const made = new Class(length);
    for (let index = 0; index < length; index++) {
      const item = value[index];
      checkNumeric(element, item, action, index);
      made[index] = item;
    }
    return made;
  }
  const bytes = classOf(value) === "Uint8ClampedArray" && element === "u8"
    ? plainBytes(value as View, action)
    : bytesOf(value, action);
  if (bytes === undefined || element === "u8") return bytes;
  const { byteLength: size } = NUMERIC_TYPES[element];
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength % size !== 0) {
    throw new RangeError(
      `Cannot ${action}: it has ${byteLength} bytes, expected a multiple of ${size} for ${element}`,
    );
  }
  // A typed array can only begin at a multiple of its elements' size.
  return byteOffset % size === 0
    ? new Class(buffer as ArrayBuffer, byteOffset, byteLength / size)
    : new Class(bytes.slice().buffer);
}

const bufferByteLength = getter<number>("byteLength", ArrayBuffer.prototype);
const dataBuffer = getter<ArrayBuffer>("buffer", DataView.prototype);
const dataByteOffset = getter<number>("byteOffset", DataView.prototype);
const dataByteLength = getter<number>("byteLength", DataView.prototype);

/**
 * Returns the bytes of an `ArrayBuffer` or a `DataView` of any realm, `undefined` for any other
 * value.
 *
 * @param action The failed action in the error.
 * @throws {TypeError} if it is detached or out of bounds.
 */
export function bytesOf(value: unknown, action: string): Uint8Array | undefined {
  const isView = ArrayBuffer.isView(value);
  if (isView && classOf(value) !== undefined) return undefined;
  let buffer = value;
  try {
    // The getters throw for any other value, and for a stale view.
    if (!isView) return new Uint8Array(buffer as ArrayBuffer, 0, bufferByteLength(value));
    buffer = dataBuffer(value);
    return new Uint8Array(buffer as ArrayBuffer, dataByteOffset(value), dataByteLength(value));
  } catch {
    if (!isView && !isBuffer(value)) return undefined;
    throw staleError(buffer as ArrayBuffer, "its", action);
  }
}

function isBuffer(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/**
 * Returns bytes as a `Uint8Array`, a view if possible.
 *
 * @param action The failed action in the error.
 */
export function toBytes(value: BytesInput, action: string): Uint8Array {
  if (isBytes(value)) return value;
  const bytes = toView(value, "u8", action);
  if (bytes !== undefined) return bytes as Uint8Array;
  throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a Uint8Array`);
}

function staleError(buffer: ArrayBufferLike, whose: string, action: string): TypeError {
  const problem = isDetached(buffer)
    ? "is detached"
    : `was resized and ends before ${whose === "its" ? "it" : "them"}`;
  return new TypeError(`Cannot ${action}: ${whose} buffer ${problem}, expected a live one`);
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * Makes the error for bytes whose length changed after it was read, because guest code ran.
 *
 * @param to The destination in the error: `to "greet"`.
 */
export function changedError(byteLength: number, to: string): TypeError {
  return new TypeError(
    `Cannot pass ${byteLength} bytes ${to}: their length changed during the call, expected it to ` +
      "stay",
  );
}
