import { checkCount } from "./numbers.ts";

/** The size of a page of linear memory in bytes. */
export const PAGE_SIZE = 65536;

/** Whether a memory's addresses are 64 bits wide; its size stays and no view goes stale. */
export function hasAddress64(memory: WebAssembly.Memory): boolean {
  const grow = memory.grow.bind(memory) as (delta: unknown) => unknown;
  try {
    // More than any memory can have: refused as too much where it is taken for a number at all.
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
 * @param pages By how many pages of 64 KiB.
 * @returns Its size before, in pages.
 * @throws {RangeError} if it can't grow that far.
 */
export function growMemory(memory: WebAssembly.Memory, pages: number): number {
  checkCount(pages, (shown) => `Cannot grow memory by ${shown} pages`);
  const before = memory.buffer.byteLength / PAGE_SIZE;
  const grow = memory.grow.bind(memory) as (delta: number | bigint) => unknown;
  try {
    try {
      grow(pages);
    } catch (error) {
      // A 64-bit memory takes a bigint alone, and only its refusal tells which it is.
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
