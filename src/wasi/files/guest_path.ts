import { GuestError } from "../../base/errors.ts";
import type { Pointer } from "../../memory/pointer.ts";
import type { Directory } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiState } from "../state.ts";

/** The limit of a path on Linux (`PATH_MAX`), in bytes. */
const MOST_PATH = 4096;

/** `lookupflags`, typenames.witx: a link at the end of a path is followed. */
const FOLLOW = 1;

/**
 * Reads a path or the target of a link.
 *
 * @throws {Failure} if it is empty, too long, no text, or holds a NUL.
 */
export function readPath(state: WasiState, pointer: Pointer, byteLength: number): string {
  if (byteLength >>> 0 > MOST_PATH) throw new Failure(ERRNO.nametoolong);
  let text: string;
  try {
    text = state.memory.readString(pointer, byteLength >>> 0);
  } catch (error) {
    throw error instanceof GuestError ? new Failure(ERRNO.ilseq) : error;
  }
  if (text === "") throw new Failure(ERRNO.noent);
  if (text.includes("\0")) throw new Failure(ERRNO.inval);
  return text;
}

/** Returns whether the link that a path leads to is followed: it is if the path ends with a slash. */
export function follows(lookup: number, path: string): boolean {
  return (lookup & FOLLOW) !== 0 || path.endsWith("/");
}

/**
 * Returns the directory that a path starts from.
 *
 * @throws {Failure} `notdir` if it is none, `notcapable` if it lacks a right.
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
