import type { GuestMemory } from "../memory.ts";
import type { Pointer } from "../pointer.ts";
import { ERRNO, Failure } from "./errno.ts";

/**
 * A call moves at most this many bytes: a guest that asks for more gets a part, as it must expect.
 * Its ranges can overlap, so memory alone does not bound them.
 */
const MOST_BYTES = 1024 * 1024;
/** As many as Linux takes (`IOV_MAX`). */
const MOST_VECTORS = 1024;
/** A pointer and a length of 32 bits. */
const VECTOR_SIZE = 8;

/** The ranges of a scattered read or write, each of them within memory. */
export interface Vectors {
  readonly ranges: readonly { readonly pointer: number; readonly byteLength: number }[];
  /** All their bytes, at most {@linkcode MOST_BYTES}. */
  readonly byteLength: number;
}

/**
 * Reads a list of ranges.
 *
 * @param action What will be done to the ranges.
 * @throws {MemoryRangeError} if the list or a range is not within memory.
 * @throws {Failure} `inval` if there are too many.
 */
export function readVectors(
  memory: GuestMemory,
  action: "read" | "write",
  [pointer, count]: readonly [Pointer, number],
): Vectors {
  if (count >>> 0 > MOST_VECTORS) throw new Failure(ERRNO.inval);
  const list = memory.check("read", pointer, count * VECTOR_SIZE);
  let rest = MOST_BYTES;
  const ranges: { pointer: number; byteLength: number }[] = [];
  for (let index = 0; index < count; index++) {
    const at = list + index * VECTOR_SIZE;
    const range = memory.check(action, memory.read("u32", at), memory.read("u32", at + 4));
    const byteLength = Math.min(rest, memory.read("u32", at + 4));
    ranges.push({ pointer: range, byteLength });
    rest -= byteLength;
  }
  return { ranges, byteLength: MOST_BYTES - rest };
}

/** Copies the bytes of all ranges out of memory. */
export function gather(memory: GuestMemory, { ranges, byteLength }: Vectors): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  let offset = 0;
  for (const range of ranges) {
    bytes.set(memory.view(range.pointer, range.byteLength), offset);
    offset += range.byteLength;
  }
  return bytes;
}

/** Copies bytes into the ranges, one after the other. */
export function scatter(memory: GuestMemory, { ranges }: Vectors, bytes: Uint8Array): void {
  let offset = 0;
  for (const { pointer, byteLength } of ranges) {
    memory.writeBytes(pointer, bytes.subarray(offset, offset + byteLength));
    offset += byteLength;
  }
}
