import { hex } from "../../base/show.ts";
import type { ByteSource, Codec, CodecOptions, Encoding } from "./codec.ts";
import {
  bytesToDecode,
  createLazyCodec,
  findNul,
  invalidTextError,
  MAX_STRING_LENGTH,
  MOST_I32,
  SHORT_BYTES,
  SHORT_UNITS,
  startsWide,
  tooLongError,
  UNITS_PER_CALL,
} from "./common.ts";
import { createUtf16Helper, staging as sharedStaging } from "./helper.ts";
import type { Utf16Helper } from "./helper_types.ts";
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

// The number of code units that the helper reads at once, and the size of the first part that is
// tried as ASCII.
const PART = 4096;

// Code units that are staged at once: 1 MiB of ASCII.
const MOST_STAGED = 1 << 20;

const encoder = new TextEncoder();

const asciiDecoder = new TextDecoder();

/**
 * Makes a codec for UTF-16LE, which carries every string exactly, lone surrogates included.
 * Pointers may be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @returns The codec.
 */
export function createUtf16(source: ByteSource, options: CodecOptions = {}): Codec {
  const plain = createPlainUtf16(source);
  if (options.helper === false) return plain;
  const choose = () => {
    const helper = createUtf16Helper(source);
    return helper === undefined ? plain : createFastUtf16(helper, plain);
  };
  return createLazyCodec(plain, choose, options.helper ? 0 : undefined);
}

function createFastUtf16(helper: Utf16Helper, plain: Codec): Codec {
  const staging = sharedStaging();
  return {
    encoding: "utf-16",
    byteLength: plain.byteLength,
    write,
    read,
    findNul,
    short: () => helper,
  };

  function write(text: string, pointer: number, room: number): number {
    const byteLength = text.length * 2;
    if (byteLength > room) return -1;
    const done = text.length > SHORT_UNITS && !startsWide(text) ? writeAscii(text, pointer) : 0;
    if (done === text.length) return byteLength;
    const rest = done === 0 ? text : text.slice(done);
    helper.write(rest, rest.length, pointer + done * 2, rest.length * 2);
    return byteLength;
  }

  /** Writes leading parts of `text` that are ASCII, and returns the number of code units. */
  function writeAscii(text: string, pointer: number): number {
    staging.text = undefined;
    const bytes = staging.reserve(PART * 3);
    for (let from = 0; from < text.length; from += PART) {
      const part = text.length <= PART ? text : text.slice(from, from + PART);
      const { written } = encoder.encodeInto(part, bytes);
      // Text that is not ASCII takes more bytes than code units.
      if (written !== part.length) return from;
      helper.widen(pointer + from * 2, written);
    }
    return text.length;
  }

  function read(pointer: number, byteLength: number): string {
    // The plain codec explains what has to be refused.
    if (byteLength % 2 !== 0 || byteLength > MAX_STRING_LENGTH * 2) {
      return plain.read(pointer, byteLength);
    }
    const count = byteLength / 2;
    let text = byteLength > SHORT_BYTES * 2 ? readAscii(pointer, count) : "";
    for (let at = text.length; at < count; at += PART) {
      text += helper.read(pointer + at * 2, Math.min(count - at, PART) * 2)!;
    }
    return text;
  }

  /** Reads leading code units that are ASCII, if there are enough of them. */
  function readAscii(pointer: number, count: number): string {
    staging.text = undefined;
    let text = "";
    for (let at = 0; at < count; at += MOST_STAGED) {
      const most = Math.min(count - at, MOST_STAGED);
      const bytes = staging.reserve(most);
      const length = helper.narrow(pointer + at * 2, most);
      const isWhole = length === most;
      if (isWhole || length >= PART) text += asciiDecoder.decode(bytes.subarray(0, length));
      if (!isWhole) break;
    }
    return text;
  }

  function findNul(pointer: number, limit: number): number {
    return limit <= MOST_I32 ? helper.findNul(pointer, limit) : plain.findNul(pointer, limit);
  }
}

const utf16Decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

/**
 * Makes a codec for UTF-16LE that works in any engine and any memory. It carries every string
 * exactly, lone surrogates included. Pointers may be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
function createPlainUtf16(source: ByteSource): Codec {
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
    const bytes = bytesToDecode(source, pointer, byteLength);
    if (byteLength <= MAX_STRING_LENGTH) {
      const text = utf16Decoder.decode(bytes);
      // The decoder shows a lone surrogate as U+FFFD, so text without one is exact.
      if (!text.includes("\ufffd")) return text;
    }
    return exactText(bytes);
  }
}

/** Returns the code units in `bytes` as they are, lone surrogates included. */
function exactText(bytes: Uint8Array): string {
  let text = "";
  for (let offset = 0; offset < bytes.length; offset += UNITS_PER_CALL * 2) {
    // A copy, because a view of 16-bit units would have to begin at an even offset.
    const chunk = bytes.slice(offset, offset + UNITS_PER_CALL * 2);
    text += String.fromCharCode(...new Uint16Array(chunk.buffer));
  }
  return text;
}
