import { hex, MemoryRangeError } from "./errors.ts";
import { checkNumeric, NUMERIC_TYPES, type NumericType, type NumericValue } from "./numbers.ts";
import type { ByteSource, Codec, Encoding } from "./text/codec.ts";
import { createCodec } from "./text/create_codec.ts";
import { findNul } from "./text/find_nul.ts";

/** The size of a page of linear memory in bytes. */
const PAGE_SIZE = 65536;

/** A pointer: an unsigned offset into linear memory. A negative one is read as the guest meant it. */
export type Pointer = number | bigint;

/** How {@linkcode GuestMemory} reads and writes text. */
export interface TextOptions {
  /** The encoding of the text in memory, `"utf-8"` unless said. */
  encoding?: Encoding;
}

/** How {@linkcode GuestMemory} writes text. */
export interface WriteTextOptions extends TextOptions {
  /**
   * What happens to a lone surrogate that the encoding can't carry: it is refused with its index
   * (the default), or U+FFFD is written in its place.
   */
  loneSurrogates?: "refuse" | "replace";
}

/** How {@linkcode GuestMemory} reads NUL-terminated text. */
export interface ReadCStringOptions extends TextOptions {
  /** The most bytes to look at for the NUL; as far as memory goes unless said. */
  limit?: number;
}

/**
 * Linear memory with every access checked, before and after it grew.
 *
 * Pointers are offsets in bytes: numbers or bigints. A negative one is taken as what the guest
 * returned, an unsigned address that JavaScript shows as signed.
 *
 * @example
 * ```ts
 * import { GuestMemory } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
 * const byteLength = memory.writeString(16, "Grüße");
 * assertEquals(memory.readString(16, byteLength), "Grüße");
 * ```
 */
export class GuestMemory {
  /** The memory itself. */
  readonly memory: WebAssembly.Memory;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
  #bytes: Uint8Array;
  #data: DataView;
  readonly #codecs: Partial<Record<Encoding, Codec>> = {};
  readonly #source: ByteSource;

  /** Wraps any memory: nothing is copied. */
  constructor(memory: WebAssembly.Memory) {
    const { buffer } = memory;
    this.memory = memory;
    this.shared = buffer instanceof SharedArrayBuffer;
    this.#bytes = new Uint8Array(buffer);
    this.#data = new DataView(buffer);
    this.#source = { memory, shared: this.shared, bytes: () => this.#fresh() };
  }

  /** The size in bytes at this moment. */
  get size(): number {
    return this.#fresh().byteLength;
  }

  /**
   * Grows by `pages` of 64 KiB. Views made before go stale.
   *
   * @returns the size before, in pages.
   * @throws {RangeError} if the memory can't grow that far.
   */
  grow(pages: number): number {
    checkNumeric("u32", pages, "grow memory by pages");
    const before = this.size / PAGE_SIZE;
    const grow = this.memory.grow.bind(this.memory) as (delta: number | bigint) => unknown;
    try {
      try {
        grow(pages);
      } catch (error) {
        // A 64-bit memory takes bigint alone, and only the refusal tells which it is.
        if (!(error instanceof TypeError)) throw error;
        grow(BigInt(pages));
      }
    } catch (cause) {
      throw new RangeError(
        `Cannot grow memory by ${pages} pages: it has ${before}, and the engine refuses`,
        { cause },
      );
    }
    return before;
  }

  /**
   * A live view of `byteLength` bytes: no copy. It goes stale as soon as the memory grows, which
   * any call into the guest can make happen.
   *
   * @throws {MemoryRangeError} if the range is not within memory.
   */
  view(pointer: Pointer, byteLength: number): Uint8Array {
    const at = this.#check("read", pointer, byteLength);
    return this.#bytes.subarray(at, at + byteLength);
  }

