import type { Directory } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { FileStatus, FileSystem, Preopen } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";

/** The target of a path. */
export interface Place {
  readonly preopen: Preopen;
  readonly files: FileSystem;
  /** The path in the file system. Only its last name can be a link. */
  readonly path: string;
  /** The names from the granted directory on. */
  readonly names: readonly string[];
  /** Absent if it does not exist yet. */
  readonly status: FileStatus | undefined;
  /** Whether the guest's path ends with a slash, which only the path of a directory may do. */
  readonly slash: boolean;
  /** Whether the guest's path ends with `.` or `..`, so that it names no entry of a directory. */
  readonly endsInDots: boolean;
}

/** A place that exists. */
export type ExistingPlace = Place & { readonly status: FileStatus };

/** The limit of a path on Linux (`PATH_MAX`), in bytes. */
export const MOST_PATH = 4096;

/**
 * The maximum depth below a granted directory. Each directory is looked up, which must not take
 * longer than a guest may run.
 */
export const MOST_NAMES = 256;

/** The limit of Linux (`MAXSYMLINKS`). */
const MOST_LINKS = 40;

/** Returns the path of names in a granted directory. */
export function pathOf({ files, root }: Preopen, names: readonly string[]): string {
  return names.reduce((path, name) => files.join(path, name), root);
}

/** Returns the status of a path; `undefined` if it does not exist. */
function find(files: FileSystem, path: string): FileStatus | undefined {
  try {
    return files.status(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  if (error instanceof Failure) return error.errno === ERRNO.noent;
  return (error as { readonly code?: unknown }).code === "ENOENT";
}

/**
 * Returns an open directory itself.
 *
 * The host may know only its path, where there could now be another directory or a link to the
 * outside, so all its names are looked up again.
 *
 * @throws {Failure} `noent` if it is gone.
 */
export function resolveDirectory({ preopen, names, status }: Directory): ExistingPlace {
  const { files, root } = preopen;
  let path = root;
  let found = find(files, path);
  for (const name of names) {
    if (found?.type !== FILE_TYPE.directory) break;
    path = files.join(path, name);
    found = find(files, path);
  }
  if (
    found?.type !== FILE_TYPE.directory ||
    found.inode !== status.inode || found.device !== status.device
  ) throw new Failure(ERRNO.noent);
  return { preopen, files, path, names, status: found, slash: false, endsInDots: true };
}

/**
 * Resolves a path, one name at a time, so that nothing outside the starting directory is accessed,
 * neither by `..` nor by links.
 *
 * @param path The guest's path.
 * @param follow Whether a link at the end is followed.
 * @throws {Failure} `notcapable` if it leads out, `loop` if there are too many links, `nametoolong`
 * if it leads too deep, `noent` or `notdir` if its parent is not a directory.
 */
export function resolvePath(directory: Directory, path: string, follow: boolean): Place {
  const start = resolveDirectory(directory);
  const { preopen, files } = start;
  const names = [...start.names];
  // The paths of the directories so far, of which the last one is the current one.
  const paths = [start.path];
  const rest = split(path).reverse();
  let slash = path.endsWith("/");
  let status: FileStatus | undefined = start.status;
  for (let links = 0; rest.length > 0;) {
    if (status === undefined) throw new Failure(ERRNO.noent);
    if (status.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
    const name = rest.pop()!;
    if (name === ".") continue;
    if (name === "..") {
      if (paths.length === 1) throw new Failure(ERRNO.notcapable);
      names.pop();
      paths.pop();
      status = files.status(paths.at(-1)!);
      continue;
    }
    if (!files.accepts(name)) throw new Failure(ERRNO.notcapable);
    const at = files.join(paths.at(-1)!, name);
    if (names.length === MOST_NAMES || at.length - preopen.root.length > MOST_PATH) {
      throw new Failure(ERRNO.nametoolong);
    }
    const found = find(files, at);
    if (found?.type !== FILE_TYPE.link || (rest.length === 0 && !follow)) {
      names.push(name);
      paths.push(at);
      status = found;
      continue;
    }
    if (++links > MOST_LINKS) throw new Failure(ERRNO.loop);
    const target = files.readLink(at);
    if (target === "") throw new Failure(ERRNO.noent);
    if (rest.length === 0) slash ||= target.endsWith("/");
    rest.push(...split(target).reverse());
  }
  const endsInDots = /(?:^|\/)\.\.?\/*$/.test(path);
  return { preopen, files, path: paths.at(-1)!, names, status, slash, endsInDots };
}

/**
 * Returns a place that has to exist.
 *
 * @throws {Failure} `noent` if it does not exist, `notdir` if it has to be a directory.
 */
export function existing(place: Place): ExistingPlace {
  const { status, slash } = place;
  if (status === undefined) throw new Failure(ERRNO.noent);
  if (slash && status.type !== FILE_TYPE.directory) throw new Failure(ERRNO.notdir);
  return place as ExistingPlace;
}

/** Returns the names in a relative path. */
function split(path: string): string[] {
  if (path.startsWith("/")) throw new Failure(ERRNO.notcapable);
  return path.split("/").filter((name) => name !== "");
}

/**
 * Checks the target of a link that the guest makes or moves, because other programs may follow it.
 *
 * @throws {Failure} `notcapable` if it could lead out of its directory.
 */
export function checkTarget(target: string): void {
  if (/^[/\\]|^[a-z]:/i.test(target) || target.split(/[/\\]/).includes("..")) {
    throw new Failure(ERRNO.notcapable);
  }
}
