// WASI preview 1, wasi_snapshot_preview1.witx: the functions of descriptors, for standard streams.

import type { GuestMemory } from "../memory/guest_memory.ts";
import { RIGHT, type Stream } from "./descriptors.ts";
import { ERRNO } from "./errno.ts";
import type { WasiVersion } from "./modules.ts";
import { gather, readVectors, scatter, writeFdstat, writeFilestat } from "./records.ts";
import { CallbackError, type Errno } from "./state.ts";

/** A function that takes a stream in place of its descriptor. */
type StreamFunction = (
  stream: Stream,
  memory: GuestMemory,
  version: WasiVersion,
  args: readonly number[],
) => Errno;

/**
 * The file type of a terminal. All streams report it, so that a C library writes each line at once.
 * In a reactor it would otherwise never write the rest.
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

/** Runs what may call a function of the host, whose errors are its own. */
function ofCallback<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CallbackError(error);
  }
}

/** Calls a function for any descriptor with a stream. */
export function callStream(name: string, ...call: Parameters<StreamFunction>): Errno {
  const fn = FUNCTIONS[name];
  if (fn !== undefined) return fn(...call);
  return /^fd_(?:seek|tell|pread|pwrite)$/.test(name) ? ERRNO.spipe : ERRNO.inval;
}
