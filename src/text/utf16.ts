import type { ByteSource, Codec } from "./codec.ts";
import { createUtf16Helper, type Utf16Helper } from "./helper.ts";
import { MAX_STRING_LENGTH } from "./invalid_text.ts";
import { createLazyCodec } from "./lazy_codec.ts";
import { createPlainUtf16 } from "./plain_utf16.ts";
import type { CodecOptions } from "./utf8.ts";

// Bytes that the helper takes at once when it reads.
const PART = 8192;
// Above this an `i32` is negative.
const MOST_I32 = 0x7fffffff;

/**
 * A codec for UTF-16LE, which carries every string exactly, lone surrogates included. Pointers may
 * be odd.
 *
 * @param source The memory that the codec reads and writes.
 * @param options How it works.
 * @returns The codec.
 */
export function createUtf16(source: ByteSource, options: CodecOptions = {}): Codec {
  const plain = createPlainUtf16(source);
  if (options.helper === false) return plain;
  return createLazyCodec("utf-16", () => {
    const helper = createUtf16Helper(source);
    return helper === undefined ? plain : createFastUtf16(helper, plain);
  });
}

function createFastUtf16(helper: Utf16Helper, plain: Codec): Codec {
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
    return byteLength > room ? -1 : helper.write(text, text.length, pointer, byteLength);
  }

  function read(pointer: number, byteLength: number): string {
    // What has to be refused is refused there.
    if (byteLength % 2 !== 0 || byteLength > MAX_STRING_LENGTH * 2) {
      return plain.read(pointer, byteLength);
    }
    let text = helper.read(pointer, Math.min(byteLength, PART))!;
    for (let at = PART; at < byteLength; at += PART) {
      text += helper.read(pointer + at, Math.min(byteLength - at, PART))!;
    }
    return text;
  }

  function findNul(pointer: number, limit: number): number {
    return limit <= MOST_I32 ? helper.findNul(pointer, limit) : plain.findNul(pointer, limit);
  }
}
