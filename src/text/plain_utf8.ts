// UTF-8 as The Unicode Standard 15, table 3-7, and https://encoding.spec.whatwg.org/#utf-8 define it.
import { hex } from "../errors.ts";
import type { ByteSource, Codec } from "./codec.ts";
import { findNul } from "./find_nul.ts";
import {
  invalidTextError,
  loneSurrogateError,
  MAX_STRING_LENGTH,
  tooLongError,
} from "./invalid_text.ts";
import { validUtf8Length } from "./valid_utf8_length.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A strict codec for UTF-8 that any engine and any memory can have: lone surrogates and invalid
 * bytes are refused, a BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
export function createPlainUtf8(source: ByteSource): Codec {
  return {
    encoding: "utf-8",
    byteLength,
    write,
    read,
    findNul: (pointer, limit) => findNul(source, pointer, limit, 1),
    short: () => undefined,
  };

  function byteLength(text: string): number {
    if (!text.isWellFormed()) throw loneSurrogateError(text);
    return wellFormedByteLength(text);
  }

  function write(text: string, pointer: number, room: number): number {
    if (!text.isWellFormed()) throw loneSurrogateError(text);
    // No code unit takes more than 3 bytes, so there is seldom a need to count.
    if (text.length * 3 > room && wellFormedByteLength(text) > room) return -1;
    return encoder.encodeInto(text, source.bytes().subarray(pointer, pointer + room)).written;
  }

  function read(pointer: number, byteLength: number): string {
    if (byteLength > MAX_STRING_LENGTH) {
      throw tooLongError({ encoding: "UTF-8", pointer, byteLength }, MAX_STRING_LENGTH);
    }
    const bytes = source.shared
      ? source.bytes().slice(pointer, pointer + byteLength)
      : source.bytes().subarray(pointer, pointer + byteLength);
    const text = decoder.decode(bytes);
    // Only what was invalid, or a genuine U+FFFD, shows as U+FFFD: all else needs no second look.
    if (text.includes("\ufffd")) refuseInvalid(bytes, pointer);
    return text;
  }
}

function refuseInvalid(bytes: Uint8Array, pointer: number): void {
  const offset = validUtf8Length(bytes);
  if (offset === bytes.length) return;
  throw invalidTextError({ encoding: "UTF-8", pointer, byteLength: bytes.length }, offset, {
    found: `byte ${hex(bytes[offset]!)} at offset ${offset}`,
    expected: "valid UTF-8",
  });
}

function wellFormedByteLength(text: string): number {
  let byteLength = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) byteLength += 1;
    // Each half of a surrogate pair stands for two of its four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) byteLength += 1;
    else byteLength += 2;
  }
  return byteLength;
}
