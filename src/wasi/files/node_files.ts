import type { NodeFiles, NodeStatus } from "../../base/runtime.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { FileStatus, FileSystem, OpenFile, OpenMode, Times } from "./file_system.ts";
import { typeOfMethods } from "./file_type.ts";
import { isWindowsName, isWindowsPath, joinPath } from "./host_names.ts";
import { SetTimes } from "./set_times.ts";

/**
 * Makes the file system of the host from the functions of `node:fs`.
 *
 * @param path A path on this host, which shows whether it is Windows.
 */
export function nodeFileSystem(host: NodeFiles, path: string): FileSystem {
  const times = new SetTimes();
  const { constants } = host;
  const lstat = (path: string) => statusOf(host.lstatSync(path, { bigint: true }));
  return {
    accepts: isWindowsPath(path) ? isWindowsName : () => true,
    join: joinPath,
    status: (path) => times.apply(lstat(path)),
    readLink(path) {
      const target = host.readlinkSync(path, { encoding: "buffer" });
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(target);
      } catch {
        throw new Failure(ERRNO.ilseq);
      }
    },
    list(path) {
      const entries = host.readdirSync(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, type: typeOfMethods(entry) }));
    },
    open(path, { read, write, isNew }: OpenMode): OpenFile {
      const access = !write && !isNew
        ? constants.O_RDONLY
        : read
        ? constants.O_RDWR
        : constants.O_WRONLY;
      const created = isNew ? constants.O_CREAT | constants.O_EXCL : 0;
      // Windows has no such flag. A pipe would wait for its other end.
      const safe = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      return new HostFile(host, host.openSync(path, access | created | safe, 0o666), times);
    },
    makeDirectory: (path) => host.mkdirSync(path),
    removeDirectory: (path) => host.rmdirSync(path),
    removeFile: (path) => host.unlinkSync(path),
    rename: (from, to) => host.renameSync(from, to),
    link: (from, to) => host.linkSync(from, to),
    symlink: (target, path) => host.symlinkSync(target, path),
    setTimes(path, set) {
      host.lutimesSync(path, seconds(set.accessed), seconds(set.modified));
      times.keep(set, lstat(path));
    },
  };
}

/** An open file of Node, by its descriptor. */
class HostFile implements OpenFile {
  readonly #host: NodeFiles;
  readonly #descriptor: number;
  readonly #times: SetTimes;

  constructor(host: NodeFiles, descriptor: number, times: SetTimes) {
    this.#host = host;
    this.#descriptor = descriptor;
    this.#times = times;
  }

  read(bytes: Uint8Array, position: number): number {
    return this.#host.readSync(this.#descriptor, bytes, 0, bytes.byteLength, position);
  }

  write(bytes: Uint8Array, position: number): number {
    return this.#host.writeSync(this.#descriptor, bytes, 0, bytes.byteLength, position);
  }

  status(): FileStatus {
    return this.#times.apply(this.#status());
  }

  #status(): FileStatus {
    return statusOf(this.#host.fstatSync(this.#descriptor, { bigint: true }));
  }

  resize(size: number): void {
    this.#host.ftruncateSync(this.#descriptor, size);
  }

  setTimes(set: Times): void {
    this.#host.futimesSync(this.#descriptor, seconds(set.accessed), seconds(set.modified));
    this.#times.keep(set, this.#status());
  }

  sync(): void {
    this.#host.fsyncSync(this.#descriptor);
  }

  close(): void {
    this.#host.closeSync(this.#descriptor);
  }
}

function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

function statusOf(found: NodeStatus): FileStatus {
  return {
    type: typeOfMethods(found),
    device: BigInt.asUintN(64, found.dev),
    inode: BigInt.asUintN(64, found.ino),
    links: found.nlink,
    size: found.size,
    accessed: found.atimeNs,
    modified: found.mtimeNs,
    changed: found.ctimeNs,
  };
}
