import { GuestError, hex } from "../errors.ts";

/** The most UTF-16 code units that a string can have on V8: 2 ** 29 - 24. */
export const MAX_STRING_LENGTH = 536_870_888;

/** Which range of linear memory was to be decoded, and as what. */
export interface TextRange {
  /** The name of the encoding as errors show it. */
  encoding: string;
  /** The first byte: an unsigned offset into linear memory. */
  pointer: number;
  /** The length in bytes. */
  byteLength: number;
}

/** An error for the lone surrogate at `index`, or at the first one where there is no `index`. */
export function loneSurrogateError(text: string, index = loneSurrogateIndex(text)): TypeError {
  return new TypeError(
    `Cannot encode text as UTF-8: lone surrogate ${hex(text.charCodeAt(index))} ` +
      `at index ${index}, expected well-formed text`,
  );
}

/** An error for text that stops being valid at `offset`, where `found` is. */
export function invalidTextError(
  range: TextRange,
  offset: number,
  detail: { found: string; expected: string },
): GuestError {
  return new GuestError(
    "invalid-text",
    `Cannot decode ${describe(range)}: ${detail.found}, expected ${detail.expected}`,
    { offset },
  );
}

/** An error for more text than a string can hold. */
export function tooLongError(range: TextRange, mostBytes: number): GuestError {
  return new GuestError(
    "invalid-text",
    `Cannot decode ${describe(range)}: no string is that long, expected at most ${mostBytes} bytes`,
  );
}

function describe({ encoding, pointer, byteLength }: TextRange): string {
  return `${byteLength} bytes at pointer ${hex(pointer)} as ${encoding}`;
}

function loneSurrogateIndex(text: string): number {
  // A pattern with the `u` flag sees a pair as one code point, so only lone ones match.
  return text.search(/\p{Surrogate}/u);
}
