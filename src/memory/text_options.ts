import type { Encoding, OnInvalid } from "./text/codec.ts";

/** Options of {@linkcode GuestMemory} for reading and writing text. */
export interface TextOptions {
  /** The encoding of the text in memory, `"utf-8"` unless set. */
  encoding?: Encoding | undefined;
  /**
   * What becomes of text that the encoding does not allow: an error with its offset, or U+FFFD in its
   * place, as `TextDecoder` and `TextEncoder` do it. Unless set, it is what the memory was made with,
   * which is an error unless set. In UTF-8 that is about invalid bytes and lone surrogates, in WTF-8
   * about invalid bytes, in UTF-16, which carries lone surrogates, about an odd last byte. latin1 has
   * no U+FFFD, so it always refuses.
   */
  onInvalid?: OnInvalid | undefined;
}

/** Options of {@linkcode GuestMemory} for reading NUL-terminated text. */
export interface ReadCStringOptions extends TextOptions {
  /**
   * The most bytes to search for the NUL, itself included. Unless set, the search ends with memory.
   */
  limit?: number | undefined;
}

/** Options of {@linkcode GuestMemory}. */
export interface MemoryOptions {
  /** What becomes of text that an encoding does not allow, if a call does not set it. */
  onInvalid?: OnInvalid | undefined;
}
