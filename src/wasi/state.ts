import type { Realm } from "../engine/realm.ts";
import { GuestError, MemoryRangeError } from "../errors.ts";
import { GuestMemory } from "../memory.ts";
import { type Descriptor, Descriptors, isPreopened } from "./descriptors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { Grants } from "./grants.ts";
import { Input } from "./input.ts";
import type { NodeWasi, NodeWasiHost } from "./node_wasi.ts";
import { createOutput, type Output } from "./output.ts";

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
    this.stdout = createOutput(grants.stdout, "stdout");
    this.stderr = createOutput(grants.stderr, "stderr");
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
