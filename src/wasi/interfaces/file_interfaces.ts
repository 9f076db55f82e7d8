// WASI 0.2: wasi:filesystem, on the files of preview 1.

import { ALL_RIGHTS, type Directory, type File, RIGHT, WRITING_RIGHTS } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import {
  createDirectory,
  createLink,
  linkEntry,
  readLink,
  removeDirectory,
  removeFile,
  renameEntry,
} from "../files/directory_entries.ts";
import { endOf, fileOf, position, writeAt } from "../files/file_functions.ts";
import type { FileStatus } from "../files/file_system.ts";
import { FILE_TYPE } from "../files/file_type.ts";
import { checkPath, lookUpPath } from "../files/guest_path.ts";
import { isExclusive, openPlace } from "../files/open_path.ts";
import { existing, type ExistingPlace, type Place, resolvePath } from "../files/resolve_path.ts";
import { setTimes, setTimesOf, statusOf } from "../files/status_functions.ts";
import type { WasiState } from "../state.ts";
import { InputStream, type IoError, OutputStream } from "./byte_streams.ts";
import {
  bitsOf,
  codeOf,
  type DescriptorFlags,
  failing,
  hashOf,
  newTimes,
  type NewTimestamp,
  OPEN_BITS,
  type OpenFlags,
  type PathFlags,
  recordOf,
  reportFailures,
  SYNC_BITS,
  typeName,
} from "./file_records.ts";
import { DirectoryEntryStream, openFor, Shared } from "./open_descriptors.ts";

/**
 * The maximum number of bytes of one read. A guest that requests more gets a part, as the interface
 * allows.
 */
const MOST_BYTES = 1024 * 1024;

/** The rights of descriptors that are opened for reading. */
const READING_RIGHTS = RIGHT.fd_read | RIGHT.fd_readdir;

/** The rights of all descriptors. */
const OTHER_RIGHTS = ALL_RIGHTS & ~READING_RIGHTS & ~WRITING_RIGHTS;

