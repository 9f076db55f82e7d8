// Typed arrays as they really are. Their own properties can say anything, they may come from
// another realm, and their buffers can shrink or go away at any moment. So only the getters that
// every typed array inherits are asked, and those are taken before anyone can replace them.

import { TYPED_ARRAYS } from "./numeric_types.ts";
import { quote } from "./show.ts";

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

export type View = ArrayBufferView & { readonly length: number };

function getter<T>(name: keyof Uint8Array): (view: unknown) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name)!;
  // V8 compiles a call that is bound like this as fast as a property: 1 ns.
  return Function.prototype.call.bind(get!) as (view: unknown) => T;
}

/**
 * Returns the class of a typed array, such as `"Uint8Array"`, even of a subclass; `undefined` for
 * any other value.
 */
export const classOf: (value: unknown) => string | undefined = getter(Symbol.toStringTag);

/** Returns the length of a typed array in bytes; 0 if its buffer is detached or ends before it. */
export const byteLengthOf: (view: unknown) => number = getter("byteLength");

const bufferOf: (view: unknown) => ArrayBufferLike = getter("buffer");

const byteOffsetOf: (view: unknown) => number = getter("byteOffset");

const indexIn = Function.prototype.call.bind(prototype.indexOf) as (
  view: View,
  element: number,
) => number;

const CLASSES = Object.values(TYPED_ARRAYS);

/** Returns whether `value` is bytes of any realm. */
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
 * @throws {TypeError} if its buffer is detached, or ends before it.
 */
export function plainBytes(view: View, action: string): Uint8Array {
  refuseStale(view, action);
  return new Uint8Array(bufferOf(view), byteOffsetOf(view), byteLengthOf(view));
}

/** Makes a view of the same elements that has only the properties of its class. */
export function plainView(view: View): View {
  const Class = CLASSES.find(({ name }) => name === classOf(view))!;
  const length = byteLengthOf(view) / Class.BYTES_PER_ELEMENT;
  return new Class(bufferOf(view) as ArrayBuffer, byteOffsetOf(view), length);
}

/**
 * Throws if a typed array is stale, which makes it look empty.
 *
 * @param view The array.
 * @param action The failed action in the error.
 * @throws {TypeError} if its buffer is detached, or ends before it.
 */
export function refuseStale(view: View, action: string): void {
  if (byteLengthOf(view) > 0) return;
  try {
    indexIn(view, 0); // the engine refuses a stale array
  } catch {
    const problem = isDetached(bufferOf(view))
      ? "their buffer is detached"
      : "their buffer was resized and ends before them";
    throw new TypeError(`Cannot ${action}: ${problem}, expected a live one`);
  }
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
 * Makes the error for bytes whose length changed after they were measured, because guest code ran.
 */
export function changedError(byteLength: number, symbol: string): TypeError {
  return new TypeError(
    `Cannot pass ${byteLength} bytes to ${quote(symbol)}: their length changed during the call, ` +
      "expected it to stay",
  );
}
