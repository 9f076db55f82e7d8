// UTF-8 as The Unicode Standard 15, table 3-7, and https://encoding.spec.whatwg.org/#utf-8 define it.

import { hex } from "../../base/show.ts";
import {
  type ByteSource,
  bytesToDecode,
  type Codec,
  type CodecOptions,
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
} from "./codec.ts";
import { createUtf8Helper, staging as sharedStaging, type Utf8Helper } from "./helper.ts";

// Code units that are staged at once: 3 MiB of staging at most, which is kept.
const PIECE = 1 << 20;

const encoder = new TextEncoder();

/**
 * A strict codec for UTF-8: lone surrogates and invalid bytes are refused, a BOM is data.
 *
 * @param source The memory that the codec reads and writes.
 * @param options How it works.
 * @returns The codec.
 */
export function createUtf8(source: ByteSource, options: CodecOptions = {}): Codec {
  const plain = createPlainUtf8(source);
  if (options.helper === false) return plain;
  return createLazyCodec("utf-8", () => {
    const helper = createUtf8Helper(source);
    return helper === undefined ? plain : createFastUtf8(source, helper, plain);
  });
}

function createFastUtf8(source: ByteSource, helper: Utf8Helper, plain: Codec): Codec {
  const staging = sharedStaging();
  // Constants, as V8 needs them where it writes a codec out for one guest.
  const { stage, publish, write: writeShort, read: readShort } = helper;
  let whole = source.bytes();
  let view = whole;
  return { encoding: "utf-8", byteLength, write, read, findNul, short: () => helper };

  /** What it encodes to count stays staged for `write`, which is what comes next as a rule. */
  function byteLength(text: string): number {
    if (text.length > PIECE) {
      if (!text.isWellFormed()) throw loneSurrogateError(text);
      return sumPieces(text, (piece) => encode(piece));
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
    if (text.length <= PIECE) return publishStaged(encode(text), pointer, room);
    // What staging can't hold at once has to be known to be good before any of it is written.
    if (!text.isWellFormed()) throw loneSurrogateError(text);
    if (most > room && byteLength(text) > room) return -1;
    return sumPieces(text, (piece, at) => publishStaged(encode(piece), pointer + at, room));
  }

  /** Memory from `pointer` on: mostly the view of last time, which a new one costs 15 ns more than. */
  function viewFrom(pointer: number): Uint8Array {
    const bytes = source.bytes();
    if (bytes !== whole || view.byteOffset !== pointer) view = (whole = bytes).subarray(pointer);
    return view;
  }

  /** Encodes at most a piece into staging, and returns its number of bytes. */
  function encode(text: string): number {
    if (startsWide(text)) return stageWide(text);
    staging.text = undefined;
    return encodeInto(text, staging.reserve(text.length * 3));
  }

  /** The same by the helper, whatever the text begins with. */
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

/** Encodes text into bytes that have room for all of it. */
function encodeInto(text: string, bytes: Uint8Array): number {
  if (!text.isWellFormed()) throw loneSurrogateError(text);
  return encoder.encodeInto(text, bytes).written;
}

/** Sums what `count` gives for each piece of `text`, told where that piece begins in the sum. */
function sumPieces(text: string, count: (piece: string, at: number) => number): number {
  let sum = 0;
  for (let from = 0; from < text.length;) {
    let to = from + PIECE;
    // The halves of a pair stay together.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
    sum += count(text.slice(from, to), sum);
    from = to;
  }
  return sum;
}

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A strict codec for UTF-8 that any engine and any memory can have: lone surrogates and invalid
 * bytes are refused, a BOM is data.
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
    // No code unit takes more than 3 bytes, so there is seldom a need to count.
    if (text.length * 3 > room && wellFormedByteLength(text) > room) return -1;
    return encoder.encodeInto(text, source.bytes().subarray(pointer, pointer + room)).written;
  }

  function read(pointer: number, byteLength: number): string {
    if (byteLength > MAX_STRING_LENGTH) {
      throw tooLongError({ encoding: "UTF-8", pointer, byteLength }, MAX_STRING_LENGTH);
    }
    const bytes = bytesToDecode(source, pointer, byteLength);
    const text = utf8Decoder.decode(bytes);
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

/**
 * How many bytes at the start of `bytes` are valid UTF-8: where that is not all of them, the first
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

/** Bytes that are decoded at once where the first bad one is looked for. */
const PART = 65536;

/** Where a sequence begins in the part that has the first ill-formed one: the engine is faster at that. */
function skipValid(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let end = 0;
  try {
    for (; end < bytes.length; end += PART) {
      decoder.decode(bytes.subarray(end, end + PART), { stream: true });
    }
  } catch {
    // It is in this part, or begins shortly before it.
  }
  end = Math.min(end, bytes.length);
  let offset = Math.max(0, end - 4);
  while (offset < end && isContinuation(bytes[offset])) offset++;
  return offset;
}

/** The length of the sequence at `offset`, or 0 where it is ill-formed. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  const second = bytes[offset + 1];
  if (lead < 0xe0) return isContinuation(second) ? 2 : 0;
  if (lead < 0xf0) {
    const low = lead === 0xe0 ? 0xa0 : 0x80; // or it is overlong
    const high = lead === 0xed ? 0x9f : 0xbf; // or it is a surrogate
    return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) ? 3 : 0;
  }
  if (lead > 0xf4) return 0;
  const low = lead === 0xf0 ? 0x90 : 0x80; // or it is overlong
  const high = lead === 0xf4 ? 0x8f : 0xbf; // or it is above U+10FFFF
  return isWithin(second, low, high) && isContinuation(bytes[offset + 2]) &&
      isContinuation(bytes[offset + 3])
    ? 4
    : 0;
}

function isContinuation(byte: number | undefined): boolean {
  return isWithin(byte, 0x80, 0xbf);
}

/** A byte past the end is `undefined`, which is within nothing. */
function isWithin(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}
