// UTF-8 as The Unicode Standard 15, table 3-7, and https://encoding.spec.whatwg.org/#utf-8 define
// it.

import type { ByteSource, Codec, CodecOptions, TextRange } from "./codec.ts";
import {
  bytesToDecode,
  createLazyCodec,
  findNul,
  invalidTextError,
  loneSurrogateError,
  MAX_STRING_LENGTH,
  MOST_I32,
  refuseInvalid,
  SHORT_BYTES,
  SHORT_UNITS,
  startsWide,
  tooLongError,
  utf8Decoder,
  wellFormedByteLength,
} from "./common.ts";
import { createUtf8Helper, staging as sharedStaging } from "./helper.ts";
import type { Utf8Helper } from "./helper_types.ts";

// The number of code units that are staged at once: staging takes at most 3 MiB, permanently.
const MOST_STAGED = 1 << 20;

const encoder = new TextEncoder();

/**
 * Makes a codec for UTF-8 or WTF-8. Unless set, it is strict UTF-8: lone surrogates and invalid
 * bytes are refused. A BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @param encoding The encoding. https://wtf-8.codeberg.page
 * @param replaces Whether invalid bytes, and lone surrogates in UTF-8, become U+FFFD.
 * @returns The codec.
 */
export function createUtf8(
  source: ByteSource,
  options: CodecOptions = {},
  encoding: "utf-8" | "wtf-8" = "utf-8",
  replaces = false,
): Codec {
  const lone = encoding === "wtf-8" ? 1 : replaces ? 2 : 0;
  const strict = createPlainUtf8(source, encoding, replaces);
  const plain = lone === 0 ? strict : createTolerant(strict, source, lone === 1);
  if (options.helper === false) return plain;
  const choose = () => {
    const helper = createUtf8Helper(source, lone);
    return helper === undefined ? plain : createFastUtf8(source, helper, plain);
  };
  return createLazyCodec(plain, choose, options.helper ? 0 : undefined);
}

/** Makes a codec with a helper; what that cannot carry is left to `plain`, which may refuse it. */
function createFastUtf8(source: ByteSource, helper: Utf8Helper, plain: Codec): Codec {
  const staging = sharedStaging();
  // Constants, because V8 inlines them when it compiles a codec for one guest.
  const { stage, publish, write: writeShort, read: readShort } = helper;
  let whole = source.bytes();
  let view = whole;
  return { replaces: plain.replaces, byteLength, write, read, findNul, short: () => helper };

  /** Leaves the encoded text staged, because `write` usually comes next. */
  function byteLength(text: string): number {
    if (text.length > MOST_STAGED) {
      if (!text.isWellFormed()) return plain.byteLength(text);
      return sumParts(text, (part) => encode(part));
    }
    staging.byteLength = text.length <= SHORT_UNITS ? stageWide(text) : encode(text);
    staging.text = text;
    return staging.byteLength;
  }

  function write(text: string, pointer: number, room: number): number {
    if (staging.text !== undefined) {
      const isStaged = text === staging.text;
      staging.text = undefined;
      if (isStaged) return publishStaged(staging.byteLength, pointer, room);
    }
    if (text.length > SHORT_UNITS) return writeLong(text, pointer, room);
    const written = writeShort(text, text.length, pointer, Math.min(room, SHORT_UNITS * 3));
    if (written < -1) throw loneSurrogateError(text);
    return written;
  }

  function writeLong(text: string, pointer: number, room: number): number {
    const most = text.length * 3;
    if (most <= room && !needsHelper(text)) return encodeInto(text, viewFrom(pointer));
    if (text.length <= MOST_STAGED) return publishStaged(encode(text), pointer, room);
    // Text that is too long for staging is validated before any part of it is written.
    if (!text.isWellFormed()) return plain.write(text, pointer, room);
    if (most > room && byteLength(text) > room) return -1;
    return sumParts(text, (part, at) => publishStaged(encode(part), pointer + at, room));
  }

  /**
   * Returns memory from `pointer` on, usually the cached view, because a new one costs 15 ns more.
   */
  function viewFrom(pointer: number): Uint8Array {
    const bytes = source.bytes();
    if (bytes !== whole || view.byteOffset !== pointer) view = (whole = bytes).subarray(pointer);
    return view;
  }

  /**
   * Encodes at most {@linkcode MOST_STAGED} code units into staging, and returns its number of
   * bytes.
   */
  function encode(text: string): number {
    if (needsHelper(text)) return stageWide(text);
    staging.text = undefined;
    return encodeInto(text, staging.reserve(text.length * 3));
  }

  /** Encodes with the helper, whatever the start of the text. */
  function stageWide(text: string): number {
    staging.text = undefined;
    staging.reserve(text.length * 3);
    const byteLength = stage(text, text.length);
    if (byteLength < 0) throw loneSurrogateError(text);
    return byteLength;
  }

  function publishStaged(byteLength: number, pointer: number, room: number): number {
    if (byteLength > room) return -1;
    publish(pointer, byteLength);
    return byteLength;
  }

  function read(pointer: number, byteLength: number): string {
    if (byteLength <= SHORT_BYTES) {
      const text = readShort(pointer, byteLength);
      if (text !== null) return text;
    }
    return plain.read(pointer, byteLength);
  }

  function findNul(pointer: number, limit: number): number {
    return limit <= MOST_I32 ? helper.findNul(pointer, limit) : plain.findNul(pointer, limit);
  }
}

