import { GuestError, MemoryRangeError } from "../base/errors.ts";
import type { Realm } from "../instance/realm.ts";
import { GuestMemory } from "../memory/guest_memory.ts";
import type { Grants, NodeWasi, NodeWasiHost } from "./node_wasi.ts";
import { createOutput, Input, type Output, Quota } from "./output.ts";
import { ERRNO, Failure } from "./records.ts";

/** What a guest passes: a bigint for a 64-bit integer. */
export type WasiValue = number | bigint;

/** A WASI function as the guest sees it; it answers an error number. */
export type WasiFunction = (...args: never[]) => number;

/** What a function of the host's threw while the guest wrote to it. */
export class CallbackError {
  /** What it threw. */
  readonly error: unknown;

  /** Nobody sees this but {@linkcode WasiState.errnoOf}. */
  constructor(error: unknown) {
    this.error = error;
  }
}

/** `node:wasi`, which has the files. */
export interface FileHost {
  readonly functions: NodeWasi;
  /** The memory that it uses: never the guest's, since it trusts what it finds there. */
  readonly scratch: GuestMemory;
}

/** What the WASI functions of one instance share. */
export class WasiState {
  readonly grants: Grants;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly descriptors: Descriptors = new Descriptors();
  /** Absent where no directory is granted. */
  readonly files: FileHost | undefined;
  readonly #realm: () => Realm;
  #exit: GuestError | undefined;

  /** The state before the guest runs: its standard streams and what is preopened are open. */
  constructor(grants: Grants, host: NodeWasiHost | undefined, realm: () => Realm) {
    this.grants = grants;
    this.#realm = realm;
    const quota = new Quota(grants.mostOutput);
    this.stdout = createOutput(grants.stdout, "stdout", quota);
    this.stderr = createOutput(grants.stderr, "stderr", quota);
    this.descriptors.add({ kind: "input", stream: new Input(grants.stdin) });
    this.descriptors.add({ kind: "output", stream: this.stdout });
    this.descriptors.add({ kind: "output", stream: this.stderr });
    if (host === undefined) return;
    const scratch = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
    this.files = { functions: host.create(scratch.memory), scratch };
    for (const [name, path] of Object.entries(host.directories)) {
      const node = this.descriptors.size; // as `node:wasi` numbers them
      const preopen = { node, name: new TextEncoder().encode(name), host: path };
      this.descriptors.add({ kind: "directory", node, preopen, path: "." });
    }
  }

  /** The guest's memory, in which every access is checked. */
  get memory(): GuestMemory {
    return this.#realm().memory;
  }

  /** The exit code, once there is one. */
  get exitCode(): number | undefined {
    return this.#exit?.status as number | undefined;
  }

  /** Ends the guest: nothing of it is called after that. */
  exit(code: number): never {
    this.#exit = new GuestError(
      "exited",
      `Cannot go on: the guest exited with code ${code}, expected reset() first`,
      { status: code },
    );
    throw this.#realm().poison(this.#exit);
  }

  /** Throws where a guest caught its own end and went on. */
  refuseAfterExit(): void {
    if (this.#exit !== undefined) throw this.#exit;
  }

  /** The error number for what a function threw; what is no concern of the guest's is thrown on. */
  errnoOf(error: unknown): number {
    if (error instanceof Failure) return error.errno;
    if (error instanceof MemoryRangeError) return ERRNO.fault;
    throw error instanceof CallbackError ? error.error : error;
  }

  /** Closes what a descriptor stood for. */
  release(descriptor: Descriptor): number {
    if (!("node" in descriptor)) return ERRNO.success;
    // Directories that were opened in it still start from there.
    if (descriptor.kind === "directory" && isPreopened(descriptor)) return ERRNO.success;
    return this.files!.functions.fd_close!(descriptor.node);
  }

  /** Hands over what is held of the guest's output. */
  flush(): void {
    this.stdout.end();
    this.stderr.end();
  }

  /** Gives back what the guest left open, and hands over its output. */
  close(): void {
    for (const descriptor of this.descriptors.values()) this.release(descriptor);
    this.flush();
  }
}

/** What a descriptor of the guest stands for. `node` is the descriptor that `node:wasi` knows. */
export type Descriptor =
  | { readonly kind: "input"; readonly stream: Input }
  | { readonly kind: "output"; readonly stream: Output }
  | { readonly kind: "file"; readonly node: number }
  | Directory;

/** A preopened directory, or one within it. */
export interface Directory {
  readonly kind: "directory";
  readonly node: number;
  readonly preopen: Preopen;
  /** Its path within the preopened one; `.` for that one itself. */
  readonly path: string;
}

/** Whether a directory is a preopened one itself. */
export function isPreopened({ node, preopen }: Directory): boolean {
  return node === preopen.node;
}

/** A directory that is granted. */
export interface Preopen {
  readonly node: number;
  /** The guest's path, as UTF-8. */
  readonly name: Uint8Array;
  /** The host's path. */
  readonly host: string;
}

/** Open files are shared with the host's process, which by custom can have 1,024: a guest gets a part. */
const MOST_DESCRIPTORS = 256;

/**
 * The guest's descriptors. They are ours, so that whatever a guest renumbers or closes, no number
 * ever leads to the host's own streams, which `node:wasi` keeps at 0, 1 and 2.
 */
class Descriptors {
  readonly #open = new Map<number, Descriptor>();

  /** @throws {Failure} `badf` if `fd` is not open. */
  get(fd: number): Descriptor {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) throw new Failure(ERRNO.badf);
    return descriptor;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws {Failure} `mfile` if no more can be open. */
  checkRoom(): void {
    if (this.#open.size >= MOST_DESCRIPTORS) throw new Failure(ERRNO.mfile);
  }

  /** Opens the lowest number that is free. */
  add(descriptor: Descriptor): number {
    let fd = 0;
    while (this.#open.has(fd)) fd++;
    this.#open.set(fd, descriptor);
    return fd;
  }

  /**
   * Closes a number.
   *
   * @returns what it stood for.
   * @throws {Failure} `badf` if it is not open.
   */
  close(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#open.delete(fd);
    return descriptor;
  }

  /**
   * Gives what `from` stands for the number `to`, which is open too: no guest chooses how great
   * numbers become.
   *
   * @returns what `to` stood for.
   * @throws {Failure} `badf` if one of them is not open.
   */
  move(from: number, to: number): Descriptor {
    const replaced = this.get(to);
    this.#open.set(to, this.close(from));
    return replaced;
  }

  /** All that is open. */
  values(): Iterable<Descriptor> {
    return this.#open.values();
  }
}
