// WASI preview 1, wasi_snapshot_preview1.witx: the entries of directories.

import type { Pointer } from "../../memory/pointer.ts";
import type { Directory, File } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import { RIGHT } from "../rights.ts";
import type { WasiState } from "../state.ts";
import { FILE_TYPE } from "./file_type.ts";
import { directoryOf, follows, readPath, requireRights, requireWritable } from "./guest_path.ts";
import { readEntries } from "./read_entries.ts";
import { checkTarget, type Place, resolvePath } from "./resolve_path.ts";
import { existing } from "./status_functions.ts";

/** The most bytes that one call returns. */
const MOST_BYTES = 0x7fffffff;

/** Makes the functions for the entries of directories. */
export function directoryFunctions(state: WasiState) {
  return {
    fd: {
      fd_readdir(
        target: File | Directory,
        buffer: Pointer,
        byteLength: number,
        cookie: bigint,
        used: Pointer,
      ): number {
        requireRights(target, RIGHT.fd_readdir);
        if (target.kind !== "directory") return ERRNO.notdir;
        if (byteLength >>> 0 > MOST_BYTES) return ERRNO.inval;
        state.memory.check("write", buffer, byteLength >>> 0);
        state.memory.check("write", used, 4);
        const bytes = readEntries(target, byteLength >>> 0, cookie);
        state.memory.writeBytes(buffer, bytes);
        state.memory.write("u32", used, bytes.byteLength);
        return ERRNO.success;
      },
    },
    path: {
      path_create_directory(fd: number, path: Pointer, byteLength: number): number {
        const directory = directoryOf(state, fd, RIGHT.path_create_directory);
        const place = find(directory, path, byteLength);
        if (place.status !== undefined) return ERRNO.exist;
        requireWritable(place.preopen);
        place.files.makeDirectory(place.path);
        return ERRNO.success;
      },
      path_remove_directory(fd: number, path: Pointer, byteLength: number): number {
        const directory = directoryOf(state, fd, RIGHT.path_remove_directory);
        const place = existing(find(directory, path, byteLength));
        if (place.status.type !== FILE_TYPE.directory) return ERRNO.notdir;
        if (place.isStart) return ERRNO.inval;
        requireWritable(place.preopen);
        place.files.removeDirectory(place.path);
        return ERRNO.success;
      },
      path_unlink_file(fd: number, path: Pointer, byteLength: number): number {
        const directory = directoryOf(state, fd, RIGHT.path_unlink_file);
        const place = existing(find(directory, path, byteLength));
        if (place.status.type === FILE_TYPE.directory) return ERRNO.isdir;
        requireWritable(place.preopen);
        place.files.removeFile(place.path);
        return ERRNO.success;
      },
      path_rename(
        fd: number,
        path: Pointer,
        byteLength: number,
        toFd: number,
        toPath: Pointer,
        toByteLength: number,
      ): number {
        const directory = directoryOf(state, fd, RIGHT.path_rename_source);
        const toDirectory = directoryOf(state, toFd, RIGHT.path_rename_target);
        const from = existing(find(directory, path, byteLength));
        const to = find(toDirectory, toPath, toByteLength);
        if (from.isStart || to.isStart) return ERRNO.busy;
        checkTogether(from, to);
        const isDirectory = from.status.type === FILE_TYPE.directory;
        if (!isDirectory && to.slash) return ERRNO.notdir;
        if (to.status !== undefined) {
          const replacesDirectory = to.status.type === FILE_TYPE.directory;
          if (isDirectory !== replacesDirectory) return isDirectory ? ERRNO.notdir : ERRNO.isdir;
        }
        from.files.rename(from.path, to.path);
        if (isDirectory) follow(from, to);
        return ERRNO.success;
      },
      path_link(
        fd: number,
        lookup: number,
        path: Pointer,
        byteLength: number,
        toFd: number,
        toPath: Pointer,
        toByteLength: number,
      ): number {
        const directory = directoryOf(state, fd, RIGHT.path_link_source);
        const toDirectory = directoryOf(state, toFd, RIGHT.path_link_target);
        const text = readPath(state, path, byteLength);
        const from = existing(resolvePath(directory, text, follows(lookup, text)));
        const to = find(toDirectory, toPath, toByteLength);
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
        target: Pointer,
        targetByteLength: number,
        fd: number,
        path: Pointer,
        byteLength: number,
      ): number {
        const text = readPath(state, target, targetByteLength);
        const directory = directoryOf(state, fd, RIGHT.path_symlink);
        checkTarget(text);
        const place = find(directory, path, byteLength);
        checkNew(place);
        requireWritable(place.preopen);
        place.files.symlink(text, place.path);
        return ERRNO.success;
      },
      path_readlink(
        fd: number,
        path: Pointer,
        byteLength: number,
        buffer: Pointer,
        most: number,
        used: Pointer,
      ): number {
        const directory = directoryOf(state, fd, RIGHT.path_readlink);
        if (most >>> 0 > MOST_BYTES) return ERRNO.inval;
        state.memory.check("write", buffer, most >>> 0);
        state.memory.check("write", used, 4);
        const { files, path: at, status } = existing(find(directory, path, byteLength));
        if (status.type !== FILE_TYPE.link) return ERRNO.inval;
        const text = new TextEncoder().encode(files.readLink(at)).subarray(0, most >>> 0);
        state.memory.writeBytes(buffer, text);
        state.memory.write("u32", used, text.byteLength);
        return ERRNO.success;
      },
    },
  };

  /** Finds what is at a path, without following a link. */
  function find(directory: Directory, pointer: Pointer, byteLength: number): Place {
    return resolvePath(directory, readPath(state, pointer, byteLength), false);
  }

  /** Keeps the guest's open directories open if one of them was renamed, or one that they are in. */
  function follow(from: Place, to: Place): void {
    const length = from.names.length;
    for (const open of state.descriptors.values()) {
      if (open.kind !== "directory" || open.preopen !== from.preopen) continue;
      if (from.names.some((name, index) => open.names[index] !== name)) continue;
      if (to.preopen === open.preopen) open.names = [...to.names, ...open.names.slice(length)];
    }
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
