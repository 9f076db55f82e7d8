import type { Encoding } from "./text/codec.ts";

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
