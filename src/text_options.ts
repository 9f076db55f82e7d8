import { show } from "./numbers.ts";
import type { Encoding } from "./text/codec.ts";

/** How {@linkcode GuestMemory} reads and writes text. */
export interface TextOptions {
  /** The encoding of the text in memory, `"utf-8"` unless said. */
  encoding?: Encoding;
}

/** How {@linkcode GuestMemory} writes text. */
export interface WriteTextOptions extends TextOptions {
  /**
   * What happens to a lone surrogate in UTF-8, which can't carry it: it is refused with its index
   * (the default), or U+FFFD is written in its place. UTF-16 carries it as it is.
   */
  loneSurrogates?: "refuse" | "replace";
}

/** How {@linkcode GuestMemory} reads NUL-terminated text. */
export interface ReadCStringOptions extends TextOptions {
  /** The most bytes to look at for the NUL, itself included; as far as memory goes unless said. */
  limit?: number;
}

const ENCODINGS: readonly string[] = ["utf-8", "utf-16", "latin1"] satisfies Encoding[];

/**
 * `encoding`, if it is one.
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
 * `text` as it is written: with U+FFFD for what UTF-8 can't carry, where that is asked for.
 *
 * @throws {TypeError} if it is no string.
 */
export function writtenText(text: string, options: WriteTextOptions): string {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot write text: it is ${show(text)}, expected a string`);
  }
  const { encoding = "utf-8", loneSurrogates } = options;
  return encoding === "utf-8" && loneSurrogates === "replace" ? text.toWellFormed() : text;
}
