import { GuestError } from "../../base/errors.ts";
import { checkCount } from "../../base/numeric_types.ts";
import { hex, show } from "../../base/show.ts";
import type { ReadCStringOptions } from "../text_options.ts";
import type { ByteSource, Codec, CodecName, Encoding, OnInvalid, TextRange } from "./codec.ts";

/**
 * The maximum number of code units of a {@linkcode ShortText}: break-even with `encodeInto` on V8
 * 15 (85 ns).
 */
export const SHORT_UNITS = 112;

/**
 * The maximum number of bytes of a {@linkcode ShortText}: break-even with `TextDecoder` on V8 15
 * (115 ns).
 */
export const SHORT_BYTES = 192;

/** The greatest length or pointer for a helper: above this an `i32` is negative. */
export const MOST_I32 = 0x7fffffff;

/**
 * The number of code units for one call of `String.fromCharCode`. Arguments are on the stack: this
 * number is safe, and large enough to make the call itself cheap.
 */
export const UNITS_PER_CALL = 4096;

/**
 * The number of texts before a codec gets its helper, which takes a millisecond to make and does
 * not pay for a few texts. Each 4,096 code units or bytes of a text count as one more.
 */
const PATIENCE = 64;

/**
 * Makes a codec that starts as `plain` and becomes the result of `choose` after many texts, or when
 * a call is compiled for it. The methods are replaced in place, which saves a call for each text.
 *
 * @param plain The initial codec.
 * @param choose Makes the codec that takes its place.
 * @param patience The number of texts before.
 */
export function createLazyCodec(plain: Codec, choose: () => Codec, patience = PATIENCE): Codec {
  let left = patience;
  const codec: Codec = {
    replaces: plain.replaces,
    byteLength: (text) => next(text.length).byteLength(text),
    write: (text, pointer, room) => next(text.length).write(text, pointer, room),
    read: (pointer, byteLength) => next(byteLength).read(pointer, byteLength),
    findNul: (pointer, limit) => next(1).findNul(pointer, limit),
    short: () => settle().short(),
  };
  function next(length: number): Codec {
    left -= 1 + Math.floor(length / 4096);
    return left < 0 ? settle() : plain;
  }
  function settle(): Codec {
    return Object.assign(codec, choose());
  }
  return codec;
}

/**
 * Returns whether there is a code unit above 0xff near the start. If there is none, text is mostly
 * ASCII, for which `encodeInto` is best. V8 does not even search text that it stores as bytes: 8
 * ns.
 */
export function startsWide(text: string): boolean {
  return /^[\0-\xff]{0,31}[^\0-\xff]/.test(text);
}

/**
 * Returns the bytes of a range for a decoder: a view, or a copy if another thread could write
 * there.
 */
export function bytesToDecode(source: ByteSource, pointer: number, byteLength: number): Uint8Array {
  const bytes = source.bytes();
  return source.shared
    ? bytes.slice(pointer, pointer + byteLength)
    : bytes.subarray(pointer, pointer + byteLength);
}

/**
 * Looks for the first NUL in the `limit` bytes at `pointer`, and reads nothing beyond them.
 *
 * @param source The memory to search.
 * @param pointer The first byte: an unsigned offset that the caller has checked.
 * @param limit The number of bytes to search.
 * @param unit The number of bytes of a NUL: 1, or 2 in UTF-16.
 * @returns The offset from `pointer` in bytes, or -1 if there is none.
 */
export function findNul(source: ByteSource, pointer: number, limit: number, unit: 1 | 2): number {
  const bytes = source.bytes().subarray(pointer, pointer + limit);
  if (unit === 1) return bytes.indexOf(0);
  for (let offset = 0; offset + 1 < limit; offset += 2) {
    if (bytes[offset] === 0 && bytes[offset + 1] === 0) return offset;
  }
  return -1;
}

/** The most UTF-16 code units that a string can have on V8: 2 ** 29 - 24. */
export const MAX_STRING_LENGTH = 536_870_888;

/** Makes an error for the lone surrogate at `index`, or for the first one. */
export function loneSurrogateError(text: string, index = loneSurrogateIndex(text)): TypeError {
  return new TypeError(
    `Cannot encode text as UTF-8: lone surrogate ${hex(text.charCodeAt(index))} ` +
      `at index ${index}, expected well-formed text`,
  );
}

/** Makes an error for text that stops being valid at `offset`. */
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

