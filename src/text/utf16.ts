import { type ByteSource, type Codec, SHORT_BYTES, SHORT_UNITS } from "./codec.ts";
import { createUtf16Helper, type Utf16Helper } from "./helper.ts";
import { MAX_STRING_LENGTH } from "./invalid_text.ts";
import { createLazyCodec } from "./lazy_codec.ts";
import { createPlainUtf16 } from "./plain_utf16.ts";
import { staging as sharedStaging } from "./staging.ts";
import { startsWide } from "./starts_wide.ts";
import type { CodecOptions } from "./utf8.ts";

// Code units that the helper reads at once; of text that may be ASCII, what is tried at once.
const PART = 4096;
// Code units that are staged at once: 1 MiB of ASCII.
const PIECE = 1 << 20;
// Above this an `i32` is negative.
const MOST_I32 = 0x7fffffff;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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

  /** Writes parts of `text` for as long as they are ASCII: how many code units. */
  function writeAscii(text: string, pointer: number): number {
    staging.text = undefined;
    const bytes = staging.reserve(PART * 3);
    for (let from = 0; from < text.length; from += PART) {
      const part = text.length <= PART ? text : text.slice(from, from + PART);
      const { written } = encoder.encodeInto(part, bytes);
      // All but ASCII takes more bytes than it has code units.
      if (written !== part.length) return from;
      helper.widen(pointer + from * 2, written);
    }
    return text.length;
  }

  function read(pointer: number, byteLength: number): string {
    // What has to be refused is refused there.
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

  /** Reads code units for as long as they are ASCII, if that is for long. */
  function readAscii(pointer: number, count: number): string {
    staging.text = undefined;
    let text = "";
    for (let at = 0; at < count; at += PIECE) {
      const most = Math.min(count - at, PIECE);
      const bytes = staging.reserve(most);
      const length = helper.narrow(pointer + at * 2, most);
      const isWhole = length === most;
      if (isWhole || length >= PART) text += decoder.decode(bytes.subarray(0, length));
      if (!isWhole) break;
    }
    return text;
  }

  function findNul(pointer: number, limit: number): number {
    return limit <= MOST_I32 ? helper.findNul(pointer, limit) : plain.findNul(pointer, limit);
  }
}
