import { builtin, denoFiles } from "../../base/runtime.ts";
import { quote } from "../../base/show.ts";
import type { FileSystem } from "./file_system.ts";

/** The functions of the host for directories that are granted. */
export interface Host {
  realPath(path: string): string;
  /** Returns why the guest may not write there, if it may not. */
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
