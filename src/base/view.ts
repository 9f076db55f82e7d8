// What a typed array really is and holds. Its own properties can say anything, it may come from
// another realm, and its buffer can shrink or go away at any moment: so nothing but the getters that
// every typed array inherits is asked, and those are taken before anybody can replace them.

import { TYPED_ARRAYS } from "./numeric_types.ts";
import { quote } from "./show.ts";

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

/** A typed array of any class. */
export type View = ArrayBufferView & { readonly length: number };

function getter<T>(name: keyof Uint8Array): (view: unknown) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name)!;
  // V8 compiles a call that is bound like this as it compiles a property: 1 ns.
  return Function.prototype.call.bind(get!) as (view: unknown) => T;
}

/** The class of a typed array, such as `"Uint8Array"`, also of a subclass; `undefined` for all else. */
export const classOf: (value: unknown) => string | undefined = getter(Symbol.toStringTag);

/** The length of a typed array in bytes; 0 where its buffer is detached or ends before it. */
export const byteLengthOf: (view: unknown) => number = getter("byteLength");

const bufferOf: (view: unknown) => ArrayBufferLike = getter("buffer");

const byteOffsetOf: (view: unknown) => number = getter("byteOffset");

const indexIn = Function.prototype.call.bind(prototype.indexOf) as (
  view: View,
  element: number,
) => number;

/** The classes that symbols know. */
const CLASSES = Object.values(TYPED_ARRAYS);

/** Whether `value` is bytes, of whatever realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return classOf(value) === "Uint8Array";
}

/** Where a byte is among others, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number): number {
  return indexIn(bytes, byte);
}

/**
 * The bytes of a typed array, as a view of their own that has no properties but those of its class.
 *
 * @param view The array.
 * @param action What the error says can't be done.
 * @throws {TypeError} if its buffer is detached, or ends before it.
 */
export function plainBytes(view: View, action: string): Uint8Array {
  refuseStale(view, action);
  return new Uint8Array(bufferOf(view), byteOffsetOf(view), byteLengthOf(view));
}

/** A typed array as a view of the same elements that has no properties but those of its class. */
export function plainView(view: View): View {
  const Class = CLASSES.find(({ name }) => name === classOf(view))!;
  const length = byteLengthOf(view) / Class.BYTES_PER_ELEMENT;
  return new Class(bufferOf(view) as ArrayBuffer, byteOffsetOf(view), length);
}

/**
 * Throws where a typed array is not empty but stale.
 *
 * @param view The array.
 * @param action What the error says can't be done.
 * @throws {TypeError} if its buffer is detached, or ends before it.
 */
export function refuseStale(view: View, action: string): void {
  if (byteLengthOf(view) > 0) return;
  try {
    indexIn(view, 0); // refused by the engine where the array is stale
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

/** The error for bytes that have another length than when they were measured: guest code ran since. */
export function changedError(byteLength: number, symbol: string): TypeError {
  return new TypeError(
    `Cannot pass ${byteLength} bytes to ${quote(symbol)}: their length changed during the call, ` +
      "expected it to stay",
  );
}
