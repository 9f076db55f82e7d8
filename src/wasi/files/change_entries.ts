// What both previews of WASI do with the entries of directories.

import type { Descriptors } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import { FILE_TYPE } from "./file_type.ts";
import { requireWritable } from "./guest_path.ts";
import {
  checkTarget,
  existing,
  type ExistingPlace,
  MOST_NAMES,
  type Place,
} from "./resolve_path.ts";

/** Makes a directory. */
export function createDirectory(place: Place): void {
  if (place.status !== undefined) throw new Failure(ERRNO.exist);
  requireWritable(place.preopen);
  place.files.makeDirectory(place.path);
}

/** Removes a directory, which must be empty. */
export function removeDirectory(place: Place): void {
  if (existing(place).status.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
  if (place.isStart) throw new Failure(ERRNO.inval);
  requireWritable(place.preopen);
  place.files.removeDirectory(place.path);
}

/** Removes a file or a link. */
export function removeFile(place: Place): void {
  if (existing(place).status.type === FILE_TYPE.directory) throw new Failure(ERRNO.isdir);
  requireWritable(place.preopen);
  place.files.removeFile(place.path);
}

/** Moves what is at a place to another one. The guest's open directories follow it. */
export function renameEntry(descriptors: Descriptors, from: ExistingPlace, to: Place): void {
  if (from.isStart || to.isStart) throw new Failure(ERRNO.busy);
  checkTogether(from, to);
  const isDirectory = from.status.type === FILE_TYPE.directory;
  if (!isDirectory && to.slash) throw new Failure(ERRNO.notdir);
  if (to.status !== undefined) {
    const replacesDirectory = to.status.type === FILE_TYPE.directory;
    if (isDirectory !== replacesDirectory) {
      throw new Failure(isDirectory ? ERRNO.notdir : ERRNO.isdir);
    }
  }
  from.files.rename(from.path, to.path);
  if (isDirectory) follow(descriptors, from, to);
}

/** Makes a hard link; of a symbolic link, another one. */
export function linkEntry(from: ExistingPlace, to: Place): void {
  checkNew(to);
  if (from.status.type === FILE_TYPE.directory) throw new Failure(ERRNO.perm);
  checkTogether(from, to);
  if (from.status.type === FILE_TYPE.link) {
    // Some hosts would make a hard link to the target.
    from.files.symlink(from.files.readLink(from.path), to.path);
  } else from.files.link(from.path, to.path);
}

/** Makes a symbolic link. */
export function createLink(target: string, place: Place): void {
  checkTarget(target);
  checkNew(place);
  requireWritable(place.preopen);
  place.files.symlink(target, place.path);
}

/** Returns the target of a symbolic link. */
export function readLink(place: Place): string {
  if (existing(place).status.type !== FILE_TYPE.link) throw new Failure(ERRNO.inval);
  return place.files.readLink(place.path);
}

/**
 * Keeps the guest's open directories open if one of them was renamed, or one that they are in. One
 * that is too deep now is lost.
 */
function follow(descriptors: Descriptors, from: Place, to: Place): void {
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
function checkTogether(from: ExistingPlace, to: Place): void {
  requireWritable(from.preopen);
  requireWritable(to.preopen);
  if (from.files !== to.files) throw new Failure(ERRNO.xdev);
  if (from.status.type === FILE_TYPE.link) checkTarget(from.files.readLink(from.path));
}
