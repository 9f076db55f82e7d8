// WASI 0.2, wasi:filesystem/types: the conversion of its codes, flags and records from and to those
// of preview 1.

import { ComponentError } from "../../base/errors.ts";
import { ERRNO, Failure, failureOf } from "../errno.ts";
import { DSYNC, RSYNC, SYNC } from "../files/file_functions.ts";
import type { FileStatus } from "../files/file_system.ts";
import { FILE_TYPE } from "../files/file_type.ts";
import { CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE } from "../files/open_path.ts";
import {
  ACCESSED,
  ACCESSED_NOW,
  MODIFIED,
  MODIFIED_NOW,
  timesOf,
} from "../files/status_functions.ts";
import { type Datetime, datetimeOf, nanosecondsOf } from "./pollables.ts";

/** The cases of `error-code` for the error numbers of preview 1; any other one is `io`. */
const ERROR_CODES: Readonly<Partial<Record<keyof typeof ERRNO, string>>> = {
  acces: "access",
  again: "would-block",
  badf: "bad-descriptor",
  busy: "busy",
  dquot: "quota",
  exist: "exist",
  fbig: "file-too-large",
  ilseq: "illegal-byte-sequence",
  inval: "invalid",
  isdir: "is-directory",
  loop: "loop",
  mlink: "too-many-links",
  nametoolong: "name-too-long",
  noent: "no-entry",
  nospc: "insufficient-space",
  nosys: "unsupported",
  notdir: "not-directory",
  notempty: "not-empty",
  notsup: "unsupported",
  nxio: "no-such-device",
  perm: "not-permitted",
  rofs: "read-only",
  spipe: "invalid-seek",
  txtbsy: "text-file-busy",
  xdev: "cross-device",
  notcapable: "not-permitted",
};

const CODES: ReadonlyMap<number, string> = new Map(
  Object.entries(ERROR_CODES).map(([name, code]) => [ERRNO[name as keyof typeof ERRNO], code]),
);

/** Returns the error code for an error number. */
export function codeOf(errno: number): string {
  return CODES.get(errno) ?? "io";
}

/** The cases of `descriptor-type` for the file types of preview 1. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [FILE_TYPE.blockDevice, "block-device"],
  [FILE_TYPE.characterDevice, "character-device"],
  [FILE_TYPE.directory, "directory"],
  [FILE_TYPE.file, "regular-file"],
  [FILE_TYPE.socket, "socket"],
  [FILE_TYPE.link, "symbolic-link"],
]);

/** Returns the case of `descriptor-type` for a file type. */
export function typeName(type: number): string {
  return TYPES.get(type) ?? "unknown";
}

type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>;

/** The flags of `wasi:filesystem`, by their names in JavaScript. */
export type OpenFlags = Flags<"create" | "directory" | "exclusive" | "truncate">;

export type PathFlags = Flags<"symlinkFollow">;

export type DescriptorFlags = Flags<
  | "read"
  | "write"
  | "fileIntegritySync"
  | "dataIntegritySync"
  | "requestedWriteSync"
  | "mutateDirectory"
>;

/** Combines the bits of the flags that are set. */
export function bitsOf<Name extends string>(
  flags: Flags<Name>,
  numbers: Readonly<Partial<Record<Name, number>>>,
): number {
  return Object.entries<number | undefined>(numbers).reduce(
    (bits, [name, number = 0]) => flags[name as Name] ? bits | number : bits,
    0,
  );
}

/** The bits of flags in preview 1. */
export const OPEN_BITS = {
  create: CREATE,
  directory: DIRECTORY,
  exclusive: EXCLUSIVE,
  truncate: TRUNCATE,
};

export const SYNC_BITS = {
  fileIntegritySync: SYNC,
  dataIntegritySync: DSYNC,
  requestedWriteSync: RSYNC,
};

/** The variant `new-timestamp`. */
export type NewTimestamp =
  | { readonly tag: "no-change" | "now" }
  | { readonly tag: "timestamp"; readonly val: Datetime };

/** Returns a function that computes new times from the current ones. */
export function newTimes(
  accessed: NewTimestamp,
  modified: NewTimestamp,
): ReturnType<typeof timesOf> {
  const bits = ({ tag }: NewTimestamp, set: number, setNow: number) =>
    ({ "no-change": 0, now: setNow, timestamp: set })[tag];
  const time = (given: NewTimestamp) => {
    if (given.tag !== "timestamp") return 0n;
    const nanoseconds = nanosecondsOf(given.val);
    if (BigInt.asUintN(64, nanoseconds) === nanoseconds) return nanoseconds;
    throw new Failure(ERRNO.inval);
  };
  const flags = bits(accessed, ACCESSED, ACCESSED_NOW) | bits(modified, MODIFIED, MODIFIED_NOW);
  return timesOf(time(accessed), time(modified), flags);
}

/** Makes the record `descriptor-stat`. */
export function recordOf({ type, links, size, accessed, modified, changed }: FileStatus): object {
  return {
    type: typeName(type),
    linkCount: links,
    size,
    dataAccessTimestamp: datetimeOf(accessed),
    dataModificationTimestamp: datetimeOf(modified),
    statusChangeTimestamp: datetimeOf(changed),
  };
}

/** The record `metadata-hash-value`, with which programs identify a file, as in preview 1. */
export function hashOf({ device, inode }: FileStatus): object {
  return { lower: inode, upper: device };
}

/** Runs a file operation of the host, and converts its errors to failures. */
export function failing<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw failureOf(error);
  }
}

/** Makes the methods of a class throw error codes for failures. */
export function reportFailures(prototype: object): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === "constructor") continue;
    const method: (...args: unknown[]) => unknown = Reflect.get(prototype, name);
    const value = function (this: unknown, ...args: unknown[]) {
      try {
        return failing(() => Reflect.apply(method, this, args));
      } catch (error) {
        throw error instanceof Failure ? new ComponentError(codeOf(error.errno)) : error;
      }
    };
    Object.defineProperty(prototype, name, { value });
  }
}
