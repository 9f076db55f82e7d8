// WASI preview 1, wasi_snapshot_preview1.witx: `path_open`.

import type { Pointer } from "../../memory/pointer.ts";
import {
  ALL_RIGHTS,
  type Directory,
  DIRECTORY_RIGHTS,
  type File,
  FILE_RIGHTS,
  RIGHT,
  WRITING_RIGHTS,
} from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { Caller } from "../state.ts";
import { FILE_FLAGS } from "./file_functions.ts";
import type { FileStatus, OpenFile } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { directoryOf, findPlace, type LookupPath, requireWritable } from "./guest_path.ts";
import type { Place } from "./resolve_path.ts";

/** `oflags`, typenames.witx. */
export const CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8;

/** How the guest wants to open a path. */
export interface Wanted {
  readonly oflags: number;
  readonly base: bigint;
  readonly inheriting: bigint;
  readonly flags: number;
}

/** Opens a file or a directory. */
export function path_open(
  { state }: Caller,
  ...args: readonly [
    ...LookupPath,
    oflags: number,
    base: bigint,
    inheriting: bigint,
    flags: number,
    result: Pointer,
  ]
): number {
  const [fd, lookup, path, byteLength, oflags, base, inheriting, flags, result] = args;
  const creates = (oflags & CREATE) !== 0 ? RIGHT.path_create_file : 0n;
  const truncates = (oflags & TRUNCATE) !== 0 ? RIGHT.path_filestat_set_size : 0n;
  const right = RIGHT.path_open | creates | truncates;
  const { inheriting: allowed } = directoryOf(state, fd, right);
  const wanted = { oflags, base: base & ALL_RIGHTS, inheriting: inheriting & ALL_RIGHTS, flags };
  if (((wanted.base | wanted.inheriting) & ~allowed) !== 0n) return ERRNO.notcapable;
  if (oflags >>> 0 > 15 || (flags & ~FILE_FLAGS) !== 0) return ERRNO.inval;
  const at = state.memory.check("write", result, 4);
  state.descriptors.checkRoom();
  const place = findPlace(state, [fd, path, byteLength], right, isExclusive(oflags) ? 0 : lookup);
  state.memory.write("u32", at, state.descriptors.add(openPlace(place, wanted)));
  return ERRNO.success;
}

/** Returns whether a new file is required, so that a link at the end of its path is not followed. */
export function isExclusive(oflags: number): boolean {
  return (oflags & (CREATE | EXCLUSIVE)) === (CREATE | EXCLUSIVE);
}

/** Opens a place, or creates a file there. */
export function openPlace(place: Place, wanted: Wanted): File | Directory {
  const { status, slash } = place;
  const has = (flag: number) => (wanted.oflags & flag) !== 0;
  if (status !== undefined && isExclusive(wanted.oflags)) throw new Failure(ERRNO.exist);
  switch (status?.type) {
    case undefined:
      if (!has(CREATE)) throw new Failure(ERRNO.noent);
      if (slash) throw new Failure(ERRNO.isdir);
      if (has(DIRECTORY)) throw new Failure(ERRNO.inval);
      return openFile(place, wanted);
    case FILE_TYPE.link:
      throw new Failure(ERRNO.loop);
    case FILE_TYPE.directory:
      if (has(CREATE) && has(DIRECTORY)) throw new Failure(ERRNO.inval);
      if (has(TRUNCATE) || has(CREATE)) throw new Failure(ERRNO.isdir);
      if ((wanted.base & RIGHT.fd_write) !== 0n) throw new Failure(ERRNO.isdir);
      return openDirectory(place, wanted, status!);
    case FILE_TYPE.file:
    case FILE_TYPE.blockDevice:
    case FILE_TYPE.characterDevice:
      if (slash || has(DIRECTORY)) throw new Failure(ERRNO.notdir);
      return openFile(place, wanted);
  }
  throw new Failure(ERRNO.notsup); // the other end of a pipe or a socket may never come
}

function openDirectory(
  { preopen, names }: Place,
  { base, inheriting, flags }: Wanted,
  status: FileStatus,
): Directory {
  return {
    kind: "directory",
    preopen,
    names,
    status,
    isPreopened: false,
    base: base & DIRECTORY_RIGHTS,
    inheriting,
    flags,
  };
}

function openFile(place: Place, wanted: Wanted): File {
  const { files, path, status, preopen } = place;
  const truncates = (wanted.oflags & TRUNCATE) !== 0;
  const isNew = status === undefined;
  const write = isNew || truncates || (wanted.base & WRITING_RIGHTS) !== 0n;
  if (write) requireWritable(preopen);
  const read = (wanted.base & RIGHT.fd_read) !== 0n || !write;
  const file = files.open(path, { read, write, isNew });
  try {
    if (!isNew) checkSame(file, status);
    if (truncates && !isNew) file.resize(0);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    kind: "file",
    file,
    isReadOnly: preopen.isReadOnly,
    position: 0,
    base: wanted.base & FILE_RIGHTS,
    inheriting: wanted.inheriting,
    flags: wanted.flags,
  };
}

/**
 * Checks that the opened file is the one that was resolved: another program may have replaced it
 * with a link to the outside.
 */
function checkSame(file: OpenFile, expected: FileStatus): void {
  const { inode, device, type } = file.status();
  if (inode !== expected.inode || device !== expected.device || type !== expected.type) {
    throw new Failure(ERRNO.loop);
  }
}
