/** How text is laid out in linear memory. */
export type Encoding = "utf-8" | "utf-16" | "latin1";

/** The most code units of a {@linkcode ShortText}: break-even with `encodeInto` on V8 15 (85 ns). */
export const SHORT_UNITS = 112;

/** The most bytes of one: break-even with `TextDecoder` on V8 15 (115 ns). */
export const SHORT_BYTES = 192;

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
