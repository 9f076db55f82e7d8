import { ERRNO, Failure } from "./errno.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";

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
export class Descriptors {
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
