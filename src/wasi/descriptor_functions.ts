import type { Pointer } from "../pointer.ts";
import { type Descriptor, isPreopened } from "./descriptors.ts";
import { ERRNO, Failure } from "./errno.ts";
import { FileCall } from "./file_call.ts";
import { FILE_FUNCTIONS } from "./file_functions.ts";
import type { WasiFunction, WasiState, WasiValue } from "./state.ts";
import { callStream } from "./streams.ts";
import type { WasiVersion } from "../wanted_import.ts";

const PRESTAT_SIZE = 8;

/** The functions that take descriptors; without preopens there are none but the standard streams. */
export function descriptorFunctions(
  state: WasiState,
  version: WasiVersion,
): Record<string, WasiFunction> {
  const { descriptors } = state;
  const functions: Record<string, WasiFunction> = {
    fd_close: (fd: number) => state.release(descriptors.close(fd)),
    fd_renumber(from: number, to: number) {
      if (from !== to) return state.release(descriptors.move(from, to));
      descriptors.get(from);
      return ERRNO.success;
    },
    fd_prestat_get(fd: number, pointer: Pointer) {
      const { byteLength } = nameOf(descriptors.get(fd));
      const at = state.memory.check("write", pointer, PRESTAT_SIZE);
      state.memory.write("u32", at, 0); // a directory: there is nothing else
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
  for (const [name, steps] of Object.entries(FILE_FUNCTIONS)) {
    const takesDescriptor = name.startsWith("fd_");
    functions[name] = (...args: WasiValue[]) => {
      const descriptor = takesDescriptor ? descriptors.get(args[0] as number) : undefined;
      if (descriptor !== undefined && "stream" in descriptor) {
        return callStream(name, descriptor, state.memory, version, args as number[]);
      }
      return new FileCall(state, version, args).run(name, steps);
    };
  }
  return functions;
}

/** The path under which the guest finds a preopened directory. */
function nameOf(descriptor: Descriptor): Uint8Array {
  if (descriptor.kind === "directory" && isPreopened(descriptor)) return descriptor.preopen.name;
  throw new Failure(ERRNO.badf);
}
