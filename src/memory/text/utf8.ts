// UTF-8 as The Unicode Standard 15, table 3-7, and https://encoding.spec.whatwg.org/#utf-8 define it.

import { hex } from "../../base/show.ts";
import type { ByteSource, Codec, CodecOptions } from "./codec.ts";
import {
  bytesToDecode,
  createLazyCodec,
  findNul,
  invalidTextError,
  loneSurrogateError,
  MAX_STRING_LENGTH,
  MOST_I32,
  SHORT_BYTES,
  SHORT_UNITS,
  startsWide,
  tooLongError,
} from "./common.ts";
import { createUtf8Helper, staging as sharedStaging } from "./helper.ts";
import type { Utf8Helper } from "./helper_types.ts";

// Code units that are staged at once: staging takes at most 3 MiB, and keeps them.
const MOST_STAGED = 1 << 20;

const encoder = new TextEncoder();

/**
 * Makes a strict codec for UTF-8: lone surrogates and invalid bytes are refused, a BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @param options The options of the codec.
 * @returns The codec.
 */
export function createUtf8(source: ByteSource, options: CodecOptions = {}): Codec {
  const plain = createPlainUtf8(source);
  if (options.helper === false) return plain;
  const choose = () => {
    const helper = createUtf8Helper(source);
    return helper === undefined ? plain : createFastUtf8(source, helper, plain);
  };
  return createLazyCodec(plain, choose, options.helper ? 0 : undefined);
}

function createFastUtf8(source: ByteSource, helper: Utf8Helper, plain: Codec): Codec {
  const staging = sharedStaging();
  // Constants, because V8 inlines these where it compiles a codec for one guest.
  const { stage, publish, write: writeShort, read: readShort } = helper;
  let whole = source.bytes();
  let view = whole;
  return { encoding: "utf-8", byteLength, write, read, findNul, short: () => helper };

  /** Leaves the encoded text staged, because `write` usually comes next. */
  function byteLength(text: string): number {
    if (text.length > MOST_STAGED) {
      if (!text.isWellFormed()) throw loneSurrogateError(text);
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
    if (most <= room && !startsWide(text)) return encodeInto(text, viewFrom(pointer));
    if (text.length <= MOST_STAGED) return publishStaged(encode(text), pointer, room);
    // Text that staging cannot hold at once has to be valid before any part of it is written.
    if (!text.isWellFormed()) throw loneSurrogateError(text);
    if (most > room && byteLength(text) > room) return -1;
    return sumParts(text, (part, at) => publishStaged(encode(part), pointer + at, room));
  }

  /**
   * Returns memory from `pointer` on. It is usually the last view, and a new one costs 15 ns more.
   */
  function viewFrom(pointer: number): Uint8Array {
    const bytes = source.bytes();
    if (bytes !== whole || view.byteOffset !== pointer) view = (whole = bytes).subarray(pointer);
    return view;
  }

  /** Encodes at most {@linkcode MOST_STAGED} code units into staging, and returns its number of bytes. */
  function encode(text: string): number {
    if (startsWide(text)) return stageWide(text);
    staging.text = undefined;
    return encodeInto(text, staging.reserve(text.length * 3));
  }

  /** Encodes by the helper, whatever the text begins with. */
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

/** Encodes text into bytes with room for all of it. */
function encodeInto(text: string, bytes: Uint8Array): number {
  if (!text.isWellFormed()) throw loneSurrogateError(text);
  return encoder.encodeInto(text, bytes).written;
}

/** Sums the results of `count` for the parts of `text`; `count` also gets the sum so far. */
function sumParts(text: string, count: (part: string, at: number) => number): number {
  let sum = 0;
  for (let from = 0; from < text.length;) {
    let to = from + MOST_STAGED;
    // The halves of a pair stay together.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
    sum += count(text.slice(from, to), sum);
    from = to;
  }
  return sum;
}

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Makes a strict codec for UTF-8 that works in any engine and any memory: lone surrogates and
 * invalid bytes are refused, a BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @returns The codec.
 */
function createPlainUtf8(source: ByteSource): Codec {
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
    if (byteLength > MAX_STRING_LENGTH) {
      throw tooLongError({ encoding: "UTF-8", pointer, byteLength }, MAX_STRING_LENGTH);
    }
    const bytes = bytesToDecode(source, pointer, byteLength);
    const text = utf8Decoder.decode(bytes);
    // Invalid bytes and a genuine U+FFFD show as U+FFFD, so text without one is exact.
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
    // Each half of a surrogate pair accounts for two of its four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) byteLength += 1;
    else byteLength += 2;
  }
  return byteLength;
}

/**
 * Returns the number of leading bytes that are valid UTF-8. If that is not all, the first
 * ill-formed sequence begins there.
 */
export function validUtf8Length(bytes: Uint8Array): number {
  let offset = bytes.length > PART ? skipValid(bytes) : 0;
  while (offset < bytes.length) {
    const size = sequenceLength(bytes, offset);
    if (size === 0) break;
    offset += size;
  }
  return offset;
}

/** Bytes that are decoded at once in the search for the first bad one. */
const PART = 65536;

/**
 * Returns the start of a sequence near the first ill-formed one: the engine skips valid parts
 * faster.
 */
function skipValid(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let end = 0;
  try {
    for (; end < bytes.length; end += PART) {
      decoder.decode(bytes.subarray(end, end + PART), { stream: true });
    }
  } catch {
    // The ill-formed sequence is in this part, or begins shortly before it.
  }
  end = Math.min(end, bytes.length);
  let offset = Math.max(0, end - 4);
  while (offset < end && isContinuation(bytes[offset])) offset++;
  return offset;
}

/** Returns the length of the sequence at `offset`, or 0 if it is ill-formed. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  const second = bytes[offset + 1];
  if (lead < 0xe0) return isContinuation(second) ? 2 : 0;
  if (lead < 0xf0) {
    const low = lead === 0xe0 ? 0xa0 : 0x80; // a lower byte is overlong
    const high = lead === 0xed ? 0x9f : 0xbf; // a higher one is a surrogate
    return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) ? 3 : 0;
  }
  if (lead > 0xf4) return 0;
  const low = lead === 0xf0 ? 0x90 : 0x80; // a lower byte is overlong
  const high = lead === 0xf4 ? 0x8f : 0xbf; // a higher one is above U+10FFFF
  return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) &&
      isContinuation(bytes[offset + 3])
    ? 4
    : 0;
}

function isContinuation(byte: number | undefined): boolean {
  return isWithin(byte, 0x80, 0xbf);
}

/**
 * Returns whether a byte is within a range; one past the end is `undefined`, which is within none.
 */
function isWithin(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}
