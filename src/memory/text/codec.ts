/**
 * An encoding of text in linear memory. `"wtf-8"` is UTF-8 that can represent lone surrogates, in 3
 * bytes each.
 */
export type Encoding = "utf-8" | "utf-16" | "latin1" | "wtf-8";

/** How invalid text is handled: as an error, or replaced with U+FFFD. */
export type OnInvalid = "refuse" | "replace";

/**
 * The name of a codec: an encoding, and how invalid text is handled, which defaults to the option
 * of the memory.
 */
export type CodecName = Encoding | `${Encoding} ${OnInvalid}`;

/** The options of a codec. */
export interface CodecOptions {
  /**
   * Whether the codec uses a WebAssembly helper: after many texts unless set, from the first text
   * on if `true`, never if `false`.
   */
  helper?: boolean;
}

/** The memory of a codec, as seen by the code that checks its bounds. */
export interface ByteSource {
  readonly memory: WebAssembly.Memory;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
  /** Returns a live view of all memory, to be fetched anew after guest code ran. */
  bytes(): Uint8Array;
}

/**
 * Two functions for short text. A compiled call binds them directly, without a polymorphic call
 * through the codec.
 */
export interface ShortText {
  /**
   * Writes a text of `length` code units, which are at most `SHORT_UNITS`. Returns the number of
   * bytes. The result is negative if the text takes more than `room` or the encoding cannot
   * represent it; then nothing is written.
   */
  write(text: string, length: number, pointer: number, room: number): number;
  /** Reads the text in at most `SHORT_BYTES` bytes; `null` if they are not valid. */
  read(pointer: number, byteLength: number): string | null;
}

/**
 * Encodes and decodes text within one memory. A codec does not check bounds: its caller has checked
 * pointers and lengths.
 */
export interface Codec {
  /** Whether it decodes invalid bytes as U+FFFD. */
  readonly replaces?: boolean | undefined;
  /**
   * Returns the exact number of bytes that `text` takes. If `write` of the same text is called
   * next, as after an allocation, the text is not encoded again.
   *
   * @throws {TypeError} if the encoding cannot represent `text`: the error names the index and the
   * code unit.
   */
  byteLength(text: string): number;
  /**
   * Writes `text` at `pointer` and returns the number of bytes written, or -1 if it would take more
   * than `room` bytes; then nothing is written.
   *
   * @throws {TypeError} if the encoding cannot represent `text`; then nothing is written.
   */
  write(text: string, pointer: number, room: number): number;
  /**
   * Returns the text in `byteLength` bytes at `pointer`: a copy.
   *
   * @throws {GuestError} with the code `invalid-text` and the offset of the first bad byte.
   */
  read(pointer: number, byteLength: number): string;
  /**
   * Returns the offset in bytes of the first NUL in the `limit` bytes at `pointer`, or -1 if there
   * is none. In UTF-16 a NUL is a code unit of zero. No byte beyond the limit is read.
   */
  findNul(pointer: number, limit: number): number;
  /** Returns the functions for short text, if there are any. */
  short(): ShortText | undefined;
}

/** A range of linear memory that could not be decoded, for errors. */
export interface TextRange {
  /** The name of the encoding in errors. */
  encoding: string;
  /** The first byte: an unsigned offset into linear memory. */
  pointer: number;
  /** The length in bytes. */
  byteLength: number;
}
