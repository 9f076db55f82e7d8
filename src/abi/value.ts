import type { NumericType } from "../base/numeric_types.ts";
import type { CodecName, Encoding } from "../memory/text/codec.ts";

/** The encodings that a convention can have. */
export type ConventionEncoding = Encoding | "latin1+utf16";

/** The encoding of text in a plan, including how invalid text is handled. */
export type PlannedEncoding = CodecName | "latin1+utf16";

/**
 * The numbers that pass a test: negative ones, 0, all but 0, one number, several numbers, or all
 * but several.
 */
export type NumberTest =
  | "negative"
  | "zero"
  | "nonzero"
  | number
  | readonly number[]
  | { readonly except: readonly number[] };

/** A test of a number. */
export interface Condition {
  /** The number that is tested. */
  readonly value: Value;
  /** The numbers that pass. */
  readonly is: NumberTest;
}

/**
 * A function of the arguments from the caller, in order. Its result has to be a nonnegative
 * integer.
 */
// deno-lint-ignore no-explicit-any -- the arguments that the symbol declares
export type ArgumentsFunction = (...args: any[]) => number;

/**
 * Where to find a number after an export returned. Forms nest: word 1 of the struct at the address
 * in the low half of the result is `{ word: 1, at: { low: "result" } }`.
 */
export type Value =
  /** The result of the export. */
  | "result"
  /** The nth of several results, from 0. */
  | { readonly result: number }
  /** The low or the high half of a 64-bit number. */
  | { readonly low: Value }
  | { readonly high: Value }
  /** The address of a parameter of text or bytes, counted among all parameters. */
  | { readonly argument: number }
  /** The number of bytes of that parameter. */
  | { readonly byteLengthOf: number }
  /** The number of its items, its elements, or the code units of its encoding. */
  | { readonly countOf: number }
  /** A number from the caller, counted among all parameters. */
  | { readonly parameter: number }
  /** A word, as wide as a pointer, at an index from `at`: the return area unless set. */
  | { readonly word: number; readonly at?: Value }
  /** A number of any type, `offset` bytes from `at`: the return area unless set. */
  | { readonly load: NumericType; readonly at?: Value; readonly offset?: number }
  /** A getter or an exported global, read after the call. */
  | { readonly export: string }
  /** The result of an export for other numbers, such as a predicate for a status or a size. */
  | { readonly call: string; readonly with: readonly Value[] }
  /** A product, such as width times height times 4. */
  | { readonly product: readonly Value[] }
  /** A sum, such as an address and an offset. */
  | { readonly sum: readonly Value[] }
  /** The first minus the second. */
  | { readonly difference: readonly [Value, Value] }
  /**
   * The offset of an address into a parameter of text or bytes, in its code units or bytes; -1 if
   * it points elsewhere.
   */
  | { readonly indexIn: number; readonly of: Value }
  /** One of two, depending on a third, such as an inline buffer or the address of a larger one. */
  | { readonly when: Condition; readonly then: Value; readonly else: Value }
  /** The address of a range of the option `layout`, by its name. */
  | { readonly layout: string }
  /**
   * A number that a function computes from the arguments: `(text, times) => text.length * times`.
   */
  | ArgumentsFunction
  /**
   * The value that the guest's allocator returned for the block, unchanged. Only a call that frees
   * the block of a parameter can pass it.
   */
  | "allocated"
  /** The address of the output buffer. */
  | "output"
  /** The address of the return area. */
  | "area"
  /** A fixed number. */
  | number;

/** Where to find the length of text or bytes. */
export type Length =
  | Value
  /** Up to a NUL, which is not included. */
  | "nul"
  /** Up to a NUL, which is not included, or the given number of bytes if there is none. */
  | { readonly within: number }
  /** A number `offset` bytes from the pointer. At offset 0, the text follows the number. */
  | { readonly prefix: "u8" | "u16" | "u32" | "u64"; readonly offset?: number }
  /** The address after the last byte. */
  | { readonly end: Value }
  /**
   * The AssemblyScript object at the pointer, whose class determines the length and where the
   * contents are. The runtime determines which classes have fixed ids.
   */
  | { readonly object: "managed" | "arc" };
