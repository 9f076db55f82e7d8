import type { FileFunctions } from "../descriptor_functions.ts";
import { Failure, hostErrno } from "../errno.ts";
import type { WasiVersion } from "../modules.ts";
import type { Caller, WasiFunction, WasiState } from "../state.ts";
import { DIRECTORY_FUNCTIONS } from "./directory_functions.ts";
import { FILE_FUNCTIONS } from "./file_functions.ts";
import { path_open } from "./open_path.ts";
import { STATUS_FUNCTIONS } from "./status_functions.ts";

/** A function that is told which guest calls it. */
type CalledFunction = (caller: Caller, ...args: never[]) => number;

/** Makes all functions of files. Errors of the host become failures with its error numbers. */
export function makeFunctions(state: WasiState, version: WasiVersion): FileFunctions {
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
        const errno = hostErrno(error);
        throw errno === undefined ? error : new Failure(errno);
      }
    };
    return [name, call];
  });
  return Object.fromEntries(bound);
}
