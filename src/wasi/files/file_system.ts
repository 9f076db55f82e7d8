// The interface between WASI and the storage of files: the host, or memory.

/** The status of a file, a directory or a link. Times are in nanoseconds since 1970. */
export interface FileStatus {
  /** One of `FILE_TYPE`. */
  readonly type: number;
  readonly device: bigint;
  /** 0 if the host has no numbers for files. */
  readonly inode: bigint;
  readonly links: bigint;
  /** The size in bytes. */
  readonly size: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** The times to set, in nanoseconds since 1970. */
export type Times = Pick<FileStatus, "accessed" | "modified">;

/** An entry of a directory. */
export interface Entry {
  readonly name: string;
  readonly type: number;
}

/** How a file is opened. */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  /** Whether the file is created. It must not exist yet, not even as a link. */
  readonly isNew: boolean;
}

/** An open file. Positions are in bytes from its start. */
export interface OpenFile {
  /** Reads bytes from a position on, and returns their number: 0 at the end. */
  read(bytes: Uint8Array, position: number): number;
  /** Writes bytes at a position, and returns their number. A gap before it is filled with zeros. */
  write(bytes: Uint8Array, position: number): number;
  status(): FileStatus;
  resize(size: number): void;
  setTimes(times: Times): void;
  /** Waits until written data is on the disk. */
  sync(): void;
  close(): void;
}

/**
 * A file system. Its errors are those of the host, or a `Failure`.
 *
 * Paths have already been resolved: only the last name can be a link, and no function follows it.
 */
export interface FileSystem {
  /** Returns whether a name is safe on this host: it cannot lead out of its directory. */
  accepts(name: string): boolean;
  /** Returns the path of a name in a directory. */
  join(directory: string, name: string): string;
  status(path: string): FileStatus;
  readLink(path: string): string;
  /** Returns the entries of a directory, without `.` and `..`. */
  list(path: string): Entry[];
  open(path: string, mode: OpenMode): OpenFile;
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  /** Removes a file or a link. */
  removeFile(path: string): void;
  rename(from: string, to: string): void;
  /** Makes a hard link. */
  link(from: string, to: string): void;
  /** Makes a symbolic link. */
  symlink(target: string, path: string): void;
  /** @param status The present status of the file, the directory or the link. */
  setTimes(path: string, times: Times, status: FileStatus): void;
}

/** A preopened directory. */
export interface Preopen {
  /** The guest's path. */
  readonly name: string;
  readonly files: FileSystem;
  /** Its path in the file system. */
  readonly root: string;
  readonly isReadOnly: boolean;
}
