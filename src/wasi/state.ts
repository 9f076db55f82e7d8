import { type GuestError, MemoryRangeError } from "../base/errors.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { type Descriptor, Descriptors, type Directory } from "./descriptors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { MemoryFiles } from "./files/memory_files.ts";
import type { Grants } from "./grants.ts";
import type { Input } from "./input.ts";
import { LastWords } from "./last_words.ts";
import { exitError, type WasiVersion } from "./modules.ts";
import { createOutput, type Output, Quota, WasiOutput } from "./output.ts";

/** A guest's argument: a bigint for a 64-bit integer. */
export type WasiValue = number | bigint;

/**
 * The error number that a function returns; only one that reads from a source returns a promise.
 */
export type Errno = number | PromiseLike<number>;

/** A WASI function as the guest sees it. */
export type WasiFunction = (...args: never[]) => Errno;

/** The guest that calls a function. */
export interface Caller {
  readonly state: WasiState;
  readonly version: WasiVersion;
}

/** An error of a callback that receives the guest's output. */
export class CallbackError {
  /** The thrown value. */
  readonly error: unknown;

  /** Only {@linkcode WasiState.errnoOf} handles this. */
  constructor(error: unknown) {
    this.error = error;
  }
}

/** The granted directories of one instance. */
export interface OpenedDirectories {
  readonly directories: readonly Directory[];
  /** Those of them that are in memory, by the guest's paths. */
  readonly folders: ReadonlyMap<string, MemoryFiles>;
}

/** The grants for one instance. */
export interface OpenedGrants {
  readonly grants: Grants;
  readonly input: Input;
  /** Absent without directories. */
  readonly opened: OpenedDirectories | undefined;
}

/** Holds the instance to which WASI belongs, as soon as there is one. */
export interface WasiHome {
  readonly instance: Instance | undefined;
  /** Whether the call of a component that is in progress can wait for promises. */
  readonly canWait?: boolean;
  /** Returns the instance, or an error with the reason why there is none. */
  instanceFor(name: string): Instance;
}

/** The shared state of the WASI functions of one instance. */
export class WasiState {
  readonly grants: Grants;
  /** The guest's output. */
  readonly output: WasiOutput;
  readonly input: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The limit for captured output. */
  readonly quota: Quota;
  readonly descriptors: Descriptors = new Descriptors();
  readonly #home: WasiHome;
  readonly #folders: ReadonlyMap<string, MemoryFiles>;
  readonly #atStart: readonly Descriptor[];
  #exit: GuestError | undefined;
  /** The functions to call when the guest is closed, such as one that ends waiting for promises. */
  readonly ends: Set<() => void> = new Set();

  /**
   * Makes the state before the guest runs: its standard streams and preopened directories are open.
   */
  constructor({ grants, input, opened }: OpenedGrants, home: WasiHome) {
    this.grants = grants;
    this.input = input;
    this.#home = home;
    this.#folders = opened?.folders ?? new Map();
    const quota = this.quota = new Quota(grants.mostOutput);
    this.stdout = createOutput(grants.stdout, "stdout", quota);
    const stderr = createOutput(grants.stderr, "stderr", quota);
    this.stderr = new LastWords(stderr, () => home.instance);
    this.output = new WasiOutput(this.stdout, stderr, this.#folders);
    this.descriptors.add({ kind: "input", stream: input });
    this.descriptors.add({ kind: "output", stream: this.stdout });
    this.descriptors.add({ kind: "output", stream: this.stderr });
    for (const directory of opened?.directories ?? []) this.descriptors.add(directory);
    this.#atStart = [...this.descriptors.values()];
  }

  /** The guest's memory, with checked accesses. */
  get memory(): GuestMemory {
    return this.#home.instanceFor("wasi_snapshot_preview1").memory;
  }

  /** The exit code, once there is one. */
  get exitCode(): number | undefined {
    return this.#exit?.status as number | undefined;
  }

  /** Ends the guest, which cannot be called afterwards. */
  exit(code: number): never {
    this.#exit = exitError(code);
    throw this.#home.instance?.poison(this.#exit) ?? this.#exit;
  }

  /** The milliseconds that the call has left. */
  get remaining(): number {
    return this.#home.instance?.limiter?.remaining ?? Infinity;
  }

  /** Whether the call can wait for promises. */
  get canWait(): boolean {
    return this.#home.canWait === true;
  }

  /** Ends the guest, because the time of its call is over. */
  expire(): never {
    const instance = this.#home.instance!; // nothing expires without a limiter
    throw instance.poison(instance.limiter!.expire());
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
  release(descriptor: Descriptor): void {
    if (descriptor.kind === "file") descriptor.file.close();
  }

  /**
   * Whether the guest has opened, closed or renumbered descriptors without undoing it, or has
   * changed a folder in memory.
   */
  get hasChangedFiles(): boolean {
    const now = [...this.descriptors.values()];
    return now.length !== this.#atStart.length ||
      now.some((descriptor, index) => descriptor !== this.#atStart[index]) ||
      [...this.#folders.values()].some(({ hasChanged }) => hasChanged);
  }

  /** Flushes the guest's buffered output. */
  flush(): void {
    this.stdout.end();
    this.stderr.end();
  }

  /** Closes the guest's open files, and flushes its output. */
  close(): void {
    for (const end of [...this.ends]) end();
    for (const [fd] of this.descriptors.entries()) this.release(this.descriptors.close(fd));
    this.flush();
  }

  /** Does the same, and closes the input, because no other instance reads on. */
  end(): void {
    try {
      this.close();
    } finally {
      this.input.close();
    }
  }

  /** Closes the guest's open files after another failure, which the caller gets. */
  closeQuietly(): void {
    try {
      this.close();
    } catch {
      // A callback that gets the output threw.
    }
  }
}
