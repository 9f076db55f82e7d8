import type { ShortText } from "./codec.ts";

/**
 * The exports of `utf8_encode.wat` and `utf8_decode.wat`; `text` comes with its length in code
 * units.
 */
export interface Utf8Helper extends ShortText {
  /** Encodes `text` into the staging memory. Returns their number, or -1 for a lone surrogate. */
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
 * The memory into which UTF-8 is encoded before it is copied to a guest, and that UTF-16 uses for
 * ASCII.
 */
export interface Staging {
  readonly memory: WebAssembly.Memory;
  /** The text whose bytes are staged; `undefined` if there is none. */
  text: string | undefined;
  /** The number of those bytes. */
  byteLength: number;
  /** Returns a view of the staging area with room for at least `byteLength` bytes. */
  reserve(byteLength: number): Uint8Array;
}
