import { checkCount } from "../base/numeric_types.ts";
import { hex, show } from "../base/show.ts";

/**
 * A pointer: an unsigned offset into linear memory, in bytes, as a number or a bigint. A negative
 * one stands for the unsigned address that JavaScript shows as signed.
 */
export type Pointer = number | bigint;

/**
 * Converts a pointer to an unsigned offset. A 32-bit guest returns pointers above 2 GiB as negative
 * numbers.
 *
 * @param pointer A 32-bit pointer, signed or unsigned; a safe integer; or a bigint of 64 bits,
 * signed or unsigned. A bigint that a number cannot represent exactly is rounded, because it is
 * beyond any memory.
 * @returns The offset in bytes.
 * @throws {RangeError} if it is not an integer, or out of the range of pointers.
 * @throws {TypeError} if it is neither a number nor a bigint.
 */
export function toOffset(pointer: Pointer): number {
  const unsigned = typeof pointer === "number" ? pointer >>> 0 : -1;
  if (unsigned === pointer) return unsigned;
  if (typeof pointer === "bigint") {
    const offset = BigInt.asUintN(64, pointer);
    if (offset === pointer || BigInt.asIntN(64, pointer) === pointer) return Number(offset);
    throw pointerError(hex(pointer), "64 bits");
  }
  if (typeof pointer !== "number") {
    throw new TypeError(`Cannot use ${show(pointer)} as a pointer: expected a number or a bigint`);
  }
  if (!Number.isSafeInteger(pointer)) throw pointerError(String(pointer), "a safe integer");
  if (pointer < -0x80000000) throw pointerError(hex(pointer), "32 bits or an offset");
  return pointer < 0 ? unsigned : pointer;
}

/** Returns whether a number is an integer that can be an address or a length. */
export function isWhole(found: number): boolean {
  return Number.isSafeInteger(found) && found >= -0x80000000;
}

/** An offset beyond any memory, and small enough that offsets can be added to it exactly. */
export const FARTHEST: number = 2 ** 52;

function pointerError(found: string, expected: string): RangeError {
  return new RangeError(`Cannot use ${found} as a pointer: expected ${expected}`);
}

/** The size of a page of linear memory in bytes. */
export const PAGE_SIZE = 65536;

/**
 * Returns whether a memory's addresses are 64 bits wide. The memory does not grow, and no view goes
 * stale.
 */
export function hasAddress64(memory: WebAssembly.Memory): boolean {
  const grow = memory.grow.bind(memory) as (delta: unknown) => unknown;
  try {
    // More than any memory can have. Only a 64-bit memory accepts a bigint, and rejects the size.
    grow(2n ** 64n - 1n);
    return true;
  } catch (error) {
    return error instanceof RangeError;
  }
}

/**
 * Grows any memory, whether its addresses are 32 or 64 bits wide.
 *
 * @param memory The memory.
 * @param pages The number of pages of 64 KiB to add.
 * @returns The size before, in pages.
 * @throws {RangeError} if it cannot grow that far.
 */
export function growMemory(memory: WebAssembly.Memory, pages: number): number {
  checkCount(pages, (shown) => `Cannot grow memory by ${shown} pages`);
  const before = memory.buffer.byteLength / PAGE_SIZE;
  const grow = memory.grow.bind(memory) as (delta: number | bigint) => unknown;
  try {
    try {
      grow(pages);
    } catch (error) {
      // A 64-bit memory accepts only a bigint, and only this error shows which kind it is.
      if (!(error instanceof TypeError)) throw error;
      grow(BigInt(pages));
    }
  } catch (cause) {
    throw new RangeError(
      `Cannot grow memory by ${pages} pages: it has ${before}, and with so many more it would ` +
        "exceed its maximum or what the engine allows",
      { cause },
    );
  }
  return before;
}
