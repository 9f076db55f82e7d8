// WASI preview 1, wasi_snapshot_preview1.witx: the functions that have a descriptor.

import type { Pointer } from "../memory/pointer.ts";
import type { Descriptor } from "./descriptors.ts";
import { ERRNO, Failure } from "./errno.ts";
import type { WasiVersion } from "./modules.ts";
import type { WasiFunction, WasiState, WasiValue } from "./state.ts";
import { callStream } from "./stream_functions.ts";

const PRESTAT_SIZE = 8;

/** The functions of any descriptor. */
const FD_FUNCTIONS = [
  "fd_advise",
  "fd_allocate",
  "fd_datasync",
  "fd_fdstat_get",
  "fd_fdstat_set_flags",
  "fd_fdstat_set_rights",
  "fd_filestat_get",
  "fd_filestat_set_size",
  "fd_filestat_set_times",
  "fd_pread",
  "fd_pwrite",
  "fd_read",
  "fd_readdir",
  "fd_seek",
  "fd_sync",
  "fd_tell",
  "fd_write",
] as const;

/** The functions of paths. */
const PATH_FUNCTIONS = [
  "path_create_directory",
  "path_filestat_get",
  "path_filestat_set_times",
  "path_link",
  "path_open",
  "path_readlink",
  "path_remove_directory",
  "path_rename",
  "path_symlink",
  "path_unlink_file",
] as const;

/** The functions of files, which are loaded if there are any. */
export interface FileFunctions {
  /** They take a file or a directory in place of its descriptor. */
  readonly fd: Readonly<Record<typeof FD_FUNCTIONS[number], WasiFunction>>;
  readonly path: Readonly<Record<typeof PATH_FUNCTIONS[number], WasiFunction>>;
}

/**
 * Makes the functions that take descriptors.
 *
 * @param fileFunctions Absent without preopens: then there are only the standard streams.
 */
export function descriptorFunctions(
  state: WasiState,
  version: WasiVersion,
  fileFunctions: FileFunctions | undefined,
): Record<string, WasiFunction> {
  const { descriptors } = state;
  const functions: Record<string, WasiFunction> = {
    fd_close(fd: number) {
      state.release(descriptors.close(fd));
      return ERRNO.success;
    },
    fd_renumber(from: number, to: number) {
      if (from === to) descriptors.get(from);
      else state.release(descriptors.move(from, to));
      return ERRNO.success;
    },
    fd_prestat_get(fd: number, pointer: Pointer) {
      const { byteLength } = nameOf(descriptors.get(fd));
      const at = state.memory.check("write", pointer, PRESTAT_SIZE);
      state.memory.write("u32", at, 0); // a directory: there is no other kind of preopened descriptor
      state.memory.write("u32", at + 4, byteLength);
      return ERRNO.success;
    },
    fd_prestat_dir_name(fd: number, pointer: Pointer, byteLength: number) {
      const name = nameOf(descriptors.get(fd));
      if (byteLength >>> 0 < name.byteLength) return ERRNO.nametoolong;
      state.memory.writeBytes(pointer, name);
      return ERRNO.success;
    },
  };
  for (const name of FD_FUNCTIONS) {
    functions[name] = (fd: number, ...args: WasiValue[]) => {
      const descriptor = descriptors.get(fd);
      if ("stream" in descriptor) {
        return callStream(name, descriptor, state.memory, version, args as number[]);
      }
      return fileFunctions!.fd[name](...[descriptor, ...args] as never[]);
    };
  }
  for (const name of PATH_FUNCTIONS) {
    functions[name] = fileFunctions?.path[name] ?? (() => ERRNO.badf);
  }
  return functions;
}

/** Returns the path under which the guest finds a preopened directory. */
function nameOf(descriptor: Descriptor): Uint8Array {
  if (descriptor.kind === "directory" && descriptor.isPreopened) {
    return new TextEncoder().encode(descriptor.preopen.name);
  }
  throw new Failure(ERRNO.badf);
}
