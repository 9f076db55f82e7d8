import { OnDemand } from "../../base/lazy.ts";
import { hex, show } from "../../base/show.ts";
import type { TextOptions } from "../text_options.ts";
import type { ByteSource, Codec, CodecName, CodecOptions, Encoding } from "./codec.ts";
import {
  bytesToDecode,
  createLazyCodec,
  declaredCodec,
  findNul,
  invalidTextError,
  MAX_STRING_LENGTH,
  tooLongError,
  UNITS_PER_CALL,
} from "./common.ts";
import { createUtf8 } from "./utf8.ts";

/**
 * The helper for UTF-16, which `load` imports for guests that may use it. Without it the codec is
 * the plain one.
 */
export const fastUtf16 = new OnDemand(() => import("./fast_utf16.ts"));

/**
 * Makes the codec for one encoding within one memory.
 *
 * @param name The encoding, and how invalid text is handled: an error unless set.
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @returns The codec.
 * @throws {TypeError} if there is no such encoding.
 */
export function createCodec(
  name: CodecName,
  source: ByteSource,
  options: CodecOptions = {},
): Codec {
  if (name === "utf-8") return createUtf8(source, options); // what most programs need is short
  const declared = declaredCodec(name);
  checkCodec(declared);
  const { encoding, onInvalid } = declared;
  const replaces = onInvalid === "replace";
  if (encoding === "latin1") return createLatin1(source);
  if (encoding === "utf-16") return createUtf16(source, options, replaces);
  return createUtf8(source, options, encoding, replaces);
}

const ENCODINGS: readonly string[] = ["utf-8", "utf-16", "latin1", "wtf-8"] satisfies Encoding[];

/**
 * Throws unless there is such a codec.
 *
 * @throws {TypeError} if there is not.
 */
function checkCodec({ encoding, onInvalid = "refuse" }: TextOptions): void {
  const [shown, expected] = ENCODINGS.includes(encoding!)
    ? [onInvalid, 'onInvalid: expected "refuse" or "replace"']
    : [encoding, 'an encoding: expected "utf-8", "utf-16", "latin1" or "wtf-8"'];
  if (shown === encoding || (onInvalid !== "refuse" && onInvalid !== "replace")) {
    throw new TypeError(`Cannot use ${show(shown)} as ${expected}`);
  }
}

/**
 * Makes a strict codec for latin1 (ISO 8859-1): byte n is U+00nn, and code units above 0xff are
 * refused. The "latin1" of the Encoding Standard is a different encoding, windows-1252.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
export function createLatin1(source: ByteSource): Codec {
  return {
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

/**
 * Makes a codec for UTF-16LE, which represents every string exactly, including lone surrogates.
 * Pointers may be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @param replaces Whether an incomplete code unit at the end is decoded as U+FFFD.
 * @returns The codec.
 */
export function createUtf16(
  source: ByteSource,
  options: CodecOptions = {},
  replaces = false,
): Codec {
  const plain = createPlainUtf16(source, replaces);
  if (options.helper === false) return plain;
  const choose = () => fastUtf16.loaded?.createFastUtf16(source, plain) ?? plain;
  return createLazyCodec(plain, choose, options.helper ? 0 : undefined);
}

const utf16Decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

/**
 * Makes a codec for UTF-16LE that works in any engine and any memory. It represents every string
 * exactly, including lone surrogates. Pointers may be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @param replaces Whether an incomplete code unit at the end is decoded as U+FFFD.
 * @returns The codec.
 */
function createPlainUtf16(source: ByteSource, replaces: boolean): Codec {
  return {
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
      if (replaces) return read(pointer, byteLength - 1) + "\ufffd";
      throw invalidTextError(range, byteLength - 1, {
        found: "the length is odd",
        expected: "2 bytes for each code unit",
      });
    }
    if (byteLength > MAX_STRING_LENGTH * 2) throw tooLongError(range, MAX_STRING_LENGTH * 2);
    const bytes = bytesToDecode(source, pointer, byteLength);
    if (byteLength <= MAX_STRING_LENGTH) {
      const text = utf16Decoder.decode(bytes);
      // The decoder replaces a lone surrogate with U+FFFD, so text without U+FFFD is exact.
      if (!text.includes("\ufffd")) return text;
    }
    return exactText(bytes);
  }
}

/** Returns the code units in `bytes` exactly, including lone surrogates. */
function exactText(bytes: Uint8Array): string {
  let text = "";
  for (let offset = 0; offset < bytes.length; offset += UNITS_PER_CALL * 2) {
    // A copy, because a view of 16-bit units would have to start at an even offset.
    const chunk = bytes.slice(offset, offset + UNITS_PER_CALL * 2);
    text += String.fromCharCode(...new Uint16Array(chunk.buffer));
  }
  return text;
}
