// WASI preview 1, wasi_snapshot_preview1.witx: the entries of directories.

import type { Pointer } from "../../memory/pointer.ts";
import { type Directory, type File, RIGHT } from "../descriptors.ts";
import { ERRNO } from "../errno.ts";
import type { Caller, WasiState } from "../state.ts";
import {
  createDirectory,
  createLink,
  linkEntry,
  readEntries,
  readLink,
  removeDirectory,
  removeFile,
  renameEntry,
} from "./directory_entries.ts";
import {
  findPlace,
  type GuestPath,
  type LookupPath,
  readPath,
  requireRights,
} from "./guest_path.ts";
import { existing } from "./resolve_path.ts";

/** The maximum number of bytes that one call returns. */
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
      createDirectory(findPlace(state, path, RIGHT.path_create_directory));
      return ERRNO.success;
    },
    path_remove_directory({ state }: Caller, ...path: GuestPath): number {
      removeDirectory(findPlace(state, path, RIGHT.path_remove_directory));
      return ERRNO.success;
    },
    path_unlink_file({ state }: Caller, ...path: GuestPath): number {
      removeFile(findPlace(state, path, RIGHT.path_unlink_file));
      return ERRNO.success;
    },
    path_rename({ state }: Caller, ...args: readonly [...GuestPath, ...GuestPath]): number {
      const [fd, path, byteLength, ...toPath] = args;
      const from = existing(findPlace(state, [fd, path, byteLength], RIGHT.path_rename_source));
      renameEntry(state.descriptors, from, findPlace(state, toPath, RIGHT.path_rename_target));
      return ERRNO.success;
    },
    path_link({ state }: Caller, ...args: readonly [...LookupPath, ...GuestPath]): number {
      const [fd, lookup, path, byteLength, ...toPath] = args;
      const from = findPlace(state, [fd, path, byteLength], RIGHT.path_link_source, lookup);
      linkEntry(existing(from), findPlace(state, toPath, RIGHT.path_link_target));
      return ERRNO.success;
    },
    path_symlink(
      { state }: Caller,
      target: Pointer,
      targetByteLength: number,
      ...path: GuestPath
    ): number {
      const text = readPath(state, target, targetByteLength);
      createLink(text, findPlace(state, path, RIGHT.path_symlink));
      return ERRNO.success;
    },
    path_readlink({ state }: Caller, ...args: readonly [...GuestPath, ...GuestBuffer]): number {
      const [fd, path, byteLength, ...result] = args;
      return writeResult(state, result, (most) => {
        const target = readLink(findPlace(state, [fd, path, byteLength], RIGHT.path_readlink));
        return new TextEncoder().encode(target).subarray(0, most);
      });
    },
  },
} as const;

/** The place for a result: a pointer, the maximum size, and a pointer for the size. */
type GuestBuffer = readonly [buffer: Pointer, most: number, used: Pointer];

/** Writes the bytes that a function makes, given the maximum number. */
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
