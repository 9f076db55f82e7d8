// WASI preview 1, typenames.witx: `errno`, `fdstat`, `filestat`, `iovec` and `ciovec`.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import type { WasiVersion } from "./modules.ts";

/**
 * The error numbers that our functions return, the same in preview 0 (`wasi_unstable`); `node:wasi`
 * has its own.
 */
export const ERRNO = {
  success: 0,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notsup: 58,
  spipe: 70,
  notcapable: 76,
} as const;

/** Ends a WASI function with an error number for the guest. */
export class Failure {
  /** The number. */
  readonly errno: number;

  /** One of {@linkcode ERRNO}. */
  constructor(errno: number) {
    this.errno = errno;
  }
}

/** The size of an `fdstat`. */
export const FDSTAT_SIZE = 24;

/** The size of a `filestat` of preview 1. */
export const FILESTAT_SIZE = 64;

/** The offset of its file type. */
export const FILETYPE = 16;

/** Writes a `filestat` of preview 1 in the layout that the guest's version has. */
export function writeFilestat(
  memory: GuestMemory,
  pointer: Pointer,
  filestat: Uint8Array,
  version: WasiVersion,
): void {
  if (version === "wasi_snapshot_preview1") return memory.writeBytes(pointer, filestat);
  // Preview 0 counts links in 32 bits, so everything after them comes 8 bytes earlier.
  const older = new Uint8Array(FILESTAT_SIZE - 8);
  older.set(filestat.subarray(0, FILETYPE + 1));
  older.set(filestat.subarray(24, 28), 20);
  older.set(filestat.subarray(32), 24);
  memory.writeBytes(pointer, older);
}

/**
 * The most bytes of one call. A guest that asks for more gets a part, which it has to expect. Its
 * ranges can overlap, so memory alone does not bound them.
 */
const MOST_BYTES = 1024 * 1024;

/** The limit of Linux (`IOV_MAX`). */
const MOST_VECTORS = 1024;

/** A pointer and a length of 32 bits. */
const VECTOR_SIZE = 8;

/** The ranges of a scattered read or write, each within memory. */
interface Vectors {
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
