import { hex } from "../../base/show.ts";
import type { ByteSource, Codec, CodecOptions, Encoding } from "./codec.ts";
import { findNul, MAX_STRING_LENGTH, tooLongError, UNITS_PER_CALL } from "./common.ts";
import { createUtf16 } from "./utf16.ts";
import { createUtf8 } from "./utf8.ts";

/**
 * Makes the codec for one encoding within one memory.
 *
 * @param encoding The encoding.
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @returns The codec.
 */
export function createCodec(
  encoding: Encoding,
  source: ByteSource,
  options: CodecOptions = {},
): Codec {
  if (encoding === "utf-8") return createUtf8(source, options);
  return encoding === "utf-16" ? createUtf16(source, options) : createLatin1(source);
}

/**
 * Makes a strict codec for latin1 (ISO 8859-1): byte n is U+00nn, and code units above 0xff are
 * refused. The "latin1" of the Encoding Standard is another encoding, windows-1252.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
export function createLatin1(source: ByteSource): Codec {
  return {
    encoding: "latin1",
    byteLength,
    write,
    read,
    findNul: (pointer, limit) => findNul(source, pointer, limit, 1),
    short: () => undefined,
  };

  function byteLength(text: string): number {
    for (let index = 0; index < text.length; index++) {
      if (text.charCodeAt(index) > 0xff) throw wideUnitError(text, index);
    }
    return text.length;
  }

  function write(text: string, pointer: number, room: number): number {
    if (byteLength(text) > room) return -1;
    const bytes = source.bytes();
    for (let index = 0; index < text.length; index++) {
      bytes[pointer + index] = text.charCodeAt(index);
    }
    return text.length;
  }

  function read(pointer: number, byteLength: number): string {
    if (byteLength > MAX_STRING_LENGTH) {
      throw tooLongError({ encoding: "latin1", pointer, byteLength }, MAX_STRING_LENGTH);
    }
    const bytes = source.bytes();
    const end = pointer + byteLength;
    let text = "";
    for (let at = pointer; at < end; at += UNITS_PER_CALL) {
      text += String.fromCharCode(...bytes.subarray(at, Math.min(at + UNITS_PER_CALL, end)));
    }
    return text;
  }
}

function wideUnitError(text: string, index: number): TypeError {
  return new TypeError(
    `Cannot encode text as latin1: code unit ${hex(text.charCodeAt(index))} ` +
      `at index ${index}, expected at most 0xff`,
  );
}
