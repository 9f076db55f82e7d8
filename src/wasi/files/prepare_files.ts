import { LoadError, messageOf } from "../../base/errors.ts";
import { builtin, denoFiles, noFiles } from "../../base/runtime.ts";
import { isA, quote } from "../../base/show.ts";
import { plainBytes, toBytes } from "../../base/typed_arrays.ts";
import type { FileFunctions } from "../descriptor_functions.ts";
import { ALL_RIGHTS, type Directory, DIRECTORY_RIGHTS } from "../descriptors.ts";
import { ERRNO, failureOf, hostErrno } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import type { Caller, OpenedDirectories, WasiFunction, WasiState } from "../state.ts";
import type { WasiFolder, WasiPreopen } from "../wasi_options.ts";
import { DIRECTORY_FUNCTIONS } from "./directory_functions.ts";
import { FILE_FUNCTIONS } from "./file_functions.ts";
import type { FileSystem, Preopen } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { MemoryRoom } from "./memory_content.ts";
import { MemoryFiles } from "./memory_files.ts";
import { path_open } from "./open_path.ts";
import { STATUS_FUNCTIONS } from "./status_functions.ts";

/** The granted directories of a guest. */
export interface PreparedFiles {
  /**
   * Opens them for a new instance.
   *
   * @throws {LoadError} if one of them can no longer be opened.
   */
  open(): OpenedDirectories;
  functions(state: WasiState, version: WasiVersion): FileFunctions;
}

/**
 * Finds the directories that are granted to a guest.
 *
 * @param preopens The directories of the host, or folders, by the guest's paths.
 * @param mostBytes The maximum number of bytes that the guest makes in folders: 256 MiB unless set.
 * @throws {LoadError} if one of them cannot be opened.
 * @throws {TypeError} if a folder has a name that no file can have.
 */
export async function prepareFiles(
  preopens: Readonly<Record<string, WasiPreopen>>,
  mostBytes?: number,
): Promise<PreparedFiles> {
  const grants = Object.entries(preopens);
  const onHost = grants.filter((grant): grant is [string, HostGrant] => isHostGrant(grant[1]));
  const found = onHost.length > 0 ? await findPreopens(onHost) : undefined;
  const given = new Map(
    grants.flatMap(([name, grant]) =>
      isHostGrant(grant) ? [] : [[name, copyFolder(grant, `preopen ${quote(name)}`)] as const]
    ),
  );
  return {
    open() {
      const room = new MemoryRoom(mostBytes);
      const folders = new Map(
        Array.from(given, ([name, folder]) => [name, new MemoryFiles(folder, room)] as const),
      );
      const opened = grants.map(([name]) => {
        const files = folders.get(name);
        return files === undefined
          ? found!.get(name)!()
          : openPreopen({ name, files, root: "", isReadOnly: false }, "");
      });
      return { directories: opened, folders };
    },
    functions: makeFunctions,
  };
}

/**
 * Finds directories of the host.
 *
 * @returns the functions that open them, by the guest's paths.
 * @throws {LoadError} if one of them cannot be opened.
 */
async function findPreopens(
  grants: readonly (readonly [name: string, grant: HostGrant])[],
): Promise<ReadonlyMap<string, () => Directory>> {
  const host = await findHost();
  const given = grants.map(([name, grant]) => {
    const isPlain = typeof grant === "string" || isA(grant, URL);
    const { path, readOnly = false } = isPlain ? { path: grant } : grant;
    return { name, path, readOnly };
  });
  const hasUrl = host !== undefined && given.some(({ path }) => typeof path !== "string");
  const toPath = hasUrl ? pathFunction() : undefined;
  let files: FileSystem | undefined;
  return new Map(given.map(({ name, path: address, readOnly }) => {
    const shown = String(address);
    if (host === undefined) {
      throw preopenError(name, shown, noFiles("folders in memory"));
    }
    const path = typeof address === "string"
      ? address
      : attempt(name, shown, () => toPath!(address));
    const find = (path: string) => attempt(name, path, () => host.realPath(path));
    const root = find(path); // or it would be another one after `chdir`
    files ??= host.fileSystem(root);
    const preopen = { name, files, root, isReadOnly: readOnly };
    openPreopen(preopen, path);
    const problem = readOnly ? undefined : host.writeProblem(root);
    if (problem !== undefined) throw preopenError(name, path, problem);
    return [name, () => {
      // A guest can make a link of a directory above, if it is granted too.
      const now = find(root);
      if (now === root) return openPreopen(preopen, root);
      throw preopenError(name, root, `it is now ${quote(now)}, expected the same directory`);
    }] as const;
  }));
}

