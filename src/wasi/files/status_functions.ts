// WASI preview 1, wasi_snapshot_preview1.witx: the status of files, and their times.

import type { Pointer } from "../../memory/pointer.ts";
import type { Directory, File } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import { writeFilestat } from "../records.ts";
import { RIGHT } from "../rights.ts";
import type { WasiState } from "../state.ts";
import type { FileStatus, Times } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { directoryOf, follows, readPath, requireRights, requireWritable } from "./guest_path.ts";
import { type Place, resolveDirectory, resolvePath } from "./resolve_path.ts";

/** `fstflags`, typenames.witx. */
const ACCESSED = 1, ACCESSED_NOW = 2, MODIFIED = 4, MODIFIED_NOW = 8;

/** The latest time that hosts can keep: nanoseconds in a signed number of 64 bits. */
const LATEST = (1n << 63n) - 1n;

/** Makes the functions for the status of files. */
export function statusFunctions(state: WasiState, version: WasiVersion) {
  return {
    fd: {
      fd_filestat_get(target: File | Directory, pointer: Pointer): number {
        requireRights(target, RIGHT.fd_filestat_get);
        const status = target.kind === "file"
          ? target.file.status()
          : resolveDirectory(target).status!;
        writeFilestat(state.memory, pointer, status, version);
        return ERRNO.success;
      },
      fd_filestat_set_times(
        target: File | Directory,
        accessed: bigint,
        modified: bigint,
        flags: number,
      ): number {
        requireRights(target, RIGHT.fd_filestat_set_times);
        if (target.kind === "directory") {
          return setTimes(resolveDirectory(target), timesOf(accessed, modified, flags));
        }
        requireWritable(target);
        const { file } = target;
        file.setTimes(timesOf(accessed, modified, flags)(file.status()));
        return ERRNO.success;
      },
    },
    path: {
      path_filestat_get(
        fd: number,
        lookup: number,
        path: Pointer,
        byteLength: number,
        pointer: Pointer,
      ): number {
        const directory = directoryOf(state, fd, RIGHT.path_filestat_get);
        const { status } = existing(find(directory, lookup, path, byteLength));
        writeFilestat(state.memory, pointer, status, version);
        return ERRNO.success;
      },
      path_filestat_set_times(
        fd: number,
        lookup: number,
        path: Pointer,
        byteLength: number,
        accessed: bigint,
        modified: bigint,
        flags: number,
      ): number {
        const directory = directoryOf(state, fd, RIGHT.path_filestat_set_times);
        const set = timesOf(accessed, modified, flags);
        return setTimes(find(directory, lookup, path, byteLength), set);
      },
    },
  };

  function find(directory: Directory, lookup: number, pointer: Pointer, byteLength: number): Place {
    const path = readPath(state, pointer, byteLength);
    return resolvePath(directory, path, follows(lookup, path));
  }
}

/** Sets the times of what is at a place. */
function setTimes(place: Place, set: (status: FileStatus) => Times): number {
  const { status } = existing(place);
  requireWritable(place.preopen);
  place.files.setTimes(place.path, set(status), status);
  return ERRNO.success;
}

/**
 * Returns a place where there is something.
 *
 * @throws {Failure} `noent` if there is nothing, `notdir` if only a directory would do.
 */
export function existing(place: Place): Place & { readonly status: FileStatus } {
  const { status, slash } = place;
  if (status === undefined) throw new Failure(ERRNO.noent);
  if (slash && status.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
  return place as Place & { readonly status: FileStatus };
}

/**
 * Reads the flags of times.
 *
 * @returns a function of the present times, some of which may stay.
 * @throws {Failure} `inval` if a time is to be two things.
 */
function timesOf(
  accessed: bigint,
  modified: bigint,
  flags: number,
): (status: FileStatus) => Times {
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
