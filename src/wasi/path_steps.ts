import { GuestError } from "../errors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { FileCall, Step } from "./file_call.ts";
import { resolvePath } from "./resolve_path.ts";

/** As long as a path is on Linux (`PATH_MAX`), in bytes. */
const MOST_PATH = 4096;
/** `lookupflags`, typenames.witx: whether a link at the end of a path is followed. */
const FOLLOW = 1;
const FDSTAT_SIZE = 24;
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
 * A path: `node:wasi` gets it from the preopened directory on, with no link in it. Where the path is
 * a link itself, `node:wasi` often takes what it leads to instead: then `error` is the answer.
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
  const at = call.take(bytes.byteLength);
  call.scratch.writeBytes(at, bytes);
  call.passed.push(at, bytes.byteLength);
}

/** A pointer to where the descriptor of what was opened goes. */
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
