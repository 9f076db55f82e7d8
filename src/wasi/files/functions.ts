import type { FileFunctions } from "../descriptor_functions.ts";
import { Failure, hostErrno } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import type { WasiState } from "../state.ts";
import { directoryFunctions } from "./directory_functions.ts";
import { fileFunctions } from "./file_functions.ts";
import { openFunction } from "./open_path.ts";
import { statusFunctions } from "./status_functions.ts";

/** Makes all functions of files. Errors of the host become failures with its error numbers. */
export function makeFunctions(state: WasiState, version: WasiVersion): FileFunctions {
  const status = statusFunctions(state, version);
  const directories = directoryFunctions(state);
  return {
    fd: guarded({ ...fileFunctions(state, version), ...status.fd, ...directories.fd }),
    path: guarded({ ...status.path, ...directories.path, path_open: openFunction(state) }),
  };
}

/** Makes functions whose errors of the host are failures. */
function guarded<T extends Readonly<Record<string, (...args: never[]) => number>>>(
  functions: T,
): T {
  return Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => [name, (...args: never[]) => {
      try {
        return fn(...args);
      } catch (error) {
        const errno = hostErrno(error);
        throw errno === undefined ? error : new Failure(errno);
      }
    }]),
  ) as T;
}
