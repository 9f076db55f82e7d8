// WASI preview 1, wasi_snapshot_preview1.witx: the status of files, and their times.

import type { Pointer } from "../../memory/pointer.ts";
import { type Directory, type File, RIGHT } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import { writeFilestat } from "../records.ts";
import type { Caller } from "../state.ts";
import type { FileStatus, Times } from "./file_system.ts";
import { findPlace, type LookupPath, requireRights, requireWritable } from "./guest_path.ts";
import { existing, type Place, resolveDirectory } from "./resolve_path.ts";

/** `fstflags`, typenames.witx. */
export const ACCESSED = 1, ACCESSED_NOW = 2, MODIFIED = 4, MODIFIED_NOW = 8;

/** The latest time that hosts support: nanoseconds in a signed 64-bit integer. */
const LATEST = (1n << 63n) - 1n;

/** The functions for the status of files. */
export const STATUS_FUNCTIONS = {
  fd: {
    fd_filestat_get(
      { state, version }: Caller,
      target: File | Directory,
      pointer: Pointer,
    ): number {
      requireRights(target, RIGHT.fd_filestat_get);
      writeFilestat(state.memory, pointer, statusOf(target), version);
      return ERRNO.success;
    },
    fd_filestat_set_times(
      _caller: Caller,
      target: File | Directory,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ): number {
      requireRights(target, RIGHT.fd_filestat_set_times);
      setTimesOf(target, timesOf(accessed, modified, flags));
      return ERRNO.success;
    },
  },
  path: {
    path_filestat_get(
      { state, version }: Caller,
      ...args: readonly [...LookupPath, pointer: Pointer]
    ): number {
      const [fd, lookup, path, byteLength, pointer] = args;
      const place = findPlace(state, [fd, path, byteLength], RIGHT.path_filestat_get, lookup);
      writeFilestat(state.memory, pointer, existing(place).status, version);
      return ERRNO.success;
    },
    path_filestat_set_times(
      { state }: Caller,
      ...args: readonly [...LookupPath, accessed: bigint, modified: bigint, flags: number]
    ): number {
      const [fd, lookup, path, byteLength, ...times] = args;
      const place = findPlace(state, [fd, path, byteLength], RIGHT.path_filestat_set_times, lookup);
      setTimes(place, timesOf(...times));
      return ERRNO.success;
    },
  },
} as const;

/** Returns the status of an open file or directory. */
export function statusOf(target: File | Directory): FileStatus {
  return target.kind === "file" ? target.file.status() : resolveDirectory(target).status;
}

/** Computes new times from the current ones. */
type SetTimes = (status: FileStatus) => Times;

/** Sets the times of an open file or directory. */
export function setTimesOf(target: File | Directory, set: SetTimes): void {
  if (target.kind === "directory") return setTimes(resolveDirectory(target), set);
  requireWritable(target);
  target.file.setTimes(set(target.file.status()));
}

/** Sets the times of a place. */
export function setTimes(place: Place, set: SetTimes): void {
  const { status } = existing(place);
  requireWritable(place.preopen);
  place.files.setTimes(place.path, set(status), status);
}

/**
 * Reads the flags of times.
 *
 * @returns a function of the current times, some of which may stay the same.
 * @throws {Failure} `inval` if the flags for a time contradict each other.
 */
export function timesOf(accessed: bigint, modified: bigint, flags: number): SetTimes {
  const both = (one: number, other: number) => (flags & one) !== 0 && (flags & other) !== 0;
  if (
    (flags & ~(ACCESSED | ACCESSED_NOW | MODIFIED | MODIFIED_NOW)) !== 0 ||
    both(ACCESSED, ACCESSED_NOW) || both(MODIFIED, MODIFIED_NOW)
  ) throw new Failure(ERRNO.inval);
  const now = BigInt(Date.now()) * 1_000_000n;
  const choose = (given: bigint, set: number, setNow: number, old: bigint) => {
    if ((flags & setNow) !== 0) return now;
    if ((flags & set) === 0) return old;
    const time = BigInt.asUintN(64, given);
    if (time > LATEST) throw new Failure(ERRNO.inval);
    return time;
  };
  return (status) => ({
    accessed: choose(accessed, ACCESSED, ACCESSED_NOW, status.accessed),
    modified: choose(modified, MODIFIED, MODIFIED_NOW, status.modified),
  });
}
