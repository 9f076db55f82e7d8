// WASI preview 1, wasi_snapshot_preview1.witx: the functions that take a descriptor.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import { type Descriptor, RIGHT, type Stream } from "./descriptors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { WasiVersion } from "./modules.ts";
import { gather, readVectors, scatter, writeFdstat, writeFilestat } from "./records.ts";
import {
  CallbackError,
  type Errno,
  type WasiFunction,
  type WasiState,
  type WasiValue,
} from "./state.ts";

const PRESTAT_SIZE = 8;

/** The functions of any descriptor. */
const FD_FUNCTIONS = [
  "fd_advise",
  "fd_allocate",
  "fd_datasync",
  "fd_fdstat_get",
  "fd_fdstat_set_flags",
  "fd_fdstat_set_rights",
  "fd_filestat_get",
  "fd_filestat_set_size",
  "fd_filestat_set_times",
  "fd_pread",
  "fd_pwrite",
  "fd_read",
  "fd_readdir",
  "fd_seek",
  "fd_sync",
  "fd_tell",
  "fd_write",
] as const;

/** The functions of paths. */
const PATH_FUNCTIONS = [
  "path_create_directory",
  "path_filestat_get",
  "path_filestat_set_times",
  "path_link",
  "path_open",
  "path_readlink",
  "path_remove_directory",
  "path_rename",
  "path_symlink",
  "path_unlink_file",
] as const;

/** The functions for files, which are loaded only if needed. */
export interface FileFunctions {
  /** They take a file or a directory in place of its descriptor. */
  readonly fd: Readonly<Record<typeof FD_FUNCTIONS[number], WasiFunction>>;
  readonly path: Readonly<Record<typeof PATH_FUNCTIONS[number], WasiFunction>>;
}

/**
 * Makes the functions that take descriptors.
 *
 * @param fileFunctions Absent without preopens, when there are only the standard streams.
 */
export function descriptorFunctions(
  state: WasiState,
  version: WasiVersion,
  fileFunctions: FileFunctions | undefined,
): Record<string, WasiFunction> {
  const { descriptors } = state;
  const functions: Record<string, WasiFunction> = {
    fd_close(fd: number) {
      state.release(descriptors.close(fd));
      return ERRNO.success;
    },
    fd_renumber(from: number, to: number) {
      if (from === to) descriptors.get(from);
      else state.release(descriptors.move(from, to));
      return ERRNO.success;
    },
    fd_prestat_get(fd: number, pointer: Pointer) {
      const { byteLength } = nameOf(descriptors.get(fd));
      const at = state.memory.check("write", pointer, PRESTAT_SIZE);
      state.memory.write("u32", at, 0); // a directory: there is no other kind of preopened descriptor
      state.memory.write("u32", at + 4, byteLength);
      return ERRNO.success;
    },
    fd_prestat_dir_name(fd: number, pointer: Pointer, byteLength: number) {
      const name = nameOf(descriptors.get(fd));
      if (byteLength >>> 0 < name.byteLength) return ERRNO.nametoolong;
      state.memory.writeBytes(pointer, name);
      return ERRNO.success;
    },
  };
  for (const name of FD_FUNCTIONS) {
    functions[name] = (fd: number, ...args: WasiValue[]) => {
      const descriptor = descriptors.get(fd);
      if ("stream" in descriptor) {
        return callStream(name, descriptor, state.memory, version, args as number[]);
      }
      return fileFunctions!.fd[name](...[descriptor, ...args] as never[]);
    };
  }
  for (const name of PATH_FUNCTIONS) {
    functions[name] = fileFunctions?.path[name] ?? (() => ERRNO.badf);
  }
  return functions;
}

/** Returns the path under which the guest finds a preopened directory. */
function nameOf(descriptor: Descriptor): Uint8Array {
  if (descriptor.kind === "directory" && descriptor.isPreopened) {
    return new TextEncoder().encode(descriptor.preopen.name);
  }
  throw new Failure(ERRNO.badf);
}

// WASI preview 1, wasi_snapshot_preview1.witx: the functions of descriptors, for standard streams.

/** A function that takes a stream in place of its descriptor. */
type StreamFunction = (
  stream: Stream,
  memory: GuestMemory,
  version: WasiVersion,
  args: readonly number[],
) => Errno;

/**
 * The file type of a terminal. All streams report it, so that a C library flushes each line. In a
 * reactor, the rest would otherwise never be written.
 */
const CHARACTER_DEVICE = 2;

/** The status of a stream. */
const STATUS = {
  type: CHARACTER_DEVICE,
  device: 0n,
  inode: 0n,
  links: 0n,
  size: 0n,
  accessed: 0n,
  modified: 0n,
  changed: 0n,
};

const FUNCTIONS: Readonly<Record<string, StreamFunction>> = {
  fd_read(stream, memory, _version, [pointer = 0, count = 0, written = 0]) {
    if (stream.kind !== "input") return ERRNO.badf;
    const vectors = readVectors(memory, "write", [pointer, count]);
    memory.check("write", written, 4);
    const take = (bytes: Uint8Array) => {
      scatter(memory, vectors, bytes);
      memory.write("u32", written, bytes.byteLength);
      return ERRNO.success;
    };
    const bytes = ofCallback(() => stream.stream.read(vectors.byteLength));
    return "then" in bytes ? bytes.then(take) : take(bytes);
  },
  fd_write(stream, memory, _version, [pointer = 0, count = 0, written = 0]) {
    if (stream.kind !== "output") return ERRNO.badf;
    const bytes = gather(memory, readVectors(memory, "read", [pointer, count]));
    memory.write("u32", written, bytes.byteLength);
    return ofCallback(() => stream.stream.write(bytes));
  },
  fd_fdstat_get(stream, memory, _version, [pointer = 0]) {
    const base = stream.kind === "input" ? RIGHT.fd_read : RIGHT.fd_write;
    writeFdstat(memory, pointer, { type: CHARACTER_DEVICE, flags: 0, base, inheriting: 0n });
    return ERRNO.success;
  },
  fd_filestat_get(_stream, memory, version, [pointer = 0]) {
    writeFilestat(memory, pointer, STATUS, version);
    return ERRNO.success;
  },
  fd_fdstat_set_flags: () => ERRNO.success,
};

/** Runs a function that may call a host callback, and marks its errors. */
function ofCallback<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CallbackError(error);
  }
}

/** Calls a function for any descriptor with a stream. */
function callStream(name: string, ...call: Parameters<StreamFunction>): Errno {
  const fn = FUNCTIONS[name];
  if (fn !== undefined) return fn(...call);
  return /^fd_(?:seek|tell|pread|pwrite)$/.test(name) ? ERRNO.spipe : ERRNO.inval;
}