/** The resource `descriptor`. */
class Descriptor implements Disposable {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared.use();
  }

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
  }

  get #state(): WasiState {
    return this.#shared.state;
  }

  get #target(): File | Directory {
    return this.#shared.target;
  }

  get #directory(): Directory {
    const target = this.#target;
    if (target.kind === "directory") return target;
    throw new Failure(ERRNO.notdir);
  }

  /** Resolves a path; a link at its end is followed if the flags say so. */
  #find(path: string, flags?: PathFlags): Place {
    const directory = this.#directory;
    checkPath(path);
    return flags === undefined
      ? resolvePath(directory, path, false)
      : lookUpPath(directory, path, flags.symlinkFollow === true);
  }

  #findExisting(path: string, flags?: PathFlags): ExistingPlace {
    return existing(this.#find(path, flags));
  }

  readViaStream(offset: bigint): InputStream {
    const file = openFor(this.#target, RIGHT.fd_read);
    let at = position(offset);
    return new InputStream(this.#state, {
      ...this.#keep(),
      read(most) {
        const bytes = failing(() => readAt(file, most, at));
        at += bytes.byteLength;
        return bytes;
      },
    });
  }

  writeViaStream(offset: bigint): OutputStream {
    const file = openFor(this.#target, RIGHT.fd_write);
    let at = position(offset, ERRNO.fbig);
    return new OutputStream(this.#state, {
      ...this.#keep(),
      write(bytes) {
        failing(() => writeAll(file, bytes, at));
        at += bytes.byteLength;
      },
    });
  }

  appendViaStream(): OutputStream {
    const file = openFor(this.#target, RIGHT.fd_write);
    return new OutputStream(this.#state, {
      ...this.#keep(),
      write: (bytes) => failing(() => writeAll(file, bytes, endOf(file))),
    });
  }

  /** Keeps the file open for a stream, which may be used after the descriptor was dropped. */
  #keep(): Disposable {
    const shared = this.#shared.use();
    return { [Symbol.dispose]: () => shared[Symbol.dispose]() };
  }

  advise(): void {
    fileOf(this.#target, RIGHT.fd_advise);
  }

  syncData(): void {
    this.sync();
  }

  sync(): void {
    const target = this.#target;
    if (target.kind === "file" && (target.base & RIGHT.fd_write) !== 0n) target.file.sync();
  }

  getFlags(): DescriptorFlags {
    const target = this.#target;
    if (target.kind === "directory") {
      return { read: true, mutateDirectory: !target.preopen.isReadOnly };
    }
    const { base, flags } = target;
    const set = Object.entries(SYNC_BITS).map(([name, bit]) => [name, (flags & bit) !== 0]);
    return {
      ...Object.fromEntries(set),
      read: (base & RIGHT.fd_read) !== 0n,
      write: (base & RIGHT.fd_write) !== 0n,
    };
  }

  getType(): string {
    const target = this.#target;
    return typeName(target.kind === "file" ? target.file.status().type : FILE_TYPE.directory);
  }

  setSize(size: bigint): void {
    openFor(this.#target, RIGHT.fd_filestat_set_size).file.resize(position(size, ERRNO.fbig));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): void {
    setTimesOf(this.#target, newTimes(accessed, modified));
  }

  read(byteLength: bigint, offset: bigint): [bytes: Uint8Array, isEnd: boolean] {
    const most = byteLength < MOST_BYTES ? Number(byteLength) : MOST_BYTES;
    const bytes = readAt(openFor(this.#target, RIGHT.fd_read), most, position(offset));
    // To the adapter of preview 1, no bytes before the end mean that reading was interrupted.
    return [bytes, bytes.byteLength < most || most === 0];
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    const file = openFor(this.#target, RIGHT.fd_write);
    return BigInt(writeAt(file, bytes, position(offset, ERRNO.fbig)));
  }

  readDirectory(): DirectoryEntryStream {
    return new DirectoryEntryStream(this.#state, this.#directory);
  }

  createDirectoryAt(path: string): void {
    createDirectory(this.#find(path));
  }

  stat(): object {
    return recordOf(statusOf(this.#target));
  }

  statAt(flags: PathFlags, path: string): object {
    return recordOf(this.#findExisting(path, flags).status);
  }

  setTimesAt(
    flags: PathFlags,
    path: string,
    accessed: NewTimestamp,
    modified: NewTimestamp,
  ): void {
    setTimes(this.#find(path, flags), newTimes(accessed, modified));
  }

  linkAt(flags: PathFlags, path: string, directory: Descriptor, newPath: string): void {
    linkEntry(this.#findExisting(path, flags), directory.#find(newPath));
  }

  openAt(
    flags: PathFlags,
    path: string,
    openFlags: OpenFlags,
    descriptorFlags: DescriptorFlags,
  ): Descriptor {
    const { read = false, write = false } = descriptorFlags;
    const { descriptors } = this.#state;
    descriptors.checkRoom();
    const oflags = bitsOf(openFlags, OPEN_BITS);
    const opened = openPlace(this.#find(path, isExclusive(oflags) ? {} : flags), {
      oflags,
      base: OTHER_RIGHTS | (read ? READING_RIGHTS : 0n) | (write ? WRITING_RIGHTS : 0n),
      inheriting: ALL_RIGHTS,
      flags: bitsOf(descriptorFlags, SYNC_BITS),
    });
    return new Descriptor(new Shared(this.#state, descriptors.add(opened)));
  }

  readlinkAt(path: string): string {
    return readLink(this.#find(path));
  }

  removeDirectoryAt(path: string): void {
    removeDirectory(this.#find(path));
  }

  renameAt(path: string, directory: Descriptor, newPath: string): void {
    renameEntry(this.#state.descriptors, this.#findExisting(path), directory.#find(newPath));
  }

  symlinkAt(target: string, path: string): void {
    createLink(checkPath(target), this.#find(path));
  }

  unlinkFileAt(path: string): void {
    removeFile(this.#find(path));
  }

  isSameObject(other: Descriptor): boolean {
    const [one, two] = [this.#target, other.#target].map((target) =>
      target.kind === "file" ? target.file.status() : target.status
    ) as [FileStatus, FileStatus];
    return one.inode === two.inode && one.device === two.device;
  }

  metadataHash(): object {
    return hashOf(statusOf(this.#target));
  }

  metadataHashAt(flags: PathFlags, path: string): object {
    return hashOf(this.#findExisting(path, flags).status);
  }
}

function readAt({ file }: File, most: number, at: number): Uint8Array {
  const bytes = new Uint8Array(most);
  return bytes.subarray(0, most === 0 ? 0 : file.read(bytes, at));
}

function writeAll(file: File, bytes: Uint8Array, at: number): void {
  let written = 0;
  while (written < bytes.byteLength) {
    written += writeAt(file, bytes.subarray(written), at + written);
  }
}

reportFailures(Descriptor.prototype);
reportFailures(DirectoryEntryStream.prototype);

/** Makes the interfaces for the granted directories. */
export function fileInterfaces(state: WasiState): Record<string, object> {
  const granted = Array.from(state.descriptors.entries(), ([fd, target]) => {
    // The state holds each one itself, whatever the guest drops.
    return target.kind === "directory"
      ? [{ shared: new Shared(state, fd).use(), name: target.preopen.name }]
      : [];
  }).flat();
  return {
    "wasi:filesystem/preopens": {
      getDirectories: () => granted.map(({ shared, name }) => [new Descriptor(shared), name]),
    },
    "wasi:filesystem/types": {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: ({ failure }: IoError) =>
        failure instanceof Failure ? codeOf(failure.errno) : undefined,
    },
  };
}
