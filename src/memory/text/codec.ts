import { GuestError } from "../../base/errors.ts";
import { hex } from "../../base/show.ts";

/** How text is laid out in linear memory. */
export type Encoding = "utf-8" | "utf-16" | "latin1";

/** The most code units of a {@linkcode ShortText}: break-even with `encodeInto` on V8 15 (85 ns). */
export const SHORT_UNITS = 112;

/** The most bytes of one: break-even with `TextDecoder` on V8 15 (115 ns). */
export const SHORT_BYTES = 192;

/** The most that a helper takes as a length or a place: above this an `i32` is negative. */
export const MOST_I32 = 0x7fffffff;

/**
 * How many code units `String.fromCharCode` is given at once. Arguments of a call lie on the stack:
 * these are far from its end, and enough to make the call itself cheap.
 */
export const UNITS_PER_CALL = 4096;

/** How a codec works. */
export interface CodecOptions {
  /** Whether it may use a WebAssembly module of its own; it does so unless this is `false`. */
  helper?: boolean;
}

/** The memory that a codec works in, seen through whoever checks its bounds. */
export interface ByteSource {
  readonly memory: WebAssembly.Memory;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
  /** All of linear memory as it is now: a live view, to be fetched anew after guest code ran. */
  bytes(): Uint8Array;
}

/**
 * Two functions for short text, which a call can have at hand: it then has no codec to ask, and V8
 * no choice to make.
 */
export interface ShortText {
  /**
   * Writes a text of at most `SHORT_UNITS` code units, which are `length`: the number of bytes, or
   * less than 0 where it takes more than `room` or the encoding can't carry it: then not a byte was
   * written.
   */
  write(text: string, length: number, pointer: number, room: number): number;
  /** The text in at most `SHORT_BYTES` bytes, or `null` where they are not valid. */
  read(pointer: number, byteLength: number): string | null;
}

/**
 * Text to and from one encoding, within one memory. A codec does not check bounds: pointers and
 * lengths are offsets and bytes that its caller has checked.
 */
export interface Codec {
  readonly encoding: Encoding;
  /**
   * The exact number of bytes that `text` takes. Where `write` of the same text comes next, as it
   * does once an allocator has answered, the text is not encoded again.
   *
   * @throws {TypeError} if the encoding can't carry `text`: names the index and the code unit.
   */
  byteLength(text: string): number;
  /**
   * Writes `text` at `pointer` and returns the number of bytes written, or -1 where it would take
   * more than `room` bytes: then not a byte was written.
   *
   * @throws {TypeError} if the encoding can't carry `text`: then not a byte was written.
   */
  write(text: string, pointer: number, room: number): number;
  /**
   * The text in `byteLength` bytes at `pointer`: a copy.
   *
   * @throws {GuestError} with the code `invalid-text` and the offset of the first bad byte.
   */
  read(pointer: number, byteLength: number): string;
  /**
   * Where the first NUL is in the `limit` bytes at `pointer` (in UTF-16: the first code unit of
   * zero): its offset in bytes, or -1 where there is none. No byte beyond them is read.
   */
  findNul(pointer: number, limit: number): number;
  /** How short text passes without the codec, where there is such a way. */
  short(): ShortText | undefined;
}

/**
 * A codec that becomes what `choose` gives when the first text passes: whoever passes none pays
 * nothing, and later texts find the chosen methods in their places, which saves a call for each.
 */
export function createLazyCodec(encoding: Codec["encoding"], choose: () => Codec): Codec {
  const codec: Codec = {
    encoding,
    byteLength: (text) => settle().byteLength(text),
    write: (text, pointer, room) => settle().write(text, pointer, room),
    read: (pointer, byteLength) => settle().read(pointer, byteLength),
    findNul: (pointer, limit) => settle().findNul(pointer, limit),
    short: () => settle().short(),
  };
  function settle(): Codec {
    return Object.assign(codec, choose());
  }
  return codec;
}

/**
 * Whether a code unit above 0xff comes early. Where none does, text is mostly ASCII, at which
 * `encodeInto` is best. V8 does not search text at all that it keeps in bytes: 8 ns.
 */
export function startsWide(text: string): boolean {
  return /^[\0-\xff]{0,31}[^\0-\xff]/.test(text);
}

/** The bytes of a range as a decoder can have them: a view, a copy where another thread could write. */
export function bytesToDecode(source: ByteSource, pointer: number, byteLength: number): Uint8Array {
  const bytes = source.bytes();
  return source.shared
    ? bytes.slice(pointer, pointer + byteLength)
    : bytes.subarray(pointer, pointer + byteLength);
}

/**
 * Where the first NUL is in the `limit` bytes at `pointer`, without reading beyond them.
 *
 * @param source The memory that is searched.
 * @param pointer Where the search begins: an unsigned offset that the caller has checked.
 * @param limit How many bytes may be looked at.
 * @param unit How many bytes a NUL has: 1, or 2 in UTF-16.
 * @returns Its offset from `pointer` in bytes, or -1 where there is none.
 */
export function findNul(source: ByteSource, pointer: number, limit: number, unit: 1 | 2): number {
  const bytes = source.bytes().subarray(pointer, pointer + limit);
  if (unit === 1) return bytes.indexOf(0);
  // Maglev, a compiler of V8 15, takes the length of a view above 2 GiB for a negative one here.
  const { length } = bytes;
  for (let offset = 0; offset + 1 < length; offset += 2) {
    if (bytes[offset] === 0 && bytes[offset + 1] === 0) return offset;
  }
  return -1;
}

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
