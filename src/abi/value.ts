import type { NumericType } from "../base/numeric_types.ts";
import type { Encoding } from "../memory/text/codec.ts";

/** The encodings that a convention can have. */
export type ConventionEncoding = Encoding | "latin1+utf16";

/**
 * Where a number is found after an export returned. Forms nest: word 1 of the struct that the low
 * half of the result points at is `{ word: 1, at: { low: "result" } }`.
 */
export type Value =
  /** What the export returned. */
  | "result"
  /** The nth of several results, from 0. */
  | { readonly result: number }
  /** The low or the high half of a 64-bit number. */
  | { readonly low: Value }
  | { readonly high: Value }
  /** The address that a parameter of text or bytes lies at, counted among all parameters. */
  | { readonly argument: number }
  /** How many bytes that parameter has. */
  | { readonly byteLengthOf: number }
  /** A number that the caller passes, counted among all parameters. */
  | { readonly parameter: number }
  /** A word, as wide as a pointer, at an index from `at`: the return area unless said. */
  | { readonly word: number; readonly at?: Value }
  /** A number of any type, `offset` bytes from `at`: the return area unless said. */
  | { readonly load: NumericType; readonly at?: Value; readonly offset?: number }
  /** A getter or an exported global, asked afterwards. */
  | { readonly export: string }
  /** What an export answers to other numbers: a predicate of a status, a size asked beforehand. */
  | { readonly call: string; readonly with: readonly Value[] }
  /** The product of several: width times height times 4. */
  | { readonly product: readonly Value[] }
  /** The sum of several: an address a few bytes on. */
  | { readonly sum: readonly Value[] }
  /** The first less the second. */
  | { readonly difference: readonly [Value, Value] }
  /**
   * How far into a parameter of text or bytes an address points, in its code units or bytes; -1
   * where it points elsewhere.
   */
  | { readonly indexIn: number; readonly of: Value }
  /** The address of the output buffer. */
  | "output"
  /** A fixed number. */
  | number;

/** Where the length of text or bytes is found. */
export type Length =
  | Value
  /** Up to a NUL, which is no part of it. */
  | "nul"
  /** A number `offset` bytes from the pointer; at an offset of 0 the text follows it. */
  | { readonly prefix: "u8" | "u16" | "u32" | "u64"; readonly offset?: number }
  /** The address after the last byte. */
  | { readonly end: Value }
  /**
   * The object of AssemblyScript at the pointer tells it by its class, and where its contents are;
   * of which of its runtimes it is says which classes have fixed ids.
   */
  | { readonly object: "managed" | "arc" };
