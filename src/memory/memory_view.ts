import { checkCount, type NumericType, sizeOfNumber } from "../base/numeric_types.ts";
import { TYPED_ARRAYS, type TypedArray } from "../base/typed_arrays.ts";
import { hex, show } from "../base/show.ts";
import { type Pointer, toOffset } from "./pointer.ts";

/**
 * A live view of numbers in linear memory, which `GuestMemory.view` makes. Read its `array` again
 * after each call of the guest.
 */
export interface MemoryView<T extends NumericType = NumericType> {
  /** The type of the numbers. */
  readonly type: T;
  /** The first byte: an unsigned offset into linear memory. */
  readonly pointer: number;
  /** The number of numbers. */
  readonly length: number;
  /**
   * Whether the last `array` is stale, because the memory has grown or the guest was reset or
   * closed.
   */
  readonly isStale: boolean;
  /**
   * The current numbers: a typed array, not a copy. It is the same array until memory grows, which
   * detaches it; then it is a new one. Values that are written to it are converted as usual in
   * JavaScript, without a check. The view does not notice if the guest frees the range.
   *
   * @throws {TypeError} if the guest was reset or closed, because its memory is gone.
   */
  readonly array: TypedArray<T>;
}

/** The memory that a view shows. */
interface ViewedMemory {
  /** Why its views have been invalidated, if they have. */
  readonly ended: string | undefined;
  /** Returns a live view of all memory, which is renewed when the memory has grown. */
  bytes(): Uint8Array;
  /** Throws unless a range is within memory. */
  check(action: "read", pointer: Pointer, byteLength: number): number;
}

/** A view that checks at each access whether the memory has grown. */
export class NumbersView<T extends NumericType> implements MemoryView<T> {
  readonly type: T;
  readonly pointer: number;
  readonly length: number;
  readonly #memory: ViewedMemory;
  #bytes: Uint8Array | undefined;
  #array: TypedArray<NumericType> | undefined;

  /**
   * Checks the range; the array is made on demand.
   *
   * @throws {MemoryRangeError} if the range is not within memory.
   * @throws {RangeError} if `pointer` is no multiple of the size, or `length` is not an integer.
   * @throws {TypeError} if there is no such type.
   */
  constructor(memory: ViewedMemory, type: T, pointer: Pointer, length: number) {
    const size = sizeOfNumber(type, "view memory");
    this.type = type;
    this.pointer = toOffset(pointer);
    this.length = length;
    this.#memory = memory;
    checkCount(length, () => this.#action());
    if (this.pointer % size !== 0) {
      throw new RangeError(`${this.#action()}: expected a multiple of ${size}, or readBytes()`);
    }
    memory.check("read", pointer, length * size);
  }

  get isStale(): boolean {
    return this.#memory.ended !== undefined ||
      (this.#array !== undefined && this.#array.length !== this.length);
  }

  get array(): TypedArray<T> {
    if (this.#memory.ended !== undefined) throw this.#endedError(this.#memory.ended);
    const bytes = this.#memory.bytes();
    if (bytes !== this.#bytes) {
      const { buffer } = bytes;
      this.#bytes = bytes;
      this.#array = new TYPED_ARRAYS[this.type](buffer as ArrayBuffer, this.pointer, this.length);
    }
    return this.#array as TypedArray<T>;
  }

  #endedError(why: string): TypeError {
    return new TypeError(`${this.#action()}: ${why}, expected a new view of guest.memory`);
  }

  #action(): string {
    return `Cannot view ${show(this.length)} ${this.type} at pointer ${hex(this.pointer)}`;
  }
}
