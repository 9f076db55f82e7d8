import type { Encoding, OnInvalid } from "./text/codec.ts";

/** Options of {@linkcode GuestMemory} for reading and writing text. */
export interface TextOptions {
  /** The encoding of the text in memory, `"utf-8"` unless set. */
  encoding?: Encoding | undefined;
  /**
   * How invalid text is handled: as an error with its offset, or replaced with U+FFFD, as
   * `TextDecoder` and `TextEncoder` do. The default is the option of the memory, whose default is
   * an error. In UTF-8 it applies to invalid bytes and lone surrogates, in WTF-8 to invalid bytes,
   * and in UTF-16, which can represent lone surrogates, to an odd last byte. latin1 has no U+FFFD,
   * so invalid text is always an error.
   */
  onInvalid?: OnInvalid | undefined;
}

/** Options of {@linkcode GuestMemory} for reading NUL-terminated text. */
export interface ReadCStringOptions extends TextOptions {
  /**
   * The maximum number of bytes to search, including the NUL. Unless set, the search continues to
   * the end of memory.
   */
  limit?: number | undefined;
}

/** Options of {@linkcode GuestMemory}. */
export interface MemoryOptions {
  /** How invalid text is handled, if a call does not set it. */
  onInvalid?: OnInvalid | undefined;
}
