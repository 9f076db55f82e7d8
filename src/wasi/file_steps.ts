import { GuestError } from "../base/errors.ts";
import { type FileCall, resolvePath, type Step } from "./file_call.ts";
import {
  ERRNO,
  Failure,
  FDSTAT_SIZE,
  FILESTAT_SIZE,
  gather,
  readVectors,
  scatter,
  writeFilestat,
} from "./records.ts";

/** The size of a `dirent` without its name. */
const DIRENT_SIZE = 24;

/** Preview 0 counts from the position, the end and the start, in this order. */
const WHENCE_OF_UNSTABLE = [1, 2, 0];

/** A 32-bit integer that is passed on. */
export const i32: Step = (call) => call.passed.push(call.next() | 0);

/** A 64-bit integer that is passed on. */
export const i64: Step = (call) => call.passed.push(call.next());

/** The origin of a distance. */
export const whence: Step = (call) => {
  const value = call.next();
  call.passed.push(
    call.version === "wasi_unstable" ? WHENCE_OF_UNSTABLE[value] ?? value | 0 : value | 0,
  );
};

/** A descriptor of a file or a directory. */
export const file: Step = (call) => {
  // Nothing is passed on for streams.
  const { node } = call.state.descriptors.get(call.next()) as { readonly node: number };
  call.passed.push(node);
};

/** A pointer at which `node:wasi` writes this many bytes. */
export function answer(byteLength: number): Step {
  return (call) => {
    const pointer = call.memory.check("write", call.next(), byteLength);
    const at = call.take(byteLength);
    call.passed.push(at);
    call.after(() => call.memory.writeBytes(pointer, call.scratch.view(at, byteLength)));
  };
}

/** A pointer at which a `filestat` is written. */
export const filestat: Step = (call) => {
  const pointer = call.next();
  const at = call.take(FILESTAT_SIZE);
  call.passed.push(at);
  call.after(() =>
    writeFilestat(call.memory, pointer, call.scratch.view(at, FILESTAT_SIZE), call.version)
  );
};

/**
 * A buffer that `node:wasi` fills; it reports how many bytes of it are used.
 *
 * @param more The number of additional bytes that `node:wasi` gets, which the guest does not see.
 */
export function buffer(more = 0): Step {
  return (call) => {
    const pointer = call.next(), byteLength = call.next() >>> 0;
    // `node:wasi` takes a larger length for a negative one.
    if (byteLength + more > 0x7fffffff) throw new Failure(ERRNO.inval);
    call.memory.check("write", pointer, byteLength);
    const at = call.take(byteLength + more);
    call.passed.push(at, byteLength + more);
    call.after(() => {
      call.bytesUsed = Math.min(call.bytesUsed, byteLength);
      call.memory.writeBytes(pointer, call.scratch.view(at, call.bytesUsed));
    });
  };
}

/**
 * A buffer for the entries of a directory. A guest takes a buffer that is not full for the last
 * one, but `node:wasi` leaves the end of it empty if the next entry's head does not fit.
 */
export const entries: Step = buffer(DIRENT_SIZE);

/** Ranges that are filled from a file. */
export const into: Step = (call) => {
  const vectors = readVectors(call.memory, "write", [call.next(), call.next()]);
  const at = passVector(call, vectors.byteLength);
  call.after(() => scatter(call.memory, vectors, call.scratch.view(at, call.bytesUsed)));
};

/** Ranges that are written to a file. */
export const from: Step = (call) => {
  const bytes = gather(call.memory, readVectors(call.memory, "read", [call.next(), call.next()]));
  call.scratch.writeBytes(passVector(call, bytes.byteLength), bytes);
};

/** Passes one range in place of all, because a negative or large count would end the process. */
function passVector(call: FileCall, byteLength: number): number {
  const list = call.take(8), at = call.take(byteLength);
  call.scratch.write("u32", list, at);
  call.scratch.write("u32", list + 4, byteLength);
  call.passed.push(list, 1);
  return at;
}

/** The limit of a path on Linux (`PATH_MAX`), in bytes. */
const MOST_PATH = 4096;

/** `lookupflags`, typenames.witx: whether a link at the end of a path is followed. */
const FOLLOW = 1;

/** `filetype`, typenames.witx. */
const DIRECTORY = 3;

/** A descriptor of a directory that a path starts from: `node:wasi` gets the preopened one. */
export const directory: Step = (call) => {
  const descriptor = call.state.descriptors.get(call.next());
  if (descriptor.kind !== "directory") throw new Failure(ERRNO.notdir);
  call.directory = descriptor;
  call.follow = false;
  call.passed.push(descriptor.preopen.node);
};

/** Whether a link at the end of the path is followed. */
export const lookup: Step = (call) => {
  call.follow = (call.next() & FOLLOW) !== 0;
  call.passed.push(call.follow ? FOLLOW : 0);
};

/**
 * A path. `node:wasi` gets it from the preopened directory on, without links in it. If the path
 * itself is a link, `node:wasi` often takes its target instead: then the function returns `error`.
 */
export function path(error?: number): Step {
  return (call) => {
    const text = readPath(call);
    if (text === "") throw new Failure(ERRNO.noent);
    const { preopen, path } = call.directory!;
    const resolved = resolvePath(preopen.host, [path, text], call.follow);
    if (resolved.isLink && error !== undefined) throw new Failure(error);
    call.path = resolved.path;
    passText(call, call.path);
  };
}

/** The target of a symbolic link: one that could lead out of its directory is refused. */
export const target: Step = (call) => {
  const text = readPath(call);
  if (text.startsWith("/") || text.split(/[/\\]/).includes("..")) {
    throw new Failure(ERRNO.notcapable);
  }
  passText(call, text);
};

function readPath(call: FileCall): string {
  const pointer = call.next(), byteLength = call.next() >>> 0;
  if (byteLength > MOST_PATH) throw new Failure(ERRNO.nametoolong);
  try {
    return call.memory.readString(pointer, byteLength);
  } catch (error) {
    throw error instanceof GuestError ? new Failure(ERRNO.ilseq) : error;
  }
}

function passText(call: FileCall, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const at = call.take(bytes.byteLength);
  call.scratch.writeBytes(at, bytes);
  call.passed.push(at, bytes.byteLength);
}

/** A pointer at which the descriptor of an opened file is written. */
export const opened: Step = (call) => {
  const { functions, state } = call;
  const pointer = call.memory.check("write", call.next(), 4);
  state.descriptors.checkRoom();
  const at = call.take(4), status = call.take(FDSTAT_SIZE);
  call.passed.push(at);
  const { preopen } = call.directory!;
  call.after(() => {
    const node = call.scratch.read("u32", at);
    functions.fd_fdstat_get!(node, status);
    const isDirectory = call.scratch.read("u8", status) === DIRECTORY;
    const fd = state.descriptors.add(
      isDirectory ? { kind: "directory", node, preopen, path: call.path } : { kind: "file", node },
    );
    call.memory.write("u32", pointer, fd);
  });
};
