// WebAssembly 3.0, section 5.2 "Values".

import { WasmFormatError } from "../base/errors.ts";
import { hex } from "../base/show.ts";
import { MAX_STRING_LENGTH } from "../memory/text/common.ts";
import { validUtf8Length } from "../memory/text/common.ts";

/**
 * A cursor over a range of a binary.
 *
 * Every read takes the name of its item for errors, which have the offset of its first byte. `u32`
 * to `s64` read LEB128 integers, `f32` and `f64` little-endian IEEE 754 numbers.
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** The end of the range, in bytes from the start of the binary. */
  readonly end: number;
  /** The start of the next read, in bytes from the start of the binary. */
  position: number;

  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /**
   * Throws a `WasmFormatError` for the item at `offset`; `problem` has the value found and the
   * value expected.
   */
  fail(what: string, offset: number, problem: string): never {
    throw new WasmFormatError(`Cannot read ${what} at offset ${hex(offset)}: ${problem}`, offset);
  }

  /** Skips `byteLength` bytes and returns their start. */
  skip(byteLength: number, what: string): number {
    this.#need(byteLength, what);
    const start = this.position;
    this.position += byteLength;
    return start;
  }

  /** Returns a reader of the next `byteLength` bytes, and skips them. */
  range(byteLength: number, what: string): Reader {
    const start = this.skip(byteLength, what);
    return new Reader(this.bytes, start, start + byteLength);
  }

  peek(what: string): number {
    this.#need(1, what);
    return this.bytes[this.position]!;
  }

  u8(what: string): number {
    const byte = this.peek(what);
    this.position++;
    return byte;
  }

  u32(what: string): number {
    const byte = this.bytes[this.position]!;
    if (byte < 0x80 && this.position < this.end) {
      this.position++;
      return byte;
    }
    return this.#leb32(false, what);
  }

  s32(what: string): number {
    return this.#leb32(true, what);
  }

  /** Reads a signed LEB128 integer of 33 bits, the encoding of a heap type. */
  s33(what: string): number {
    return Number(this.#leb64(33, true, what));
  }

  u64(what: string): bigint {
    return this.#leb64(64, false, what);
  }

  s64(what: string): bigint {
    return this.#leb64(64, true, what);
  }

  f32(what: string): number {
    return this.#view(4, what).getFloat32(0, true);
  }

  f64(what: string): number {
    return this.#view(8, what).getFloat64(0, true);
  }

  /** Reads a number of items, and checks it against a limit and against the remaining bytes. */
  count(what: string, limit: number, itemBytes: number): number {
    const start = this.position;
    const count = this.u32(what);
    if (count > limit) this.fail(what, start, `count is ${count}, expected at most ${limit}`);
    const room = Math.floor(this.remaining / itemBytes);
    if (count > room) {
      const left = byteCount(this.remaining);
      this.fail(what, start, `count is ${count}, expected at most ${room} with ${left} left`);
    }
    return count;
  }

  /** Reads an index into a space of `length` items. */
  index(what: string, length: number): number {
    const start = this.position;
    const index = this.u32(what);
    if (index >= length) this.fail(what, start, `index is ${index}, expected below ${length}`);
    return index;
  }

  /** Reads a name: a byte length and strict UTF-8. */
  name(what: string): string {
    const start = this.position;
    const byteLength = this.u32(what);
    const most = Math.min(this.remaining, MAX_STRING_LENGTH);
    if (byteLength > most) {
      this.fail(what, start, `length is ${byteCount(byteLength)}, expected at most ${most}`);
    }
    const first = this.skip(byteLength, what);
    const name = decodeName(this.bytes, first, byteLength);
    if (typeof name === "string") return name;
    const end = first + byteLength;
    const problem = name < end
      ? `byte is ${byteHex(this.bytes[name]!)}`
      : "it ends in mid-character";
    return this.fail(what, name, `${problem}, expected UTF-8`);
  }

  /** Throws unless the range has `byteLength` more bytes: the only guard. */
  #need(byteLength: number, what: string): void {
    if (this.remaining < byteLength) {
      this.fail(what, this.position, `${byteCount(this.remaining)} left, expected ${byteLength}`);
    }
  }

  #view(byteLength: number, what: string): DataView {
    const start = this.skip(byteLength, what);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, byteLength);
  }

  #leb32(signed: boolean, what: string): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8(what);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return signed ? value << (25 - shift) >> (25 - shift) : value;
    }
    value |= this.#lastByte(32, signed, start, what) << 28;
    return signed ? value : value >>> 0;
  }

  #leb64(bits: 33 | 64, signed: boolean, what: string): bigint {
    const start = this.position;
    let value = 0n;
    let shift = 0;
    let byte: number;
    do {
      byte = shift + 7 <= bits ? this.u8(what) : this.#lastByte(bits, signed, start, what);
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      shift += 7;
    } while (byte >= 0x80);
    return signed ? BigInt.asIntN(shift, value) : value;
  }

  /** Checks the last byte of a LEB128: it has only the remaining bits, and no continuation bit. */
  #lastByte(bits: number, signed: boolean, start: number, what: string): number {
    const byte = this.u8(what);
    const index = Math.floor(bits / 7);
    const room = bits - 7 * index;
    const most = 2 ** (signed ? room - 1 : room) - 1;
    const least = 0x7f - most; // the least negative byte, which repeats the sign
    if (byte <= most || (signed && byte >= least && byte < 0x80)) return byte;
    const negative = signed ? ` or ${byteHex(least)} to 0x7f` : "";
    const expected = `${byteHex(0)} to ${byteHex(most)}${negative}`;
    const problem = `byte ${index + 1} of the LEB128 is ${byteHex(byte)}, expected ${expected}`;
    return this.fail(what, start, problem);
  }
}

// WebAssembly 3.0, section 5.2.4 "Names": UTF-8 without exceptions; a byte order mark is data.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Up to this length a loop over ASCII is faster than the decoder in V8 15.
const SHORT = 32;

/**
 * Decodes the name in `byteLength` bytes at `start`.
 *
 * @returns the name, or the offset of the first byte that UTF-8 forbids; the end if a byte is
 * missing
 */
function decodeName(
  bytes: Uint8Array,
  start: number,
  byteLength: number,
): string | number {
  const end = start + byteLength;
  if (byteLength <= SHORT) {
    let name = "";
    let position = start;
    while (position < end && bytes[position]! < 0x80) {
      name += String.fromCharCode(bytes[position++]!);
    }
    if (position === end) return name;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return firstInvalid(bytes, start, end);
  }
}

/** Returns the offset of the first invalid byte, within the first ill-formed sequence. */
function firstInvalid(bytes: Uint8Array, start: number, end: number): number {
  const sequence = start + validUtf8Length(bytes.subarray(start, end));
  let at = sequence;
  while (at < end && isPrefix(bytes.subarray(sequence, at + 1))) at++;
  return at;
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The size of the magic and the version at the start of a binary. */
export const HEADER_BYTES = 8;

export function byteHex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

export function byteCount(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}
