// WASI preview 1, typenames.witx: `dirent`.

import type { Descriptors, Directory } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiState } from "../state.ts";
import type { Entry } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { pathOf, type Place, resolveDirectory } from "./resolve_path.ts";

/** The size of a `dirent` without its name. */
const DIRENT_SIZE = 24;

/** The most entries that are kept of directories besides the one that is listed. */
const MOST_KEPT = 65536;

/** The entries that every directory begins with. */
export const DOTS: readonly Entry[] = [
  { name: ".", type: FILE_TYPE.directory },
  { name: "..", type: FILE_TYPE.directory },
];

/**
 * Returns the entries of a directory from `cookie` on, as far as they fit. The last one may be cut
 * off: a guest takes a buffer that is not full for the end of the directory.
 *
 * @param cookie The index of the first one. They are listed anew from 0 on, and usually stay until
 * then.
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

/** Forgets the entries of all directories if they are too many, so that they cannot fill memory. */
function forgetEntries(descriptors: Descriptors): void {
  const listed = Array.from(descriptors.values()).filter((open) => open.kind === "directory");
  const count = listed.reduce((sum, { entries = [] }) => sum + entries.length, 0);
  if (count > MOST_KEPT) { for (const directory of listed) delete directory.entries; }
}

/** Returns the number of an entry; 0 if there is none any more, or if it is outside. */
function inodeOf({ preopen, files, path, names, status }: Place, name: string): bigint {
  if (name === ".") return status!.inode;
  try {
    if (name !== "..") return files.status(files.join(path, name)).inode;
    return names.length === 0 ? 0n : files.status(pathOf(preopen, names.slice(0, -1))).inode;
  } catch {
    return 0n;
  }
}
