import type { GuestMemory } from "../memory.ts";
import type { Descriptor } from "./descriptors.ts";
import { ERRNO } from "./errno.ts";
import { FILESTAT_SIZE, FILETYPE, writeFilestat } from "./filestat.ts";
import { CallbackError } from "./state.ts";
import { gather, readVectors, scatter } from "./vectors.ts";
import type { WasiVersion } from "../wanted_import.ts";

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
 * The file type of a terminal. All streams say that they are one: a C library then hands over each
 * line as it is written, where a reactor would otherwise never come to hand over the rest.
 */
const CHARACTER_DEVICE = 2;
/** Rights, typenames.witx. */
const FD_READ = 1n << 1n;
const FD_WRITE = 1n << 6n;
const FDSTAT_SIZE = 24;

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

/** Calls a function that is for any descriptor with a stream. */
export function callStream(name: string, ...call: Parameters<StreamFunction>): number {
  const fn = FUNCTIONS[name];
  if (fn !== undefined) return fn(...call);
  return /^fd_(?:seek|tell|pread|pwrite)$/.test(name) ? ERRNO.spipe : ERRNO.inval;
}
