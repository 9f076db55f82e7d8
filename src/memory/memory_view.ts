import type { NumericType, TypedArray } from "../base/numeric_types.ts";

/**
 * A live view of numbers in linear memory, which `GuestMemory.view` makes. Ask it for its `array`
 * again after each call of the guest.
 */
export interface MemoryView<T extends NumericType = NumericType> {
  /** The type of the numbers. */
  readonly type: T;
  /** The first byte: an unsigned offset into linear memory. */
  readonly pointer: number;
  /** The number of numbers. */
  readonly length: number;
  /**
   * Whether the `array` that was asked for last shows the memory no longer: it has grown, or the
   * guest was reset or closed.
   */
  readonly isStale: boolean;
  /**
   * The numbers as they are now: a typed array, not a copy. It is the same array until memory grows,
   * which empties it, and then another one. What is written into it is converted as JavaScript does
   * it, without a check. A guest that frees the range is not noticed.
   *
   * @throws {TypeError} if the guest was reset or closed, because its memory is gone.
   */
  readonly array: TypedArray<T>;
}