/** Returns whether the engine's encoder is slow for a text, or cannot carry it. */
function needsHelper(text: string): boolean {
  return startsWide(text) || !text.isWellFormed();
}

/** Encodes well-formed text into bytes with room for all of it. */
function encodeInto(text: string, bytes: Uint8Array): number {
  return encoder.encodeInto(text, bytes).written;
}

/** Sums the results of `count` for the parts of `text`; `count` also gets the sum so far. */
function sumParts(text: string, count: (part: string, at: number) => number): number {
  let sum = 0;
  for (let from = 0; from < text.length;) {
    let to = from + MOST_STAGED;
    // Surrogate pairs are not split.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
    sum += count(text.slice(from, to), sum);
    from = to;
  }
  return sum;
}

/**
 * Makes a codec for well-formed text that works in any engine and any memory: lone surrogates are
 * refused, a BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @param encoding The encoding of the bytes that it reads.
 * @param replaces Whether it reads invalid bytes as U+FFFD, and does not refuse them.
 * @returns The codec.
 */
function createPlainUtf8(
  source: ByteSource,
  encoding: "utf-8" | "wtf-8",
  replaces: boolean,
): Codec {
  return {
    replaces,
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
    // No code unit takes more than 3 bytes, so counting is rarely needed.
    if (text.length * 3 > room && wellFormedByteLength(text) > room) return -1;
    const bytes = source.bytes().subarray(pointer, pointer + room);
    if (!source.shared) return encoder.encodeInto(text, bytes).written;
    // Chrome's `encodeInto` refuses a view of shared memory.
    const encoded = encoder.encode(text);
    bytes.set(encoded);
    return encoded.length;
  }

  function read(pointer: number, byteLength: number): string {
    const range = { encoding: encoding.toUpperCase(), pointer, byteLength };
    if (byteLength > MAX_STRING_LENGTH) throw tooLongError(range, MAX_STRING_LENGTH);
    const bytes = bytesToDecode(source, pointer, byteLength);
    const text = utf8Decoder.decode(bytes);
    // Both invalid bytes and a genuine U+FFFD decode to U+FFFD, so text without one is exact.
    if (!text.includes("\ufffd")) return text;
    if (encoding === "wtf-8") return readSurrogates(bytes, replaces ? undefined : range);
    if (!replaces) refuseInvalid(bytes, range);
    return text;
  }
}

/**
 * Makes a codec that also writes lone surrogates, in any engine and any memory.
 *
 * @param strict The codec for well-formed text.
 * @param carries Whether they are written as they are, as in WTF-8, and not as U+FFFD.
 */
function createTolerant(strict: Codec, source: ByteSource, carries: boolean): Codec {
  return { ...strict, byteLength, write };

  function byteLength(text: string): number {
    // U+FFFD has as many bytes as a lone surrogate.
    return strict.byteLength(text.toWellFormed());
  }

  function write(text: string, pointer: number, room: number): number {
    const written = strict.write(text.toWellFormed(), pointer, room);
    if (!carries || written < 0) return written;
    let from = 0, at = pointer;
    for (const { index } of text.matchAll(/\p{Surrogate}/gu)) {
      at += wellFormedByteLength(text.slice(from, index));
      const unit = text.charCodeAt(index);
      source.bytes().set([0xed, 0x80 | unit >> 6 & 0x3f, 0x80 | unit & 0x3f], at);
      at += 3;
      from = index + 1;
    }
    return written;
  }
}

/** Decodes WTF-8 with surrogates; invalid bytes become U+FFFD, or an error if there is a range. */
function readSurrogates(bytes: Uint8Array, range: TextRange | undefined): string {
  const parts: string[] = [];
  let from = 0, last = 0;
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const second = bytes[at + 1]!, third = bytes[at + 2]!;
    // No other sequence can have these bytes, not even as a part.
    if (!(second >= 0xa0 && second < 0xc0 && third >= 0x80 && third < 0xc0)) continue;
    if (from < at) decode(from, at);
    const isPair = from === at && second >= 0xb0 && last >= 0xd800 && last < 0xdc00;
    if (isPair && range !== undefined) {
      throw invalidTextError(range, at - 3, {
        found: `a surrogate pair in two sequences of 3 bytes at offset ${at - 3}`,
        expected: "one of 4 bytes",
      });
    }
    if (isPair) parts[parts.length - 1] = "\ufffd";
    last = isPair ? 0xfffd : 0xd000 | (second & 0x3f) << 6 | third & 0x3f;
    parts.push(String.fromCharCode(last));
    from = at + 3;
  }
  decode(from, bytes.length);
  return parts.join("");

  function decode(from: number, to: number): void {
    const part = bytes.subarray(from, to);
    const text = utf8Decoder.decode(part);
    if (range !== undefined && text.includes("\ufffd")) refuseInvalid(part, range, from);
    parts.push(text);
  }
}
