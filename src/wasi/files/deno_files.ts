import type { DenoFile, DenoFiles, DenoStatus } from "../../base/runtime.ts";
import { linkTimes } from "../../base/runtime.ts";
import { ERRNO, Failure, hostErrno } from "../errno.ts";
import type { Entry, FileStatus, FileSystem, OpenFile, OpenMode, Times } from "./file_system.ts";
import { FILE_TYPE, typeOfFlags } from "./file_type.ts";
import { isWindowsName, isWindowsPath, joinPath } from "./host_names.ts";
import { SetTimes } from "./set_times.ts";

/**
 * Makes the file system of the host from the functions of Deno.
 *
 * @param path A path on this host, which shows whether it is Windows.
 */
export function denoFileSystem(host: DenoFiles, path: string): FileSystem {
  const times = new SetTimes();
  const status = (path: string) => times.apply(statusOf(host.lstatSync(path)));
  return {
    accepts: isWindowsPath(path) ? isWindowsName : () => true,
    join: joinPath,
    status,
    readLink: (path) => host.readLinkSync(path),
    list: (path) => Array.from(host.readDirSync(path), entryOf),
    open(path, { read, write, isNew }: OpenMode): OpenFile {
      const file = host.openSync(path, { read, write: write || isNew, createNew: isNew });
      return new HostFile(file, times);
    },
    makeDirectory: (path) => host.mkdirSync(path),
    removeDirectory: (path) => host.removeSync(path),
    removeFile: (path) => host.removeSync(path),
    rename: (from, to) => host.renameSync(from, to),
    link: (from, to) => host.linkSync(from, to),
    symlink(target, path) {
      // Deno requires both permissions for all files, and a guest must not make it ask the user.
      for (const name of ["read", "write"] as const) {
        const { state } = host.permissions.querySync({ name });
        if (state !== "granted") throw new Failure(ERRNO.acces);
      }
      host.symlinkSync(target, path);
    },
    setTimes(path, set, { type }) {
      const setHost = type === FILE_TYPE.link ? linkTimes() : host.utimeSync;
      if (setHost === undefined) throw new Failure(ERRNO.notsup);
      setHost(path, seconds(set.accessed), seconds(set.modified));
      times.keep(set, statusOf(host.lstatSync(path)));
    },
  };
}

/** An open file of Deno. */
class HostFile implements OpenFile {
  readonly #file: DenoFile;
  readonly #times: SetTimes;
  /** The position of Deno's file. */
  #at = 0;

  constructor(file: DenoFile, times: SetTimes) {
    this.#file = file;
    this.#times = times;
  }

  read(bytes: Uint8Array, position: number): number {
    if (!this.#seek(position)) return 0;
    const count = this.#file.readSync(bytes) ?? 0;
    this.#at += count;
    return count;
  }

  write(bytes: Uint8Array, position: number): number {
    if (!this.#seek(position)) throw new Failure(ERRNO.fbig);
    const count = this.#file.writeSync(bytes);
    this.#at += count;
    return count;
  }

  /** Returns whether a file of the host can be so large, which it checks here. */
  #seek(position: number): boolean {
    if (this.#at === position) return true;
    this.#at = NaN; // it is unknown if this fails
    try {
      this.#file.seekSync(position, 0);
    } catch (error) {
      if (hostErrno(error) === ERRNO.inval) return false;
      throw error;
    }
    this.#at = position;
    return true;
  }

  status(): FileStatus {
    return this.#times.apply(statusOf(this.#file.statSync()));
  }

  resize(size: number): void {
    this.#file.truncateSync(size);
  }

  setTimes(set: Times): void {
    this.#file.utimeSync(seconds(set.accessed), seconds(set.modified));
    this.#times.keep(set, statusOf(this.#file.statSync()));
  }

  sync(): void {
    this.#file.syncSync();
  }

  close(): void {
    this.#file.close();
  }
}

function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

function nanoseconds(time: Date | null): bigint {
  return time === null ? 0n : BigInt(time.getTime()) * 1_000_000n;
}

function statusOf(found: DenoStatus): FileStatus {
  return {
    type: typeOfFlags(found),
    device: BigInt(found.dev),
    inode: BigInt(found.ino ?? 0),
    links: BigInt(found.nlink ?? 1),
    size: BigInt(found.size),
    accessed: nanoseconds(found.atime),
    modified: nanoseconds(found.mtime),
    changed: nanoseconds(found.ctime ?? found.mtime),
  };
}

function entryOf(entry: Parameters<typeof typeOfFlags>[0] & { readonly name: string }): Entry {
  return { name: entry.name, type: typeOfFlags(entry) };
}
