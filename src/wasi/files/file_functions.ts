// WASI preview 1, wasi_snapshot_preview1.witx: the contents of files, and their positions.

import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { Pointer } from "../../memory/pointer.ts";
import { type Directory, type File, RIGHT } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import { gather, readVectors, scatter, type Vectors, writeFdstat } from "../records.ts";
import type { Caller, WasiState } from "../state.ts";
import { FILE_TYPE } from "./file_type.ts";
import { requireRights } from "./guest_path.ts";
import { checkPosition } from "./host_names.ts";

/** `fdflags`, typenames.witx. */
export const APPEND = 1, DSYNC = 2, RSYNC = 8, SYNC = 16;

/** All flags, including `nonblock`, which has no meaning for a file. */
export const FILE_FLAGS = 31;

/** The last value of `advice`, typenames.witx. */
const LAST_ADVICE = 5;

/** `whence`, typenames.witx. */
const SET = 0, CURRENT = 1, END = 2;

/** Preview 0 counts from the position, the end and the start, in this order. */
const WHENCE_OF_UNSTABLE = [CURRENT, END, SET];

/** A list of ranges, the number of them, and a pointer for the number of bytes. */
type Sequential = readonly [list: Pointer, count: number, written: Pointer];

/** The same with a position. */
type Positioned = readonly [list: Pointer, count: number, offset: bigint, written: Pointer];

/** The functions for the contents of files. */
export const FILE_FUNCTIONS = {
  fd_read({ state }: Caller, target: File | Directory, ...args: Sequential): number {
    const [list, count, written] = args;
    const file = fileOf(target, RIGHT.fd_read);
    file.position += read(state, file, [list, count], file.position, written);
    return ERRNO.success;
  },
  fd_pread({ state }: Caller, target: File | Directory, ...args: Positioned): number {
    const [list, count, offset, written] = args;
    const file = fileOf(target, RIGHT.fd_read | RIGHT.fd_seek);
    read(state, file, [list, count], position(offset), written);
    return ERRNO.success;
  },
  fd_write({ state }: Caller, target: File | Directory, ...args: Sequential): number {
    const [list, count, written] = args;
    const file = fileOf(target, RIGHT.fd_write);
    const at = (file.flags & APPEND) !== 0 ? endOf(file) : file.position;
    const byteLength = write(state, file, [list, count], at, written);
    // As in POSIX, writing nothing has no effect, so it does not move to the end either.
    if (byteLength > 0) file.position = at + byteLength;
    return ERRNO.success;
  },
  // As in POSIX, the position is used even if the file is open for appending.
  fd_pwrite({ state }: Caller, target: File | Directory, ...args: Positioned): number {
    const [list, count, offset, written] = args;
    const file = fileOf(target, RIGHT.fd_write | RIGHT.fd_seek);
    write(state, file, [list, count], position(offset, ERRNO.fbig), written);
    return ERRNO.success;
  },
  fd_seek(
    { state, version }: Caller,
    target: File | Directory,
    offset: bigint,
    whence: number,
    result: Pointer,
  ): number {
    const isTell = offset === 0n && whence === CURRENT;
    const file = fileOf(target, isTell ? 0n : RIGHT.fd_seek);
    if (isTell && (file.base & (RIGHT.fd_seek | RIGHT.fd_tell)) === 0n) return ERRNO.notcapable;
    const at = state.memory.check("write", result, 8);
    file.position = checkPosition(startOf(file, whence, version) + offset);
    state.memory.write("u64", at, BigInt(file.position));
    return ERRNO.success;
  },
  fd_tell({ state }: Caller, target: File | Directory, result: Pointer): number {
    const file = fileOf(target, RIGHT.fd_tell);
    state.memory.write("u64", result, BigInt(file.position));
    return ERRNO.success;
  },
  fd_sync: (_caller: Caller, target: File | Directory) => sync(target, RIGHT.fd_sync),
  fd_datasync: (_caller: Caller, target: File | Directory) => sync(target, RIGHT.fd_datasync),
  fd_advise(
    _caller: Caller,
    target: File | Directory,
    _offset: bigint,
    _length: bigint,
    advice: number,
  ): number {
    fileOf(target, RIGHT.fd_advise);
    return advice >>> 0 > LAST_ADVICE ? ERRNO.inval : ERRNO.success;
  },
  fd_allocate(_caller: Caller, target: File | Directory, offset: bigint, length: bigint): number {
    const { file } = fileOf(target, RIGHT.fd_allocate);
    if (length === 0n) return ERRNO.inval;
    const end = BigInt.asUintN(64, offset) + BigInt.asUintN(64, length);
    const size = checkPosition(end, ERRNO.fbig);
    if (BigInt(size) > file.status().size) file.resize(size);
    return ERRNO.success;
  },
  fd_filestat_set_size(_caller: Caller, target: File | Directory, size: bigint): number {
    fileOf(target, RIGHT.fd_filestat_set_size).file.resize(position(size, ERRNO.fbig));
    return ERRNO.success;
  },
  fd_fdstat_get({ state }: Caller, target: File | Directory, pointer: Pointer): number {
    const type = target.kind === "file" ? target.file.status().type : FILE_TYPE.directory;
    writeFdstat(state.memory, pointer, { type, ...target });
    return ERRNO.success;
  },
  fd_fdstat_set_flags(_caller: Caller, target: File | Directory, flags: number): number {
    requireRights(target, RIGHT.fd_fdstat_set_flags);
    if ((flags & ~FILE_FLAGS) !== 0) return ERRNO.inval;
    target.flags = flags;
    return ERRNO.success;
  },
  fd_fdstat_set_rights(
    _caller: Caller,
    target: File | Directory,
    base: bigint,
    inheriting: bigint,
  ): number {
    if ((base & ~target.base) !== 0n || (inheriting & ~target.inheriting) !== 0n) {
      return ERRNO.notcapable;
    }
    target.base = base;
    target.inheriting = inheriting;
    return ERRNO.success;
  },
} as const;

