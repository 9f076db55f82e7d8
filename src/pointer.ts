import { hex } from "./errors.ts";
import { show } from "./numbers.ts";

/**
 * A pointer: an unsigned offset into linear memory, in bytes, as a number or a bigint. A negative one
 * is taken as the guest meant it: JavaScript shows what a guest returns as signed.
 */
export type Pointer = number | bigint;

/**
 * A pointer as an unsigned offset: what a 32-bit guest returns above 2 GiB is negative.
 *
 * @param pointer A 32-bit pointer, signed or unsigned; a safe integer; or a bigint of 64 bits, signed
 * or unsigned. What no number holds exactly is rounded: it is beyond all memory.
 * @returns The offset in bytes.
 * @throws {RangeError} if it is not an integer, or not one that a pointer can be.
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

function pointerError(found: string, expected: string): RangeError {
  return new RangeError(`Cannot use ${found} as a pointer: expected ${expected}`);
}
