import type { ByteSource, Codec } from "./codec.ts";
import { findNul } from "./find_nul.ts";
import { invalidTextError, MAX_STRING_LENGTH, tooLongError } from "./invalid_text.ts";

const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

// Arguments of a call lie on the stack: far from its end, and enough to make the call itself cheap.
const UNITS_PER_CALL = 4096;

/**
 * A codec for UTF-16LE that any engine and any memory can have. It carries every string exactly,
 * lone surrogates included. Pointers may be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
export function createPlainUtf16(source: ByteSource): Codec {
  return {
    encoding: "utf-16",
    byteLength,
    write,
    read,
    findNul: (pointer, limit) => findNul(source, pointer, limit, 2),
    short: () => undefined,
  };

  function byteLength(text: string): number {
    return text.length * 2;
  }

  function write(text: string, pointer: number, room: number): number {
    const byteLength = text.length * 2;
    if (byteLength > room) return -1;
    const bytes = source.bytes();
    for (let index = 0, at = pointer; index < text.length; index++, at += 2) {
      const unit = text.charCodeAt(index);
      bytes[at] = unit;
      bytes[at + 1] = unit >> 8;
    }
    return byteLength;
  }

  function read(pointer: number, byteLength: number): string {
    const range = { encoding: "UTF-16", pointer, byteLength };
    if (byteLength % 2 !== 0) {
      throw invalidTextError(range, byteLength - 1, {
        found: "the length is odd",
        expected: "2 bytes for each code unit",
      });
    }
    if (byteLength > MAX_STRING_LENGTH * 2) throw tooLongError(range, MAX_STRING_LENGTH * 2);
    const bytes = source.shared
      ? source.bytes().slice(pointer, pointer + byteLength)
      : source.bytes().subarray(pointer, pointer + byteLength);
    if (byteLength <= MAX_STRING_LENGTH) {
      const text = decoder.decode(bytes);
      // The decoder shows a lone surrogate as U+FFFD: all else needs no second look.
      if (!text.includes("\ufffd")) return text;
    }
    return exactText(bytes);
  }
}

/** The code units in `bytes` as they are, lone surrogates included. */
function exactText(bytes: Uint8Array): string {
  let text = "";
  for (let offset = 0; offset < bytes.length; offset += UNITS_PER_CALL * 2) {
    // A copy, because a view of 16-bit units would have to begin at an even offset.
    const chunk = bytes.slice(offset, offset + UNITS_PER_CALL * 2);
    text += String.fromCharCode(...new Uint16Array(chunk.buffer));
  }
  return text;
}
