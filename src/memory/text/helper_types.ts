import type { ShortText } from "./codec.ts";

/**
 * The exports of `utf8_encode.wat` and `utf8_decode.wat`; `text` comes with its length in code
 * units.
 */
export interface Utf8Helper extends ShortText {
  /**
   * Puts the bytes of `text` into the staging memory. Returns their number, or -1 for a lone
   * surrogate.
   */
  stage(text: string, length: number): number;
  /** Copies staged bytes to the guest. */
  publish(pointer: number, byteLength: number): void;
  /** Returns the number of bytes before a NUL, or -1 if there is none. */
  findNul(pointer: number, limit: number): number;
}

/** The exports of `utf16.wat`, whose `write` takes a text of any length. */
export interface Utf16Helper extends ShortText {
  /** Writes `count` staged bytes of ASCII as code units. */
  widen(pointer: number, count: number): void;
  /** Stages the leading ASCII of `count` code units as bytes, and returns their number. */
  narrow(pointer: number, count: number): number;
  /** Returns the number of bytes before a code unit of zero, or -1 if there is none. */
  findNul(pointer: number, limit: number): number;
}

/**
 * The memory in which UTF-8 is prepared before a guest gets it, and through which the ASCII of
 * UTF-16 passes.
 */
export interface Staging {
  readonly memory: WebAssembly.Memory;
  /** The text whose bytes lie staged, ready for the guest; `undefined` if there is none. */
  text: string | undefined;
  /** The number of those bytes. */
  byteLength: number;
  /** Returns a view of the staging area with room for at least `byteLength` bytes. */
  reserve(byteLength: number): Uint8Array;
}
