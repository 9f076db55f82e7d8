// WASI preview 1, wasi_snapshot_preview1.witx: the functions that have a descriptor.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import { FileCall, type Step } from "./file_call.ts";
import {
  answer,
  buffer,
  directory,
  entries,
  file,
  filestat,
  from,
  i32,
  i64,
  into,
  lookup,
  opened,
  path,
  target,
  whence,
} from "./file_steps.ts";
import type { WasiVersion } from "./modules.ts";
import {
  ERRNO,
  Failure,
  FDSTAT_SIZE,
  FILESTAT_SIZE,
  FILETYPE,
  gather,
  readVectors,
  scatter,
  writeFilestat,
} from "./records.ts";
import {
  CallbackError,
  type Descriptor,
  isPreopened,
  type WasiFunction,
  type WasiState,
  type WasiValue,
} from "./state.ts";

const PRESTAT_SIZE = 8;

/**
 * Makes the functions that take descriptors. Without preopens there are only the standard streams.
 */
export function descriptorFunctions(
  state: WasiState,
  version: WasiVersion,
): Record<string, WasiFunction> {
  const { descriptors } = state;
  const functions: Record<string, WasiFunction> = {
    fd_close: (fd: number) => state.release(descriptors.close(fd)),
    fd_renumber(from: number, to: number) {
      if (from !== to) return state.release(descriptors.move(from, to));
      descriptors.get(from);
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
  for (const [name, steps] of Object.entries(FILE_FUNCTIONS)) {
    const takesDescriptor = name.startsWith("fd_");
    functions[name] = (...args: WasiValue[]) => {
      const descriptor = takesDescriptor ? descriptors.get(args[0] as number) : undefined;
      if (descriptor !== undefined && "stream" in descriptor) {
        return callStream(name, descriptor, state.memory, version, args as number[]);
      }
      return new FileCall(state, version, args).run(name, steps);
    };
  }
  return functions;
}

/** Returns the path under which the guest finds a preopened directory. */
function nameOf(descriptor: Descriptor): Uint8Array {
  if (descriptor.kind === "directory" && isPreopened(descriptor)) return descriptor.preopen.name;
  throw new Failure(ERRNO.badf);
}

const count = answer(4);

/** A path that may be a link. */
const link = path();

/** A path to open: a link that is not followed is refused. */
const openPath = path(ERRNO.loop);

/** A path of something that is made. */
const newPath = path(ERRNO.exist);

/** A path of something that is moved or removed: `node:wasi` would take the target of a link. */
const oldPath = path(ERRNO.notsup);

/** The parameters of each function, in order. */
const FILE_FUNCTIONS: Readonly<Record<string, readonly Step[]>> = {
  fd_advise: [file, i64, i64, i32],
  fd_allocate: [file, i64, i64],
  fd_datasync: [file],
  fd_fdstat_get: [file, answer(24)],
  fd_fdstat_set_flags: [file, i32],
  fd_fdstat_set_rights: [file, i64, i64],
  fd_filestat_get: [file, filestat],
  fd_filestat_set_size: [file, i64],
  fd_filestat_set_times: [file, i64, i64, i32],
  fd_pread: [file, into, i64, count],
  fd_pwrite: [file, from, i64, count],
  fd_read: [file, into, count],
  fd_readdir: [file, entries, i64, count],
  fd_seek: [file, i64, whence, answer(8)],
  fd_sync: [file],
  fd_tell: [file, answer(8)],
  fd_write: [file, from, count],
  path_create_directory: [directory, newPath],
  path_filestat_get: [directory, lookup, link, filestat],
  path_filestat_set_times: [directory, lookup, link, i64, i64, i32],
  path_link: [directory, lookup, oldPath, directory, newPath],
  path_open: [directory, lookup, openPath, i32, i64, i64, i32, opened],
  path_readlink: [directory, link, buffer(), count],
  path_remove_directory: [directory, oldPath],
  path_rename: [directory, oldPath, directory, oldPath],
  path_symlink: [target, directory, newPath],
  path_unlink_file: [directory, oldPath],
};

/** A standard stream. */
type Stream = Extract<Descriptor, { readonly stream: unknown }>;

/** A function that takes a stream in place of its descriptor. */
type StreamFunction = (
  stream: Stream,
  memory: GuestMemory,
  version: WasiVersion,
  args: readonly number[],
) => number;

/**
 * The file type of a terminal. All streams report it, so that a C library writes each line at once.
 * In a reactor it would otherwise never write the rest.
 */
const CHARACTER_DEVICE = 2;

/** Rights, typenames.witx. */
const FD_READ = 1n << 1n;

const FD_WRITE = 1n << 6n;

const FUNCTIONS: Readonly<Record<string, StreamFunction>> = {
  fd_read(stream, memory, _version, [, pointer = 0, count = 0, written = 0]) {
    if (stream.kind !== "input") return ERRNO.badf;
    const vectors = readVectors(memory, "write", [pointer, count]);
    memory.check("write", written, 4);
    const bytes = stream.stream.read(vectors.byteLength);
    scatter(memory, vectors, bytes);
    memory.write("u32", written, bytes.byteLength);
    return ERRNO.success;
  },
  fd_write(stream, memory, _version, [, pointer = 0, count = 0, written = 0]) {
    if (stream.kind !== "output") return ERRNO.badf;
    const bytes = gather(memory, readVectors(memory, "read", [pointer, count]));
    memory.write("u32", written, bytes.byteLength);
    try {
      return stream.stream.write(bytes);
    } catch (error) {
      throw new CallbackError(error);
    }
  },
  fd_fdstat_get(stream, memory, _version, [, pointer = 0]) {
    const at = memory.check("write", pointer, FDSTAT_SIZE);
    memory.clear(at, FDSTAT_SIZE);
    memory.write("u8", at, CHARACTER_DEVICE);
    memory.write("u64", at + 8, stream.kind === "input" ? FD_READ : FD_WRITE);
    return ERRNO.success;
  },
  fd_filestat_get(_stream, memory, version, [, pointer = 0]) {
    const filestat = new Uint8Array(FILESTAT_SIZE);
    filestat[FILETYPE] = CHARACTER_DEVICE;
    writeFilestat(memory, pointer, filestat, version);
    return ERRNO.success;
  },
  fd_fdstat_set_flags: () => ERRNO.success,
};

/** Calls a function for any descriptor with a stream. */
function callStream(name: string, ...call: Parameters<StreamFunction>): number {
  const fn = FUNCTIONS[name];
  if (fn !== undefined) return fn(...call);
  return /^fd_(?:seek|tell|pread|pwrite)$/.test(name) ? ERRNO.spipe : ERRNO.inval;
}
