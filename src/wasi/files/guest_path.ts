import { GuestError } from "../../base/errors.ts";
import type { Pointer } from "../../memory/pointer.ts";
import type { Directory } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiState } from "../state.ts";
import { MOST_PATH, type Place, resolvePath } from "./resolve_path.ts";

/** `lookupflags`, typenames.witx: a link at the end of a path is followed. */
const FOLLOW = 1;

/**
 * Reads a path or the target of a link.
 *
 * @throws {Failure} if it is empty, too long, not text, or contains a NUL.
 */
export function readPath(state: WasiState, pointer: Pointer, byteLength: number): string {
  if (byteLength >>> 0 > MOST_PATH) throw new Failure(ERRNO.nametoolong);
  let text: string;
  try {
    text = state.memory.readString(pointer, byteLength >>> 0);
  } catch (error) {
    throw error instanceof GuestError ? new Failure(ERRNO.ilseq) : error;
  }
  return checkPath(text);
}

/**
 * Returns a path, or the target of a link.
 *
 * @throws {Failure} if it is empty, too long, or contains a NUL.
 */
export function checkPath(text: string): string {
  if (text.length > MOST_PATH) throw new Failure(ERRNO.nametoolong);
  if (text === "") throw new Failure(ERRNO.noent);
  if (text.includes("\0")) throw new Failure(ERRNO.inval);
  return text;
}

/** A path as the guest passes it: the descriptor that it starts from, a pointer and a length. */
export type GuestPath = readonly [fd: number, pointer: Pointer, byteLength: number];

/** A path with the flags that say whether a link at its end is followed. */
export type LookupPath = readonly [
  fd: number,
  lookup: number,
  pointer: Pointer,
  byteLength: number,
];

/**
 * Resolves a path of the guest.
 *
 * @param rights The rights that the directory from which it starts must have.
 * @param lookup Whether a link at its end is followed, as is always the case before a slash.
 * Otherwise the link itself is found.
 * @throws {Failure} as {@linkcode resolvePath} does, or if the descriptor or the path is invalid.
 */
export function findPlace(
  state: WasiState,
  [fd, pointer, byteLength]: GuestPath,
  rights: bigint,
  lookup?: number,
): Place {
  const directory = directoryOf(state, fd, rights);
  const path = readPath(state, pointer, byteLength);
  return lookup === undefined
    ? resolvePath(directory, path, false)
    : lookUpPath(directory, path, (lookup & FOLLOW) !== 0);
}

/**
 * Resolves a path.
 *
 * @param follow Whether a link at its end is followed, as is always the case before a slash.
 * @throws {Failure} as {@linkcode resolvePath} does.
 */
export function lookUpPath(directory: Directory, path: string, follow: boolean): Place {
  return resolvePath(directory, path, follow || path.endsWith("/"));
}

/**
 * Returns the directory of a descriptor.
 *
 * @throws {Failure} `notdir` if it is not a directory, `notcapable` if it lacks a right.
 */
export function directoryOf(state: WasiState, fd: number, rights: bigint): Directory {
  const descriptor = state.descriptors.get(fd);
  if (descriptor.kind !== "directory") throw new Failure(ERRNO.notdir);
  requireRights(descriptor, rights);
  return descriptor;
}

/** @throws {Failure} `notcapable` if a descriptor lacks a right. */
export function requireRights({ base }: { readonly base: bigint }, rights: bigint): void {
  if ((base & rights) !== rights) throw new Failure(ERRNO.notcapable);
}

/** @throws {Failure} `rofs` if the guest may only read there. */
export function requireWritable({ isReadOnly }: { readonly isReadOnly: boolean }): void {
  if (isReadOnly) throw new Failure(ERRNO.rofs);
}