/** Opens a granted directory. */
function openPreopen(preopen: Preopen, path: string): Directory {
  const { name, files, root } = preopen;
  const status = attempt(name, path, () => files.status(root));
  if (status.type !== FILE_TYPE.directory) {
    throw preopenError(name, path, "it is not a directory, expected a directory");
  }
  return {
    kind: "directory",
    preopen,
    names: [],
    status,
    isPreopened: true,
    base: DIRECTORY_RIGHTS,
    inheriting: ALL_RIGHTS,
    flags: 0,
  };
}

function attempt<T>(name: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const isMissing = hostErrno(cause) === ERRNO.noent;
    throw preopenError(name, path, isMissing ? "it does not exist" : messageOf(cause), cause);
  }
}

function preopenError(name: string, path: string, why: string, cause?: unknown): LoadError {
  const message = `Cannot grant preopen ${quote(name)} at ${quote(path)}: ${why}`;
  return new LoadError("wasi", message, { cause });
}

/** A function that gets the calling guest as its first argument. */
type CalledFunction = (caller: Caller, ...args: never[]) => number;

/** Makes all functions of files. Errors of the host become failures with its error numbers. */
function makeFunctions(state: WasiState, version: WasiVersion): FileFunctions {
  const caller = { state, version };
  return {
    fd: bind(caller, { ...FILE_FUNCTIONS, ...STATUS_FUNCTIONS.fd, ...DIRECTORY_FUNCTIONS.fd }),
    path: bind(caller, { ...STATUS_FUNCTIONS.path, ...DIRECTORY_FUNCTIONS.path, path_open }),
  };
}

/** Makes functions of a caller, whose errors of the host are failures. */
function bind<Name extends string>(
  caller: Caller,
  functions: Readonly<Record<Name, CalledFunction>>,
): Readonly<Record<Name, WasiFunction>> {
  const bound = Object.entries<CalledFunction>(functions).map(([name, fn]) => {
    const call: WasiFunction = (...args) => {
      try {
        return fn(caller, ...args);
      } catch (error) {
        throw failureOf(error);
      }
    };
    return [name, call];
  });
  return Object.fromEntries(bound);
}

/** A grant of a directory of the host. */
export type HostGrant = Exclude<WasiPreopen, WasiFolder>;

/** Returns whether a grant is a directory of the host: in a folder, no content is text or a URL. */
export function isHostGrant(grant: WasiPreopen): grant is HostGrant {
  if (typeof grant === "string" || isA(grant, URL)) return true;
  const { path } = grant as { readonly path?: unknown };
  return typeof path === "string" || isA(path, URL);
}

/**
 * Copies a folder with its bytes.
 *
 * @throws {TypeError} if a name cannot be that of a file.
 */
export function copyFolder(folder: WasiFolder, what: string): WasiFolder {
  return Object.fromEntries(
    Object.entries(folder).map(([name, content]) => {
      const within = `${quote(name)} in ${what}`;
      if (/^\.{0,2}$|[/\0]/.test(name) || !name.isWellFormed()) {
        throw new TypeError(
          `Cannot grant ${within}: its name cannot be that of a file, expected one without "/" ` +
            "and NUL",
        );
      }
      const isFolder = !ArrayBuffer.isView(content) && !isA(content, ArrayBuffer);
      return [
        name,
        isFolder ? copyFolder(content as WasiFolder, within) : new Uint8Array(
          plainBytes(toBytes(content as Uint8Array, `grant ${within}`), `grant ${within}`),
        ),
      ];
    }),
  );
}

/** The host's functions for granted directories. */
interface Host {
  realPath(path: string): string;
  /** Returns why the guest may not write to a path, or `undefined`. */
  writeProblem(path: string): string | undefined;
  fileSystem(path: string): FileSystem;
}

/** Returns the function for the paths of `file:` URLs. In Deno its module costs 7 ms. */
export function pathFunction(): (url: URL) => string {
  return builtin("node:url")!.fileURLToPath;
}

/** Returns the functions of this runtime, if it has files. */
export async function findHost(): Promise<Host | undefined> {
  const deno = denoFiles();
  if (deno !== undefined) {
    const { denoFileSystem } = await import("./deno_files.ts");
    return {
      realPath: (path) => deno.realPathSync(path),
      writeProblem(path) {
        const { state } = deno.permissions.requestSync({ name: "write", path });
        return state === "granted"
          ? undefined
          : `Requires write access to ${quote(path)}, run again with the --allow-write flag`;
      },
      fileSystem: (path) => denoFileSystem(deno, path),
    };
  }
  const node = builtin("node:fs");
  if (node === undefined) return undefined;
  const { nodeFileSystem } = await import("./node_files.ts");
  return {
    realPath: (path) => node.realpathSync(path),
    writeProblem: () => undefined,
    fileSystem: (path) => nodeFileSystem(node, path),
  };
}
