// WASI preview 1, typenames.witx: `fdstat`, `filestat`, `iovec` and `ciovec`.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { FileStatus } from "./files/file_system.ts";
import type { WasiVersion } from "./modules.ts";

const FDSTAT_SIZE = 24;

/** The parts of an `fdstat`. */
export interface Fdstat {
  readonly type: number;
  readonly flags: number;
  /** The rights of the descriptor. */
  readonly base: bigint;
  /** The rights of descriptors that are opened from it. */
  readonly inheriting: bigint;
}

/** Writes an `fdstat`. */
export function writeFdstat(memory: GuestMemory, pointer: Pointer, fdstat: Fdstat): void {
  const at = memory.check("write", pointer, FDSTAT_SIZE);
  memory.clear(at, FDSTAT_SIZE);
  memory.write("u8", at, fdstat.type);
  memory.write("u16", at + 2, fdstat.flags);
  memory.write("u64", at + 8, fdstat.base);
  memory.write("u64", at + 16, fdstat.inheriting);
}

/** Writes a `filestat` in the layout that the guest's version expects. */
export function writeFilestat(
  memory: GuestMemory,
  pointer: Pointer,
  status: FileStatus,
  version: WasiVersion,
): void {
  // Preview 0 counts links in 32 bits, so everything after them comes 8 bytes earlier.
  const isOlder = version === "wasi_unstable";
  const byteLength = isOlder ? 56 : 64;
  const at = memory.check("write", pointer, byteLength);
  memory.clear(at, byteLength);
  memory.write("u64", at, status.device);
  memory.write("u64", at + 8, status.inode);
  memory.write("u8", at + 16, status.type);
  if (isOlder) memory.write("u32", at + 20, Number(BigInt.asUintN(32, status.links)));
  else memory.write("u64", at + 24, status.links);
  const { size, accessed, modified, changed } = status;
  for (const [index, value] of [size, accessed, modified, changed].entries()) {
    memory.write("u64", at + byteLength - 32 + index * 8, BigInt.asUintN(64, value));
  }
}

/**
 * The maximum number of bytes of one call. A guest that requests more gets a part, as the interface
 * allows. Its ranges can overlap, so their total is not bounded by memory.
 */
const MOST_BYTES = 1024 * 1024;

/** The limit of Linux (`IOV_MAX`). */
const MOST_VECTORS = 1024;

/** A pointer and a length of 32 bits. */
const VECTOR_SIZE = 8;

/** The ranges of a scattered read or write, each within memory. */
export interface Vectors {
  readonly ranges: readonly { readonly pointer: number; readonly byteLength: number }[];
  /** The sum of their bytes, at most {@linkcode MOST_BYTES}. */
  readonly byteLength: number;
}

/**
 * Reads a list of ranges.
 *
 * @param action The action on the ranges, for errors.
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
    // It is read once, because another thread of the guest could change it.
    const whole = memory.read("u32", at + 4);
    const range = memory.check(action, memory.read("u32", at), whole);
    const byteLength = Math.min(rest, whole);
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
