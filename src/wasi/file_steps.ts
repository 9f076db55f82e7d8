import { GuestError } from "../errors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { FileCall, Step } from "./file_call.ts";
import { FILESTAT_SIZE, writeFilestat } from "./filestat.ts";
import { gather, readVectors, scatter } from "./vectors.ts";

/** As long as a path is on Linux (`PATH_MAX`), in bytes. */
const MOST_PATH = 4096;
/** `oflags`, typenames.witx: whether a file is made where there is none. */
const CREATE = 1;
const FDSTAT_SIZE = 24;
/** `filetype`, typenames.witx. */
const DIRECTORY = 3;
/** Preview 0 counts from the position, the end and the start, in this order. */
const WHENCE_OF_UNSTABLE = [1, 2, 0];

/** A 32-bit integer that is passed on. */
export const i32: Step = (call) => call.passed.push(call.next() | 0);

/** A 64-bit integer that is passed on. */
export const i64: Step = (call) => call.passed.push(call.next());

/** From where a distance counts. */
export const whence: Step = (call) => {
  const value = call.next();
  call.passed.push(
    call.version === "wasi_unstable" ? WHENCE_OF_UNSTABLE[value] ?? value | 0 : value | 0,
  );
};

/** A descriptor of a file or a directory. */
export const file: Step = (call) => {
  const descriptor = call.state.descriptors.get(call.next());
  if (!("node" in descriptor)) throw new Failure(ERRNO.inval);
  call.passed.push(descriptor.node);
};

/** A descriptor of a directory that a path starts from: `node:wasi` gets the preopened one. */
export const directory: Step = (call) => {
  const descriptor = call.state.descriptors.get(call.next());
  if (descriptor.kind !== "directory") throw new Failure(ERRNO.notdir);
  call.directory = descriptor;
  call.passed.push(descriptor.root);
};

/**
 * A path: `node:wasi` gets it from the preopened directory on, and looks whether it leads out of it.
 */
export const path: Step = (call) => {
  const text = readPath(call);
  if (text === "") throw new Failure(ERRNO.noent);
  if (text.startsWith("/")) throw new Failure(ERRNO.notcapable);
  const { path: above } = call.directory!;
  call.path = above === "" ? text : `${above}/${text}`;
  passText(call, call.path);
};

/** What a symbolic link says: one that could lead out of its directory is refused. */
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
  if (bytes.byteLength > MOST_PATH) throw new Failure(ERRNO.nametoolong);
  const at = call.take(bytes.byteLength);
  call.scratch.writeBytes(at, bytes);
  call.passed.push(at, bytes.byteLength);
}

/** A pointer to where `node:wasi` puts this many bytes. */
export function answer(byteLength: number): Step {
  return (call) => {
    const pointer = call.memory.check("write", call.next(), byteLength);
    const at = call.take(byteLength);
    call.passed.push(at);
    call.after(() => call.memory.writeBytes(pointer, call.scratch.view(at, byteLength)));
  };
}

/** A pointer to where a `filestat` goes. */
export const filestat: Step = (call) => {
  const pointer = call.next();
  const at = call.take(FILESTAT_SIZE);
  call.passed.push(at);
  call.after(() =>
    writeFilestat(call.memory, pointer, call.scratch.view(at, FILESTAT_SIZE), call.version)
  );
};

/** A buffer that `node:wasi` fills; it is told how many bytes of it are used. */
export const buffer: Step = (call) => {
  const pointer = call.next(), byteLength = call.next() >>> 0;
  // `node:wasi` takes a greater length for a negative one.
  if (byteLength > 0x7fffffff) throw new Failure(ERRNO.inval);
  call.memory.check("write", pointer, byteLength);
  const at = call.take(byteLength);
  call.passed.push(at, byteLength);
  call.after(() =>
    call.memory.writeBytes(pointer, call.scratch.view(at, Math.min(call.bytesUsed, byteLength)))
  );
};

/** Ranges that are read from a file. */
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

/** Passes one range in place of all; a count that is negative or great would end the process. */
function passVector(call: FileCall, byteLength: number): number {
  const list = call.take(8), at = call.take(byteLength);
  call.scratch.write("u32", list, at);
  call.scratch.write("u32", list + 4, byteLength);
  call.passed.push(list, 1);
  return at;
}

/** A pointer to where the descriptor of what was opened goes. */
export const opened: Step = (call) => {
  const { functions, state } = call;
  const pointer = call.memory.check("write", call.next(), 4);
  state.descriptors.checkRoom();
  refuseDanglingLink(call);
  const at = call.take(4), status = call.take(FDSTAT_SIZE);
  call.passed.push(at);
  const { root } = call.directory!;
  call.after(() => {
    const descriptor = call.scratch.read("u32", at);
    functions.fd_fdstat_get!(descriptor, status);
    const isDirectory = call.scratch.read("u8", status) === DIRECTORY;
    const fd = state.descriptors.add(
      isDirectory
        ? { kind: "directory", node: descriptor, root, path: call.path }
        : { kind: "file", node: descriptor },
    );
    call.memory.write("u32", pointer, fd);
  });
};

/**
 * `node:wasi` does not look where a link leads at whose end there is nothing, and would make a file
 * there, also outside of the directory. It only reads links of this kind.
 */
function refuseDanglingLink(call: FileCall): void {
  const [root, , at, byteLength, flags] = call.passed as number[];
  if ((flags! & CREATE) === 0) return;
  const text = call.take(8), used = call.take(8);
  if (call.functions.path_readlink!(root!, at!, byteLength!, text, 1, used) === 0) {
    throw new Failure(ERRNO.loop);
  }
}
