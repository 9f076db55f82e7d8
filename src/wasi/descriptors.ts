import { ERRNO, Failure } from "./errno.ts";
import type { Entry, FileStatus, OpenFile, Preopen } from "./files/file_system.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";

// WASI preview 1, typenames.witx: `rights`. The name of a right is that of its function.

/** The rights that functions require. */
export const RIGHT = {
  fd_datasync: 1n << 0n,
  fd_read: 1n << 1n,
  fd_seek: 1n << 2n,
  fd_fdstat_set_flags: 1n << 3n,
  fd_sync: 1n << 4n,
  fd_tell: 1n << 5n,
  fd_write: 1n << 6n,
  fd_advise: 1n << 7n,
  fd_allocate: 1n << 8n,
  path_create_directory: 1n << 9n,
  path_create_file: 1n << 10n,
  path_link_source: 1n << 11n,
  path_link_target: 1n << 12n,
  path_open: 1n << 13n,
  fd_readdir: 1n << 14n,
  path_readlink: 1n << 15n,
  path_rename_source: 1n << 16n,
  path_rename_target: 1n << 17n,
  path_filestat_get: 1n << 18n,
  path_filestat_set_size: 1n << 19n,
  path_filestat_set_times: 1n << 20n,
  fd_filestat_get: 1n << 21n,
  fd_filestat_set_size: 1n << 22n,
  fd_filestat_set_times: 1n << 23n,
  path_symlink: 1n << 24n,
  path_remove_directory: 1n << 25n,
  path_unlink_file: 1n << 26n,
  poll_fd_readwrite: 1n << 27n,
} as const;

/** All rights that a file can have. */
export const FILE_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_read | RIGHT.fd_seek |
  RIGHT.fd_fdstat_set_flags | RIGHT.fd_sync | RIGHT.fd_tell | RIGHT.fd_write | RIGHT.fd_advise |
  RIGHT.fd_allocate | RIGHT.fd_filestat_get | RIGHT.fd_filestat_set_size |
  RIGHT.fd_filestat_set_times | RIGHT.poll_fd_readwrite;

/** All rights that a directory can have. */
export const DIRECTORY_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_fdstat_set_flags |
  RIGHT.fd_sync | RIGHT.path_create_directory | RIGHT.path_create_file | RIGHT.path_link_source |
  RIGHT.path_link_target | RIGHT.path_open | RIGHT.fd_readdir | RIGHT.path_readlink |
  RIGHT.path_rename_source | RIGHT.path_rename_target | RIGHT.path_filestat_get |
  RIGHT.path_filestat_set_size | RIGHT.path_filestat_set_times | RIGHT.fd_filestat_get |
  RIGHT.fd_filestat_set_times | RIGHT.path_symlink | RIGHT.path_remove_directory |
  RIGHT.path_unlink_file | RIGHT.poll_fd_readwrite;

/** The rights of files and directories that are opened in a granted directory. */
export const ALL_RIGHTS: bigint = FILE_RIGHTS | DIRECTORY_RIGHTS;

/** The rights for which a file has to be opened for writing. */
export const WRITING_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_write | RIGHT.fd_allocate |
  RIGHT.fd_filestat_set_size;

/** A standard stream. */
export type Stream =
  | { readonly kind: "input"; readonly stream: Input }
  | { readonly kind: "output"; readonly stream: Output };

/** The rights of a descriptor, and of descriptors that are opened from it. */
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
  /** Its status when it was opened, to identify it later. */
  readonly status: FileStatus;
  /** Whether it was preopened. */
  readonly isPreopened: boolean;
  /** Its entries when the guest last started to list them. */
  entries?: readonly Entry[];
}

/** The target of a descriptor. */
export type Descriptor = Stream | File | Directory;

/**
 * The guest shares the limit of open files, usually 1,024, with the host's process, so it gets only
 * a part.
 */
const MOST_DESCRIPTORS = 256;

/**
 * The guest's descriptors. They are virtual, so a guest cannot access the host's descriptors,
 * however it renumbers or closes its own.
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
