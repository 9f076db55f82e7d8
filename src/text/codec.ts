/** How text is laid out in linear memory. */
export type Encoding = "utf-8" | "utf-16" | "latin1";

/** The memory that a codec works in, seen through whoever checks its bounds. */
export interface ByteSource {
  readonly memory: WebAssembly.Memory;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
  /** All of linear memory as it is now: a live view, to be fetched anew after guest code ran. */
  bytes(): Uint8Array;
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
}