/** Returns the only range, to avoid a copy. Hosts do not accept shared bytes. */
function inMemory(memory: GuestMemory, { ranges }: Vectors): Uint8Array | undefined {
  const [range] = ranges;
  if (range === undefined || ranges.length > 1 || memory.shared) return undefined;
  return memory.view(range.pointer, range.byteLength);
}

/** Reads into ranges, and returns the number of bytes. */
function read(
  { memory }: WasiState,
  { file }: File,
  list: readonly [Pointer, number],
  at: number,
  written: Pointer,
): number {
  const vectors = readVectors(memory, "write", list);
  memory.check("write", written, 4);
  const inPlace = inMemory(memory, vectors);
  const bytes = inPlace ?? new Uint8Array(vectors.byteLength);
  const count = vectors.byteLength === 0 ? 0 : file.read(bytes, at);
  if (inPlace === undefined) scatter(memory, vectors, bytes.subarray(0, count));
  memory.write("u32", written, count);
  return count;
}

/** Writes from ranges, and returns the number of bytes. */
function write(
  { memory }: WasiState,
  file: File,
  list: readonly [Pointer, number],
  at: number,
  written: Pointer,
): number {
  const vectors = readVectors(memory, "read", list);
  const bytes = inMemory(memory, vectors) ?? gather(memory, vectors);
  memory.check("write", written, 4);
  const count = writeAt(file, bytes, at);
  memory.write("u32", written, count);
  return count;
}

/** Writes bytes at a position, and returns their number. */
export function writeAt({ file, flags }: File, bytes: Uint8Array, at: number): number {
  checkPosition(BigInt(at) + BigInt(bytes.byteLength), ERRNO.fbig);
  const count = bytes.byteLength === 0 ? 0 : file.write(bytes, at);
  if ((flags & (DSYNC | RSYNC | SYNC)) !== 0) file.sync();
  return count;
}

function startOf({ file, position }: File, whence: number, version: WasiVersion): bigint {
  switch (version === "wasi_unstable" ? WHENCE_OF_UNSTABLE[whence] : whence) {
    case SET:
      return 0n;
    case CURRENT:
      return BigInt(position);
    case END:
      return file.status().size;
  }
  throw new Failure(ERRNO.inval);
}

/** @throws {Failure} `isdir` or `notcapable` if it is not a file with these rights. */
export function fileOf(target: File | Directory, rights: bigint): File {
  if (target.kind === "directory") throw new Failure(ERRNO.isdir);
  requireRights(target, rights);
  return target;
}

/** Returns the position at which a file ends. */
export function endOf({ file }: File): number {
  return Number(file.status().size);
}

/** A position that the guest passes, which is unsigned. */
export function position(offset: bigint, error?: number): number {
  return checkPosition(BigInt.asUintN(64, offset), error);
}

/** Syncs a file; for a directory there is nothing to write. */
function sync(target: File | Directory, right: bigint): number {
  requireRights(target, right);
  if (target.kind === "file") target.file.sync();
  return ERRNO.success;
}
