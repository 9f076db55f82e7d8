import { LoadError, messageOf } from "../../base/errors.ts";
import { denoFiles, fileReader, importBuiltin, type NodeFiles } from "../../base/runtime.ts";
import { quote } from "../../base/show.ts";
import type { FileFunctions } from "../descriptor_functions.ts";
import type { Directory } from "../descriptors.ts";
import { ERRNO, hostErrno } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import { ALL_RIGHTS, DIRECTORY_RIGHTS } from "../rights.ts";
import type { WasiState } from "../state.ts";
import type { WasiPreopen } from "../wasi_options.ts";
import { denoFileSystem } from "./deno_files.ts";
import { makeFunctions } from "./functions.ts";
import type { FileSystem, Preopen } from "./file_system.ts";
import { FILE_TYPE } from "./file_type.ts";
import { nodeFileSystem } from "./node_files.ts";

/** The granted directories of a guest. */
export interface PreparedFiles {
  /**
   * Opens them for a new instance.
   *
   * @throws {LoadError} if one of them cannot be opened any more.
   */
  open(): Directory[];
  functions(state: WasiState, version: WasiVersion): FileFunctions;
}

/** The host's functions that are needed to find a directory. */
interface Host {
  realPath(path: string): string;
  /** Returns why the guest may not write there, if it may not. */
  writeProblem(path: string): string | undefined;
  fileSystem(path: string): FileSystem;
}

/**
 * Finds the directories that are granted to a guest.
 *
 * @param preopens The host's directories by the guest's paths.
 * @throws {LoadError} if one of them cannot be opened.
 */
export async function prepareFiles(
  preopens: Readonly<Record<string, WasiPreopen>>,
): Promise<PreparedFiles> {
  const host = await findHost();
  const toPath = await pathFunction(Object.values(preopens));
  let files: FileSystem | undefined;
  const granted = Object.entries(preopens).map(([name, grant]): Preopen => {
    const isReadOnly = typeof grant === "object" && "readOnly" in grant && grant.readOnly === true;
    const given = typeof grant === "object" && "path" in grant ? grant.path : grant;
    const path = typeof given === "string" ? given : toPath?.(given) ?? given.href;
    if (host === undefined) {
      throw preopenError(name, path, "this runtime has no files, expected no directories");
    }
    const root = attempt(name, path, () => host.realPath(path)); // or it would be another one after `chdir`
    files ??= host.fileSystem(root);
    const preopen = { name, files, root, isReadOnly };
    openPreopen(preopen, path);
    const problem = isReadOnly ? undefined : host.writeProblem(root);
    if (problem !== undefined) throw preopenError(name, path, problem);
    return preopen;
  });
  return {
    open: () => granted.map((preopen) => openPreopen(preopen, preopen.root)),
    functions: makeFunctions,
  };
}

/** Returns the function for the paths of URLs, if there are any: in Deno its module costs 7 ms. */
async function pathFunction(
  grants: readonly WasiPreopen[],
): Promise<((url: URL) => string) | undefined> {
  const hasUrl = grants.some((grant) =>
    typeof grant !== "string" && typeof (grant as { readonly path?: unknown }).path !== "string"
  );
  if (!hasUrl || fileReader() === undefined) return undefined;
  return (await importBuiltin<typeof import("node:url")>("url")).fileURLToPath;
}

async function findHost(): Promise<Host | undefined> {
  if (fileReader() === undefined) return undefined;
  const deno = denoFiles();
  if (deno !== undefined) {
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
  const node = await importBuiltin<NodeFiles>("fs");
  return {
    realPath: (path) => node.realpathSync(path),
    writeProblem: () => undefined,
    fileSystem: (path) => nodeFileSystem(node, path),
  };
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
