import { GuestError } from "../base/errors.ts";
import { checkCount } from "../base/numeric_types.ts";
import { hex, show } from "../base/show.ts";
import type { Codec, Encoding } from "./text/codec.ts";

/** Options of {@linkcode GuestMemory} for reading and writing text. */
export interface TextOptions {
  /** The encoding of the text in memory, `"utf-8"` unless set. */
  encoding?: Encoding | undefined;
}

/** Options of {@linkcode GuestMemory} for writing text. */
export interface WriteTextOptions extends TextOptions {
  /**
   * How to treat a lone surrogate in UTF-8, which cannot carry it: refuse it with its index (the
   * default), or write U+FFFD in its place. UTF-16 carries it as it is.
   */
  loneSurrogates?: "refuse" | "replace" | undefined;
}

/** Options of {@linkcode GuestMemory} for reading NUL-terminated text. */
export interface ReadCStringOptions extends TextOptions {
  /**
   * The most bytes to search for the NUL, itself included. Unless set, the search ends with memory.
   */
  limit?: number | undefined;
}

const ENCODINGS: readonly string[] = ["utf-8", "utf-16", "latin1"] satisfies Encoding[];

/**
 * Returns `encoding`, if it is one.
 *
 * @throws {TypeError} if it is not.
 */
export function checkEncoding(encoding: Encoding): Encoding {
  if (ENCODINGS.includes(encoding)) return encoding;
  throw new TypeError(
    `Cannot use ${show(encoding)} as an encoding: expected "utf-8", "utf-16" or "latin1"`,
  );
}

/**
 * Returns `text` as it is written: if asked for, with U+FFFD for what UTF-8 cannot carry.
 *
 * @throws {TypeError} if it is not a string.
 */
export function writtenText(text: string, options: WriteTextOptions): string {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot write text: it is ${show(text)}, expected a string`);
  }
  const { encoding = "utf-8", loneSurrogates } = options;
  return encoding === "utf-8" && loneSurrogates === "replace" ? text.toWellFormed() : text;
}

/** Returns the number of bytes of a NUL. */
export function nulSize(encoding: Encoding | undefined): 1 | 2 {
  return encoding === "utf-16" ? 2 : 1;
}

/**
 * Throws if `text` contains a NUL, because the guest would take the text to end there.
 *
 * @throws {TypeError} with the index of the first one.
 */
export function refuseNul(text: string): void {
  const index = text.indexOf("\0");
  if (index >= 0) {
    throw new TypeError(
      `Cannot pass text with a NUL at index ${index}: the guest takes the text to end there`,
    );
  }
}

/**
 * Throws if `text` ends in a NUL, which would be lost on the way back.
 *
 * @throws {TypeError} with the option that keeps it.
 */
export function refuseTrailingNul(text: string): void {
  if (text.endsWith("\0")) {
    throw new TypeError(
      "Cannot pass text that ends in a NUL: trailing NULs of a result are not taken for " +
        'text, expected the option trailingNul: "keep"',
    );
  }
}

/**
 * Looks for the NUL that ends a text, from an offset within a memory of `size` bytes.
 *
 * @returns the number of bytes before it.
 * @throws {GuestError} with the code `invalid-text` if none comes within the limit.
 */
export function findTerminator(
  codec: Codec,
  pointer: number,
  size: number,
  { limit }: ReadCStringOptions,
): number {
  const reach = size - pointer;
  if (limit !== undefined) {
    checkCount(limit, (shown) => `Cannot look for a NUL within ${shown} bytes`);
  }
  const byteLength = Math.min(limit ?? reach, reach);
  const found = codec.findNul(pointer, byteLength);
  if (found >= 0) return found;
  throw new GuestError(
    "invalid-text",
    `Cannot read a C string at pointer ${hex(pointer)}: there is no NUL in ${byteLength} bytes, ` +
      (byteLength === limit ? "expected one within that limit" : "and memory ends there"),
    { offset: byteLength },
  );
}
