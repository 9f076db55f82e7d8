import { MemoryRangeError } from "../base/errors.ts";
import {
  checkCount,
  checkNumeric,
  NUMERIC_TYPES,
  type NumericType,
  type NumericValue,
  readNumeric,
  sizeOfNumber,
  writeNumeric,
} from "../base/numeric_types.ts";
import { byteLengthOf, type BytesInput, refuseStale, toBytes } from "../base/typed_arrays.ts";
import { isShared } from "../base/runtime.ts";
import { hex, show } from "../base/show.ts";
import { type MemoryView, NumbersView } from "./memory_view.ts";
import { growMemory, type Pointer, toOffset } from "./pointer.ts";
import type { ByteSource, Codec, CodecName, Encoding, OnInvalid } from "./text/codec.ts";
import { codecName, findTerminator, nulSize, refuseNul, refuseOther } from "./text/common.ts";
import { createCodec } from "./text/create_codec.ts";
import type { MemoryOptions, ReadCStringOptions, TextOptions } from "./text_options.ts";

/**
 * Linear memory in which every access is checked, also after memory has grown.
 *
 * Pointers are offsets in bytes: numbers or bigints. A negative pointer stands for the unsigned
 * address that JavaScript shows as signed when a guest returns it. Lengths are in bytes.
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
  /**
   * Why all views of numbers have been invalidated.
   *
   * @internal
   */
  ended: string | undefined;
  #bytes: Uint8Array;
  #data: DataView;
  readonly #codecs = new Map<CodecName, Codec>();
  readonly #onInvalid: OnInvalid | undefined;
  readonly #source: ByteSource;

  /**
   * Wraps any memory without copying it.
   *
   * @param memory The memory of a guest, or one that no guest uses yet.
   * @param options How invalid text is handled: an error unless set.
   * @throws {TypeError} if it is not a `WebAssembly.Memory`.
   */
  constructor(memory: WebAssembly.Memory, options: MemoryOptions = {}) {
    // The class name is compared, because the memory may come from another realm.
    if (Object.prototype.toString.call(memory) !== "[object WebAssembly.Memory]") {
      throw new TypeError(
        `Cannot use memory: it is ${show(memory)}, expected a WebAssembly.Memory`,
      );
    }
    const { buffer } = memory;
    this.memory = memory;
    this.shared = isShared(buffer);
    this.#onInvalid = options.onInvalid;
    this.#bytes = new Uint8Array(buffer);
    this.#data = new DataView(buffer);
    this.#source = { memory, shared: this.shared, bytes: () => this.bytes() };
  }

  /** The current size in bytes. */
  get size(): number {
    return this.bytes().byteLength;
  }

  /**
   * Grows the memory. Earlier views go stale.
   *
   * @param pages The number of pages of 64 KiB to add.
   * @returns The size before, in pages.
   * @throws {RangeError} if the memory cannot grow that far; it is unchanged.
   */
  grow(pages: number): number {
    return growMemory(this.memory, pages);
  }

  /**
   * Returns a live view of bytes, not a copy. It goes stale as soon as the memory grows, which any
   * call into the guest can cause. A stale view is empty, or too short if the memory is shared.
   *
   * @param pointer The first byte.
   * @param byteLength The length in bytes.
   * @returns The view.
   * @throws {MemoryRangeError} if the range is not within memory.
   */
  view(pointer: Pointer, byteLength: number): Uint8Array;
  /**
   * Returns a live view of numbers that is renewed when memory has grown, and refuses access once
   * the guest was reset or closed.
   *
   * @param type The type of the numbers.
   * @param pointer The first byte: a multiple of the size of a number.
   * @param length The number of numbers.
   * @returns The view, whose `array` is a typed array.
   * @throws {MemoryRangeError} if the range is not within memory.
   * @throws {RangeError} if `pointer` is not a multiple of the size, or `length` is not an integer.
   * @throws {TypeError} if there is no such type.
   *
   * @example
   * ```ts
   * import { GuestMemory } from "@passage/wasm";
   * import { assertEquals } from "@std/assert";
   *
   * const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
   * const samples = memory.view("f64", 1024, 3);
   * samples.array.set([0.5, 1, 1.5]);
   * memory.grow(1);
   * assertEquals([...samples.array], [0.5, 1, 1.5]);
   * ```
   */
  view<T extends NumericType>(type: T, pointer: Pointer, length: number): MemoryView<T>;
  view(
    first: Pointer | NumericType,
    second: Pointer,
    length?: number,
  ): Uint8Array | MemoryView<NumericType> {
    if (typeof first === "string") return new NumbersView(this, first, second, length!);
    const at = this.check("read", first, second as number);
    return this.#bytes.subarray(at, at + (second as number));
  }

  /**
   * Copies bytes out of memory.
   *
   * @param pointer The first byte.
   * @param byteLength The number of bytes.
   * @returns A copy with its own `ArrayBuffer`, even if the memory is shared.
   * @throws {MemoryRangeError} if the range is not within memory.
   */
  readBytes(pointer: Pointer, byteLength: number): Uint8Array<ArrayBuffer> {
    const at = this.check("read", pointer, byteLength);
    // A slice of shared bytes is not shared itself.
    return this.#bytes.slice(at, at + byteLength) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Copies bytes into memory.
   *
   * @param pointer The address of the first byte.
   * @param data The bytes; they may be a view of the same memory.
   * @throws {MemoryRangeError} if they do not fit; nothing is written.
   * @throws {RangeError} if a number is not a byte; nothing is written.
   * @throws {TypeError} if `data` is not bytes, or is a stale view.
   */
  writeBytes(pointer: Pointer, data: BytesInput): void {
    const bytes = toBytes(data, "write bytes");
    const byteLength = byteLengthOf(bytes);
    const at = this.check("write", pointer, byteLength);
    if (byteLength > 0) this.#bytes.set(bytes, at);
    else refuseStale(bytes, "write bytes");
  }

  /**
   * Sets bytes to zero.
   *
   * @param pointer The first byte.
   * @param byteLength The number of bytes.
   * @throws {MemoryRangeError} if the range is not within memory; nothing is written.
   */
  clear(pointer: Pointer, byteLength: number): void {
    const at = this.check("write", pointer, byteLength);
    // A call of fill() costs 20 ns, and usually only a NUL is cleared.
    if (byteLength > 2) this.#bytes.fill(0, at, at + byteLength);
    else for (let offset = 0; offset < byteLength; offset++) this.#bytes[at + offset] = 0;
  }

  /**
   * Reads a number, little-endian, aligned or not.
   *
   * @param type The type of the number.
   * @param pointer The address of its first byte.
   * @returns The number: a bigint for `i64` and `u64`.
   * @throws {MemoryRangeError} if it is not within memory.
   * @throws {TypeError} if there is no such type.
   */
  read<T extends NumericType>(type: T, pointer: Pointer): NumericValue<T>;
  read(type: NumericType, pointer: Pointer): number | bigint {
    const at = this.check("read", pointer, sizeOfNumber(type, "read a number"));
    return readNumeric(this.#data, type, at);
  }

  /**
   * Writes a number, little-endian, aligned or not.
   *
   * @param type The type of the number.
   * @param pointer The address of its first byte.
   * @param value The number: a bigint for `i64` and `u64`. A float is rounded to `f32`.
   * @throws {MemoryRangeError} if it is not within memory.
   * @throws {RangeError} if `type` cannot hold an integer `value`; nothing is written.
   * @throws {TypeError} if `value` is not a number, or not a bigint for `i64` and `u64`, or if there
   * is no such type.
   */
  write<T extends NumericType>(type: T, pointer: Pointer, value: NumericValue<T>): void;
  write(type: NumericType, pointer: Pointer, value: number | bigint): void {
    checkNumeric(type, value, "write value");
    const at = this.check("write", pointer, NUMERIC_TYPES[type].byteLength);
    writeNumeric(this.#data, type, at, value);
  }

  /**
   * Reads text. A BOM and NULs are ordinary text.
   *
   * @param pointer The first byte.
   * @param byteLength The length in bytes.
   * @param options The encoding, UTF-8 unless set, and how invalid bytes are handled.
   * @returns The text: a copy.
   * @throws {MemoryRangeError} if the range is not within memory.
   * @throws {GuestError} with the code `invalid-text` if the bytes are not valid text, or
   * `result-too-large` if the text is too long for a string.
   */
  readString(pointer: Pointer, byteLength: number, options: TextOptions = {}): string {
    const at = this.check("read", pointer, byteLength);
    return this.#codecOf(options).read(at, byteLength);
  }

  /**
   * Writes text, without a NUL after it.
   *
   * @param pointer The address of the first byte.
   * @param text The text.
   * @param options The encoding, UTF-8 unless set, and how lone surrogates are handled.
   * @returns The number of bytes written.
   * @throws {MemoryRangeError} if it does not fit into memory; nothing is written.
   * @throws {TypeError} if the encoding cannot represent it; nothing is written.
   */
  writeString(pointer: Pointer, text: string, options: TextOptions = {}): number {
    const at = this.check("write", pointer, 0);
    const codec = this.#codecOf(options);
    refuseOther(text);
    const written = codec.write(text, at, this.#bytes.byteLength - at);
    if (written >= 0) return written;
    throw new MemoryRangeError("write", at, codec.byteLength(text), this.size);
  }

  /**
   * Reads the text before a NUL.
   *
   * @param pointer The first byte.
   * @param options The encoding, UTF-8 unless set, and the number of bytes to search for the NUL.
   * @returns The text: a copy.
   * @throws {MemoryRangeError} if it starts beyond memory.
   * @throws {GuestError} with the code `invalid-text` if the bytes are not valid text, or there is
   * no NUL within the limit or before the end of memory.
   */
  readCString(pointer: Pointer, options: ReadCStringOptions = {}): string {
    const { encoding, onInvalid, limit } = options;
    const byteLength = this.cStringLength(pointer, { encoding, limit });
    return this.#codecOf({ encoding, onInvalid }).read(toOffset(pointer), byteLength);
  }

  /**
   * Looks for the NUL that ends a text. In UTF-16 it has two bytes, at an even offset from the
   * start.
   *
   * @param pointer The first byte of the text.
   * @param options The encoding, UTF-8 unless set, and the number of bytes to search for the NUL.
   * @returns The number of bytes before the NUL.
   * @throws {MemoryRangeError} if it starts beyond memory.
   * @throws {GuestError} with the code `invalid-text` if there is no NUL within the limit or before
   * the end of memory.
   */
  cStringLength(pointer: Pointer, options: ReadCStringOptions = {}): number {
    const at = this.check("read", pointer, 0);
    return findTerminator(this.codec(options.encoding), at, this.#bytes.byteLength, options);
  }

  /**
   * Writes text and a NUL after it. In UTF-16 the NUL has two bytes.
   *
   * @param pointer The address of the first byte.
   * @param text The text.
   * @param options The encoding, UTF-8 unless set, and how lone surrogates are handled.
   * @returns The number of bytes written, not counting the NUL.
   * @throws {MemoryRangeError} if the text and the NUL do not fit into memory; nothing is written.
   * @throws {TypeError} if `text` contains a NUL, or the encoding cannot represent it.
   */
  writeCString(pointer: Pointer, text: string, options: TextOptions = {}): number {
    const { encoding, onInvalid } = options;
    const codec = this.#codecOf({ encoding, onInvalid });
    refuseOther(text);
    refuseNul(text);
    const byteLength = codec.byteLength(text);
    const nul = nulSize(encoding);
    const at = this.check("write", pointer, byteLength + nul);
    codec.write(text, at, byteLength);
    this.clear(at + byteLength, nul);
    return byteLength;
  }

  /**
   * Returns a live view of all memory for numbers, which is valid until memory grows.
   *
   * @internal
   */
  data(): DataView {
    this.bytes();
    return this.#data;
  }

  /**
   * Returns a live view of all memory, for code that has checked its bounds.
   *
   * @internal
   */
  bytes(): Uint8Array {
    // Growth detaches an unshared buffer, so its view has length 0, which costs nothing to check. A
    // shared buffer is never detached.
    const bytes = this.#bytes;
    if (this.shared ? bytes.buffer === this.memory.buffer : bytes.byteLength !== 0) return bytes;
    const { buffer } = this.memory;
    this.#data = new DataView(buffer);
    return this.#bytes = new Uint8Array(buffer);
  }

  /**
   * Returns the codec of a name in this memory, which is made once.
   *
   * @internal
   */
  codec(name: CodecName = "utf-8"): Codec {
    let codec = this.#codecs.get(name);
    if (codec === undefined) {
      const set = name.includes(" ") ? name : codecName(name as Encoding, this.#onInvalid);
      codec = createCodec(set, this.#source);
      this.#codecs.set(name, codec);
    }
    return codec;
  }

  #codecOf({ encoding = "utf-8", onInvalid }: TextOptions): Codec {
    return this.codec(codecName(encoding, onInvalid));
  }

  /**
   * Throws unless a range is within memory: the only bounds check. It also renews stale views.
   *
   * @param action The failed action in the error.
   * @param pointer The first byte of the range.
   * @param byteLength The length in bytes.
   * @returns The pointer as an unsigned offset.
   * @throws {MemoryRangeError} if the range is not within memory.
   * @throws {RangeError} if `pointer` or `byteLength` is not an integer.
   */
  check(action: "read" | "write", pointer: Pointer, byteLength: number): number {
    const at = toOffset(pointer);
    const size = this.bytes().byteLength;
    const whole = Number.isInteger(byteLength);
    if (whole && byteLength >= 0 && at + byteLength <= size) return at;
    const shown = typeof pointer === "bigint" ? BigInt.asUintN(64, pointer) : at;
    if (!whole) {
      checkCount(byteLength, (count) => `Cannot ${action} ${count} bytes at ${hex(shown)}`);
    }
    throw new MemoryRangeError(action, shown, byteLength, size);
  }
}