/** Makes an error for more text than a string can hold. */
export function tooLongError(range: TextRange, mostBytes: number): GuestError {
  return new GuestError(
    "result-too-large",
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

/** Returns the encoding of a codec, and the handling of invalid text if its name states it. */
export function declaredCodec(
  name: CodecName,
): { readonly encoding: Encoding; readonly onInvalid?: OnInvalid } {
  const [encoding, onInvalid] = String(name).split(" ") as [Encoding, OnInvalid?];
  return { encoding, ...(onInvalid && { onInvalid }) };
}

/** Returns the name of a codec; latin1 has no U+FFFD to use as a replacement. */
export function codecName<E extends string>(
  encoding: E,
  onInvalid: OnInvalid | undefined,
): E | `${Exclude<E, "latin1" | "latin1+utf16">} ${OnInvalid}` {
  return onInvalid === undefined || encoding.startsWith("latin1")
    ? encoding
    : `${encoding as Exclude<E, "latin1" | "latin1+utf16">} ${onInvalid}`;
}

/** The bit of a length that marks UTF-16 text in latin1+utf16. */
export const UTF16_TAG = 0x80000000;

/** Returns whether text in an encoding consists of units of 2 bytes. */
export function isWide(encoding: CodecName | "latin1+utf16"): boolean {
  return encoding.startsWith("utf-16");
}

/** Throws unless a value is a string. */
export function refuseOther(text: string): void {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot write text: it is ${show(text)}, expected a string`);
  }
}

/** Returns the number of bytes of a NUL. */
export function nulSize(encoding: Encoding | undefined): 1 | 2 {
  return encoding === "utf-16" ? 2 : 1;
}

/**
 * Throws if `text` contains a NUL, because the text would end there for the guest.
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
 * Throws if `text` ends in a NUL, which would be lost in the result.
 *
 * @throws {TypeError} with the option that keeps it.
 */
export function refuseTrailingNul(text: string): void {
  if (text.endsWith("\0")) {
    throw new TypeError(
      "Cannot pass text that ends in a NUL: trailing NULs of a result are not treated as " +
        'text, expected the option trailingNul: "keep"',
    );
  }
}

/**
 * Looks for the NUL that ends a text, from an offset within a memory of `size` bytes.
 *
 * @returns the number of bytes before it.
 * @throws {GuestError} with the code `invalid-text` if there is none within the limit.
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

/** Decodes UTF-8, with U+FFFD for invalid bytes; a BOM is data. */
export const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns the number of bytes of text that has no lone surrogate in UTF-8. */
export function wellFormedByteLength(text: string): number {
  let byteLength = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) byteLength += 1;
    // Each half of a surrogate pair accounts for two of its four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) byteLength += 1;
    else byteLength += 2;
  }
  return byteLength;
}

/** The number of bytes that are decoded at once in the search for the first invalid one. */
const PART = 65536;

/**
 * Returns the number of leading bytes that are valid UTF-8. If that is not all, the first
 * ill-formed sequence starts there.
 */
export function validUtf8Length(bytes: Uint8Array): number {
  let offset = bytes.length > PART ? skipValid(bytes) : 0;
  const part = bytes.subarray(offset, offset + PART + 8);
  const text = utf8Decoder.decode(part);
  let from = 0;
  for (let at; (at = text.indexOf("\ufffd", from)) >= 0; from = at + 1) {
    // All text before is valid, so its encoded length is the number of its bytes.
    offset += wellFormedByteLength(text.slice(from, at));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) {
      return offset;
    }
    offset += 3;
  }
  return bytes.length;
}

/**
 * Returns the start of a sequence shortly before the first ill-formed one, or before the end,
 * because the engine skips valid parts faster.
 */
function skipValid(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let end = 0;
  try {
    for (; end < bytes.length; end += PART) {
      decoder.decode(bytes.subarray(end, end + PART), { stream: true });
    }
  } catch {
    // The ill-formed sequence is in this part, or starts shortly before it.
  }
  end = Math.min(end, bytes.length);
  let offset = Math.max(0, end - 4);
  while (offset < end && (bytes[offset]! & 0xc0) === 0x80) offset++;
  return offset;
}

/** Throws if `bytes` are invalid; `from` is their offset in the range. */
export function refuseInvalid(bytes: Uint8Array, range: TextRange, from = 0): void {
  const offset = validUtf8Length(bytes);
  if (offset === bytes.length) return;
  throw invalidTextError(range, from + offset, {
    found: `byte ${hex(bytes[offset]!)} at offset ${from + offset}`,
    expected: `valid ${range.encoding}`,
  });
}