  /**
   * A copy of `byteLength` bytes, in an `ArrayBuffer` of its own.
   *
   * @throws {MemoryRangeError} if the range is not within memory.
   */
  readBytes(pointer: Pointer, byteLength: number): Uint8Array<ArrayBuffer> {
    const at = this.#check("read", pointer, byteLength);
    if (!this.shared) return this.#bytes.slice(at, at + byteLength) as Uint8Array<ArrayBuffer>;
    const copy = new Uint8Array(byteLength);
    copy.set(this.#bytes.subarray(at, at + byteLength));
    return copy;
  }

  /**
   * Copies `bytes` to `pointer`.
   *
   * @throws {MemoryRangeError} if they do not fit: then nothing was written.
   */
  writeBytes(pointer: Pointer, bytes: Uint8Array): void {
    const at = this.#check("write", pointer, bytes.byteLength);
    this.#bytes.set(bytes, at);
  }

  /** Sets `byteLength` bytes at `pointer` to zero. */
  clear(pointer: Pointer, byteLength: number): void {
    const at = this.#check("write", pointer, byteLength);
    this.#bytes.fill(0, at, at + byteLength);
  }

  /**
   * The number of `type` at `pointer`, little-endian, aligned or not: a bigint for `i64` and `u64`.
   *
   * @throws {MemoryRangeError} if it is not within memory.
   */
  read<T extends NumericType>(type: T, pointer: Pointer): NumericValue<T>;
  read(type: NumericType, pointer: Pointer): number | bigint {
    const at = this.#check("read", pointer, NUMERIC_TYPES[type].byteLength);
    const data = this.#data;
    switch (type) {
      case "i8":
        return data.getInt8(at);
      case "u8":
        return data.getUint8(at);
      case "i16":
        return data.getInt16(at, true);
      case "u16":
        return data.getUint16(at, true);
      case "i32":
        return data.getInt32(at, true);
      case "u32":
        return data.getUint32(at, true);
      case "i64":
        return data.getBigInt64(at, true);
      case "u64":
        return data.getBigUint64(at, true);
      case "f32":
        return data.getFloat32(at, true);
      case "f64":
        return data.getFloat64(at, true);
    }
  }

  /**
   * Writes `value` as `type` at `pointer`, little-endian, aligned or not.
   *
   * @throws {MemoryRangeError} if it is not within memory.
   * @throws {RangeError} if `type` can't hold an integer `value`: then nothing was written.
   * @throws {TypeError} if `value` is not a number, or not a bigint for `i64` and `u64`.
   */
  write<T extends NumericType>(type: T, pointer: Pointer, value: NumericValue<T>): void;
  write(type: NumericType, pointer: Pointer, value: number | bigint): void {
    checkNumeric(type, value, "write value");
    const at = this.#check("write", pointer, NUMERIC_TYPES[type].byteLength);
    const data = this.#data;
    switch (type) {
      case "i8":
      case "u8":
        return data.setUint8(at, value as number);
      case "i16":
      case "u16":
        return data.setUint16(at, value as number, true);
      case "i32":
      case "u32":
        return data.setUint32(at, value as number, true);
      case "i64":
      case "u64":
        return data.setBigUint64(at, value as bigint, true);
      case "f32":
        return data.setFloat32(at, value as number, true);
      case "f64":
        return data.setFloat64(at, value as number, true);
    }
  }

  /**
   * The text in `byteLength` bytes at `pointer`: a copy. A BOM and NULs are text like any other.
   *
   * @throws {MemoryRangeError} if the range is not within memory.
   * @throws {GuestError} with the code `invalid-text` where the bytes are not valid text.
   */
  readString(pointer: Pointer, byteLength: number, options: TextOptions = {}): string {
    const at = this.#check("read", pointer, byteLength);
    return this.codec(options.encoding).read(at, byteLength);
  }

  /**
   * Writes `text` at `pointer`, without a NUL after it.
   *
   * @returns the number of bytes written.
   * @throws {MemoryRangeError} if it does not fit into memory: then nothing was written.
   * @throws {TypeError} if the encoding can't carry it: then nothing was written.
   */
  writeString(pointer: Pointer, text: string, options: WriteTextOptions = {}): number {
    const at = this.#check("write", pointer, 0);
    const codec = this.codec(options.encoding);
    const carried = options.loneSurrogates === "replace" ? text.toWellFormed() : text;
    const room = this.#bytes.byteLength - at;
    const written = codec.write(carried, at, room);
    if (written < 0) {
      throw new MemoryRangeError("write", at, codec.byteLength(carried), this.size);
    }
    return written;
  }

  /**
   * The text from `pointer` up to a NUL, which is no part of it: a copy.
   *
   * @throws {MemoryRangeError} if no NUL comes within `limit` bytes, or before memory ends.
   * @throws {GuestError} with the code `invalid-text` where the bytes are not valid text.
   */
  readCString(pointer: Pointer, options: ReadCStringOptions = {}): string {
    const codec = this.codec(options.encoding);
    return codec.read(toOffset(pointer), this.cStringLength(pointer, options));
  }

  /**
   * The number of bytes from `pointer` to the next NUL (of two bytes in UTF-16).
   *
   * @throws {MemoryRangeError} if no NUL comes within `limit` bytes, or before memory ends.
   */
  cStringLength(pointer: Pointer, options: ReadCStringOptions = {}): number {
    const at = this.#check("read", pointer, 0);
    const reach = this.#bytes.byteLength - at;
    const limit = Math.min(options.limit ?? reach, reach);
    const nul = findNul(this.#source, at, limit, options.encoding === "utf-16" ? 2 : 1);
    if (nul < 0) throw new MemoryRangeError("read", at, limit + 1, this.size);
    return nul;
  }

  /**
   * Writes `text` and a NUL after it (of two bytes in UTF-16).
   *
   * @returns the number of bytes written, the NUL not counted.
   * @throws {MemoryRangeError} if both do not fit into memory: then nothing was written.
   * @throws {TypeError} if `text` holds a NUL itself, or the encoding can't carry it.
   */
  writeCString(pointer: Pointer, text: string, options: WriteTextOptions = {}): number {
    refuseNul(text);
    const unit = options.encoding === "utf-16" ? 2 : 1;
    const codec = this.codec(options.encoding);
    const carried = options.loneSurrogates === "replace" ? text.toWellFormed() : text;
    const byteLength = codec.byteLength(carried);
    const at = this.#check("write", pointer, byteLength + unit);
    codec.write(carried, at, byteLength);
    this.clear(at + byteLength, unit);
    return byteLength;
  }

  /** The codec for `encoding` in this memory, made once. */
  codec(encoding: Encoding = "utf-8"): Codec {
    return this.#codecs[encoding] ??= createCodec(encoding, this.#source);
  }

  /**
   * Throws unless `byteLength` bytes at `pointer` are within memory.
   *
   * @returns the pointer as an unsigned offset.
   * @throws {MemoryRangeError} if they are not; the message says `action`.
   */
  check(action: "read" | "write", pointer: Pointer, byteLength: number): number {
    return this.#check(action, pointer, byteLength);
  }

  /** The one bounds check: the pointer as an offset, with fresh views behind it. */
  #check(action: "read" | "write", pointer: Pointer, byteLength: number): number {
    const at = toOffset(pointer);
    const size = this.#fresh().byteLength;
    if (!(byteLength >= 0 && at + byteLength <= size)) {
      throw new MemoryRangeError(
        action,
        typeof pointer === "bigint" ? BigInt.asUintN(64, pointer) : at,
        byteLength,
        size,
      );
    }
    return at;
  }

  #fresh(): Uint8Array {
    // Growth detaches an unshared buffer, which shows in the view for nothing; a shared one lives on.
    const bytes = this.#bytes;
    if (this.shared ? bytes.buffer === this.memory.buffer : bytes.byteLength !== 0) return bytes;
    const { buffer } = this.memory;
    this.#data = new DataView(buffer);
    return this.#bytes = new Uint8Array(buffer);
  }
}

/**
 * A pointer as an unsigned offset: what a 32-bit guest returns above 2 GiB is negative.
 *
 * @throws {TypeError} if it is not an integer.
 */
export function toOffset(pointer: Pointer): number {
  if (typeof pointer === "bigint") return Number(BigInt.asUintN(64, pointer));
  const unsigned = pointer >>> 0;
  if (unsigned === pointer) return unsigned;
  if (!Number.isSafeInteger(pointer)) {
    throw new TypeError(`Cannot use ${pointer} as a pointer: expected an integer`);
  }
  if (pointer < -0x80000000) {
    throw new TypeError(`Cannot use ${hex(pointer)} as a pointer: expected 32 bits or an offset`);
  }
  return pointer < 0 ? unsigned : pointer;
}

/**
 * Throws where `text` holds a NUL, at which the guest would take it to end.
 *
 * @throws {TypeError} with the index of the first one.
 */
export function refuseNul(text: string): void {
  const index = text.indexOf("\0");
  if (index >= 0) {
    throw new TypeError(
      `Cannot pass text with a NUL at index ${index}: the guest takes the text to end there`,
    );
  }
}
