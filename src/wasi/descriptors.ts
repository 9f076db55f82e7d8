import { ERRNO, Failure } from "./errno.ts";
import type { Entry, FileStatus, OpenFile, Preopen } from "./files/file_system.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";

/** A standard stream. */
export type Stream =
  | { readonly kind: "input"; readonly stream: Input }
  | { readonly kind: "output"; readonly stream: Output };

/** The rights of a descriptor, and of what is opened from it. */
interface Rights {
  base: bigint;
  inheriting: bigint;
  /** `fdflags`, typenames.witx. */
  flags: number;
}

/** An open file. */
export interface File extends Rights {
  readonly kind: "file";
  readonly file: OpenFile;
  readonly isReadOnly: boolean;
  /** The position of the next read or write, in bytes. */
  position: number;
}

/** An open directory. */
export interface Directory extends Rights {
  readonly kind: "directory";
  readonly preopen: Preopen;
  /** The names from the granted directory to this one. */
  names: readonly string[];
  /** Its status when it was opened, by which it is known again. */
  readonly status: FileStatus;
  /** Whether the guest has found it at its start. */
  readonly isPreopened: boolean;
  /** Its entries when the guest last began to list them. */
  entries?: readonly Entry[];
}

/** The target of a descriptor. */
export type Descriptor = Stream | File | Directory;

/**
 * The guest shares the limit of open files with the host's process, which is usually 1,024, so it
 * gets a part.
 */
const MOST_DESCRIPTORS = 256;

/**
 * The guest's descriptors. They are ours, so that a guest cannot reach the host's own streams, however
 * it renumbers or closes descriptors.
 */
export class Descriptors {
  readonly #open = new Map<number, Descriptor>();

  /** @throws {Failure} `badf` if `fd` is not open. */
  get(fd: number): Descriptor {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) throw new Failure(ERRNO.badf);
    return descriptor;
  }

  /** Returns whether a number is open. */
  has(fd: number): boolean {
    return this.#open.has(fd);
  }

  /** @throws {Failure} `mfile` if no more can be open. */
  checkRoom(): void {
    if (this.#open.size >= MOST_DESCRIPTORS) throw new Failure(ERRNO.mfile);
  }

  /** Opens the lowest free number. */
  add(descriptor: Descriptor): number {
    let fd = 0;
    while (this.has(fd)) fd++;
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

  /** All open numbers with their targets. */
  entries(): Iterable<readonly [number, Descriptor]> {
    return this.#open.entries();
  }
}
