import { type GuestError, MemoryRangeError } from "../base/errors.ts";
import type { Instance } from "../instance/instance.ts";
import { GuestMemory } from "../memory/guest_memory.ts";
import { exitError } from "./modules.ts";
import type { Grants, NodeWasi, NodeWasiHost } from "./node_wasi.ts";
import { createOutput, Input, type Output, Quota } from "./output.ts";
import { ERRNO, Failure } from "./records.ts";

/** A guest's argument: a bigint for a 64-bit integer. */
export type WasiValue = number | bigint;

/** A WASI function as the guest sees it; it returns an error number. */
export type WasiFunction = (...args: never[]) => number;

/** An error of a host function that the guest wrote to. */
export class CallbackError {
  /** The thrown value. */
  readonly error: unknown;

  /** Only {@linkcode WasiState.errnoOf} sees this. */
  constructor(error: unknown) {
    this.error = error;
  }
}

/** `node:wasi`, which has the files. */
interface FileHost {
  readonly functions: NodeWasi;
  /** The memory that it uses: never the guest's, because it trusts the contents. */
  readonly scratch: GuestMemory;
}

/** The shared state of the WASI functions of one instance. */
export class WasiState {
  readonly grants: Grants;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly descriptors: Descriptors = new Descriptors();
  /** Absent if no directory is granted. */
  readonly files: FileHost | undefined;
  readonly #instance: () => Instance;
  #atStart: readonly Descriptor[];
  #exit: GuestError | undefined;

  /**
   * Makes the state before the guest runs: its standard streams and preopened directories are open.
   */
  constructor(grants: Grants, host: NodeWasiHost | undefined, instance: () => Instance) {
    this.grants = grants;
    this.#instance = instance;
    const quota = new Quota(grants.mostOutput);
    this.stdout = createOutput(grants.stdout, "stdout", quota);
    this.stderr = createOutput(grants.stderr, "stderr", quota);
    this.descriptors.add({ kind: "input", stream: new Input(grants.stdin) });
    this.descriptors.add({ kind: "output", stream: this.stdout });
    this.descriptors.add({ kind: "output", stream: this.stderr });
    this.#atStart = [...this.descriptors.values()];
    if (host === undefined) return;
    const scratch = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
    this.files = { functions: host.create(scratch.memory), scratch };
    for (const [name, path] of Object.entries(host.directories)) {
      const node = this.descriptors.size; // as `node:wasi` numbers them
      const preopen = { node, name: new TextEncoder().encode(name), host: path };
      this.descriptors.add({ kind: "directory", node, preopen, path: "." });
    }
    this.#atStart = [...this.descriptors.values()];
  }

  /** The guest's memory, with checked accesses. */
  get memory(): GuestMemory {
    return this.#instance().memory;
  }

  /** The exit code, once there is one. */
  get exitCode(): number | undefined {
    return this.#exit?.status as number | undefined;
  }

  /** Ends the guest, which cannot be called afterwards. */
  exit(code: number): never {
    this.#exit = exitError(code);
    throw this.#instance().poison(this.#exit);
  }

  /** Throws if a guest caught its own exit and went on. */
  refuseAfterExit(): void {
    if (this.#exit !== undefined) throw this.#exit;
  }

  /**
   * Returns the error number for a thrown value; it rethrows errors that are not the guest's fault.
   */
  errnoOf(error: unknown): number {
    if (error instanceof Failure) return error.errno;
    if (error instanceof MemoryRangeError) return ERRNO.fault;
    throw error instanceof CallbackError ? error.error : error;
  }

  /** Closes the target of a descriptor. */
  release(descriptor: Descriptor): number {
    if (!("node" in descriptor)) return ERRNO.success;
    // Directories that were opened in it can still start from there.
    if (descriptor.kind === "directory" && isPreopened(descriptor)) return ERRNO.success;
    return this.files!.functions.fd_close!(descriptor.node);
  }

  /** Whether the guest has opened, closed or renumbered descriptors, and not undone it. */
  get hasChangedDescriptors(): boolean {
    const now = [...this.descriptors.values()];
    return now.length !== this.#atStart.length ||
      now.some((descriptor, index) => descriptor !== this.#atStart[index]);
  }

  /** Passes on the held output of the guest. */
  flush(): void {
    this.stdout.end();
    this.stderr.end();
  }

  /** Closes what the guest left open, and passes on its output. */
  close(): void {
    for (const descriptor of this.descriptors.values()) this.release(descriptor);
    this.flush();
  }
}

/** The file or directory behind a guest's descriptor. `node` is the descriptor in `node:wasi`. */
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

/** A granted directory. */
interface Preopen {
  readonly node: number;
  /** The guest's path, as UTF-8. */
  readonly name: Uint8Array;
  /** The host's path. */
  readonly host: string;
}

/**
 * The guest shares the limit of open files with the host's process, which is usually 1,024, so it
 * gets a part.
 */
const MOST_DESCRIPTORS = 256;

/**
 * The guest's descriptors. They are ours, so that a guest cannot reach the host's own streams,
 * which `node:wasi` keeps at 0, 1 and 2, however it renumbers or closes descriptors.
 */
class Descriptors {
  readonly #open = new Map<number, Descriptor>();

  /** @throws {Failure} `badf` if `fd` is not open. */
  get(fd: number): Descriptor {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) throw new Failure(ERRNO.badf);
    return descriptor;
  }

  /** The number of open descriptors. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws {Failure} `mfile` if no more can be open. */
  checkRoom(): void {
    if (this.#open.size >= MOST_DESCRIPTORS) throw new Failure(ERRNO.mfile);
  }

  /** Opens the lowest free number. */
  add(descriptor: Descriptor): number {
    let fd = 0;
    while (this.#open.has(fd)) fd++;
    this.#open.set(fd, descriptor);
    return fd;
  }

  /**
   * Closes a number.
   *
   * @returns its target.
   * @throws {Failure} `badf` if it is not open.
   */
  close(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#open.delete(fd);
    return descriptor;
  }

  /**
   * Renumbers `from` to `to`, which must be open too, so that a guest cannot choose large numbers.
   *
   * @returns the former target of `to`.
   * @throws {Failure} `badf` if one of them is not open.
   */
  move(from: number, to: number): Descriptor {
    const replaced = this.get(to);
    this.#open.set(to, this.close(from));
    return replaced;
  }

  /** All open targets. */
  values(): Iterable<Descriptor> {
    return this.#open.values();
  }
}
