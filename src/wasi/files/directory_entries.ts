// Operations on the entries of directories for both versions of WASI.

import type { Descriptors, Directory } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiState } from "../state.ts";
import type { Entry } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { requireWritable } from "./guest_path.ts";
import {
  checkTarget,
  existing,
  type ExistingPlace,
  MOST_NAMES,
  pathOf,
  type Place,
  resolveDirectory,
} from "./resolve_path.ts";

/** The size of a `dirent` without its name. */
const DIRENT_SIZE = 24;

/** The maximum number of cached entries of directories other than the one that is listed. */
const MOST_KEPT = 65536;

/** The first entries of every directory. */
export const DOTS: readonly Entry[] = [
  { name: ".", type: FILE_TYPE.directory },
  { name: "..", type: FILE_TYPE.directory },
];

/**
 * Returns the entries of a directory from `cookie` on, as far as they fit. The last one may be
 * truncated, because to a guest a buffer that is not full means the end of the directory.
 *
 * @param cookie The index of the first one. The directory is listed again at index 0; until then,
 * the entries usually stay cached.
 */
export function readEntries(
  { descriptors }: WasiState,
  directory: Directory,
  most: number,
  cookie: bigint,
): Uint8Array {
  const place = resolveDirectory(directory);
  const entries = cookie === 0n ? undefined : directory.entries;
  const listed = entries ?? listEntries(descriptors, directory, place);
  if (cookie < 0n) throw new Failure(ERRNO.inval);
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for (let index = Number(cookie); index < listed.length && byteLength < most; index++) {
    const { name, type } = listed[index]!;
    const text = new TextEncoder().encode(name);
    const bytes = new Uint8Array(DIRENT_SIZE + text.byteLength);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, inodeOf(place, name), true);
    view.setUint32(16, text.byteLength, true);
    view.setUint8(20, type);
    bytes.set(text, DIRENT_SIZE);
    parts.push(bytes.subarray(0, most - byteLength));
    byteLength += parts.at(-1)!.byteLength;
  }
  const all = new Uint8Array(byteLength);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** Lists a directory anew, and returns its entries with the two of every directory before them. */
export function listEntries(
  descriptors: Descriptors,
  directory: Directory,
  { files, path }: Place = resolveDirectory(directory),
): readonly Entry[] {
  forgetEntries(descriptors);
  return directory.entries = [...DOTS, ...files.list(path)];
}

/** Discards the cached entries of all directories if there are too many. */
function forgetEntries(descriptors: Descriptors): void {
  const listed = Array.from(descriptors.values()).filter((open) => open.kind === "directory");
  const count = listed.reduce((sum, { entries = [] }) => sum + entries.length, 0);
  if (count > MOST_KEPT) { for (const directory of listed) delete directory.entries; }
}

/** Returns the inode of an entry; 0 if it no longer exists, or is outside. */
function inodeOf({ preopen, files, path, names, status }: Place, name: string): bigint {
  if (name === ".") return status!.inode;
  try {
    if (name !== "..") return files.status(files.join(path, name)).inode;
    return names.length === 0 ? 0n : files.status(pathOf(preopen, names.slice(0, -1))).inode;
  } catch {
    return 0n;
  }
}

/** Makes a directory. */
export function createDirectory(place: Place): void {
  if (place.status !== undefined) throw new Failure(ERRNO.exist);
  requireWritable(place.preopen);
  place.files.makeDirectory(place.path);
}

/** Removes a directory, which must be empty. */
export function removeDirectory(place: Place): void {
  if (existing(place).status.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
  if (place.endsInDots) throw new Failure(ERRNO.inval);
  requireWritable(place.preopen);
  place.files.removeDirectory(place.path);
}

/** Removes a file or a link. */
export function removeFile(place: Place): void {
  if (existing(place).status.type === FILE_TYPE.directory) throw new Failure(ERRNO.isdir);
  requireWritable(place.preopen);
  place.files.removeFile(place.path);
}

/** Renames an entry. The guest's open directories follow it. */
export function renameEntry(descriptors: Descriptors, from: ExistingPlace, to: Place): void {
  if (from.endsInDots || to.endsInDots) throw new Failure(ERRNO.busy);
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
 * Updates the guest's open directories if one of them or a parent was renamed. One that is now too
 * deep is lost.
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
