// WASI preview 1, wasi_snapshot_preview1.witx: the entries of directories.

import type { Pointer } from "../../memory/pointer.ts";
import type { Directory, File } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import { RIGHT } from "../rights.ts";
import type { Caller, WasiState } from "../state.ts";
import { FILE_TYPE } from "./file_type.ts";
import {
  findPlace,
  type GuestPath,
  type LookupPath,
  readPath,
  requireRights,
  requireWritable,
} from "./guest_path.ts";
import { readEntries } from "./read_entries.ts";
import { checkTarget, existing, MOST_NAMES, type Place } from "./resolve_path.ts";

/** The most bytes that one call returns. */
const MOST_BYTES = 0x7fffffff;

/** The functions for the entries of directories. */
export const DIRECTORY_FUNCTIONS = {
  fd: {
    fd_readdir(
      { state }: Caller,
      target: File | Directory,
      buffer: Pointer,
      byteLength: number,
      cookie: bigint,
      used: Pointer,
    ): number {
      requireRights(target, RIGHT.fd_readdir);
      if (target.kind !== "directory") return ERRNO.notdir;
      return writeResult(
        state,
        [buffer, byteLength, used],
        (most) => readEntries(state, target, most, cookie),
      );
    },
  },
  path: {
    path_create_directory({ state }: Caller, ...path: GuestPath): number {
      const place = findPlace(state, path, RIGHT.path_create_directory);
      if (place.status !== undefined) return ERRNO.exist;
      requireWritable(place.preopen);
      place.files.makeDirectory(place.path);
      return ERRNO.success;
    },
    path_remove_directory({ state }: Caller, ...path: GuestPath): number {
      const place = existing(findPlace(state, path, RIGHT.path_remove_directory));
      if (place.status.type !== FILE_TYPE.directory) return ERRNO.notdir;
      if (place.isStart) return ERRNO.inval;
      requireWritable(place.preopen);
      place.files.removeDirectory(place.path);
      return ERRNO.success;
    },
    path_unlink_file({ state }: Caller, ...path: GuestPath): number {
      const place = existing(findPlace(state, path, RIGHT.path_unlink_file));
      if (place.status.type === FILE_TYPE.directory) return ERRNO.isdir;
      requireWritable(place.preopen);
      place.files.removeFile(place.path);
      return ERRNO.success;
    },
    path_rename({ state }: Caller, ...args: readonly [...GuestPath, ...GuestPath]): number {
      const [fd, path, byteLength, ...toPath] = args;
      const from = existing(findPlace(state, [fd, path, byteLength], RIGHT.path_rename_source));
      const to = findPlace(state, toPath, RIGHT.path_rename_target);
      if (from.isStart || to.isStart) return ERRNO.busy;
      checkTogether(from, to);
      const isDirectory = from.status.type === FILE_TYPE.directory;
      if (!isDirectory && to.slash) return ERRNO.notdir;
      if (to.status !== undefined) {
        const replacesDirectory = to.status.type === FILE_TYPE.directory;
        if (isDirectory !== replacesDirectory) return isDirectory ? ERRNO.notdir : ERRNO.isdir;
      }
      from.files.rename(from.path, to.path);
      if (isDirectory) follow(state, from, to);
      return ERRNO.success;
    },
    path_link({ state }: Caller, ...args: readonly [...LookupPath, ...GuestPath]): number {
      const [fd, lookup, path, byteLength, ...toPath] = args;
      const place = findPlace(state, [fd, path, byteLength], RIGHT.path_link_source, lookup);
      const from = existing(place);
      const to = findPlace(state, toPath, RIGHT.path_link_target);
      checkNew(to);
      if (from.status.type === FILE_TYPE.directory) return ERRNO.perm;
      checkTogether(from, to);
      if (from.status.type === FILE_TYPE.link) {
        // Some hosts would make a hard link to the target.
        from.files.symlink(from.files.readLink(from.path), to.path);
      } else from.files.link(from.path, to.path);
      return ERRNO.success;
    },
    path_symlink(
      { state }: Caller,
      target: Pointer,
      targetByteLength: number,
      ...path: GuestPath
    ): number {
      const text = readPath(state, target, targetByteLength);
      const place = findPlace(state, path, RIGHT.path_symlink);
      checkTarget(text);
      checkNew(place);
      requireWritable(place.preopen);
      place.files.symlink(text, place.path);
      return ERRNO.success;
    },
    path_readlink({ state }: Caller, ...args: readonly [...GuestPath, ...GuestBuffer]): number {
      const [fd, path, byteLength, ...result] = args;
      return writeResult(state, result, (most) => {
        const place = existing(findPlace(state, [fd, path, byteLength], RIGHT.path_readlink));
        if (place.status.type !== FILE_TYPE.link) throw new Failure(ERRNO.inval);
        return new TextEncoder().encode(place.files.readLink(place.path)).subarray(0, most);
      });
    },
  },
} as const;

/** Where a result goes: a pointer, the most bytes of it, and a pointer for their number. */
type GuestBuffer = readonly [buffer: Pointer, most: number, used: Pointer];

/** Writes bytes that a function makes, of which there may be as many as it is told. */
function writeResult(
  { memory }: WasiState,
  [buffer, byteLength, used]: GuestBuffer,
  make: (most: number) => Uint8Array,
): number {
  const most = byteLength >>> 0;
  if (most > MOST_BYTES) return ERRNO.inval;
  memory.check("write", buffer, most);
  memory.check("write", used, 4);
  const bytes = make(most);
  memory.writeBytes(buffer, bytes);
  memory.write("u32", used, bytes.byteLength);
  return ERRNO.success;
}

/**
 * Keeps the guest's open directories open if one of them was renamed, or one that they are in. One
 * that is too deep now is lost.
 */
function follow({ descriptors }: WasiState, from: Place, to: Place): void {
  for (const open of descriptors.values()) {
    if (open.kind !== "directory" || open.preopen !== from.preopen) continue;
    if (from.names.some((name, index) => open.names[index] !== name)) continue;
    const names = [...to.names, ...open.names.slice(from.names.length)];
    if (to.preopen === open.preopen && names.length <= MOST_NAMES) open.names = names;
  }
}

/** @throws {Failure} if nothing can be made at a place because of what is there. */
function checkNew({ status, slash }: Place): void {
  if (status !== undefined) throw new Failure(ERRNO.exist);
  if (slash) throw new Failure(ERRNO.noent);
}

/** @throws {Failure} if nothing can be moved or linked from one place to another. */
function checkTogether(from: Place, to: Place): void {
  requireWritable(from.preopen);
  requireWritable(to.preopen);
  if (from.files !== to.files) throw new Failure(ERRNO.xdev);
  if (from.status?.type === FILE_TYPE.link) checkTarget(from.files.readLink(from.path));
}
