// WASI preview 1, wasi_snapshot_preview1.witx: the functions without a descriptor.

import type { Pointer } from "../memory/pointer.ts";
import { ERRNO } from "./errno.ts";
import type { WasiFunction, WasiState } from "./state.ts";

/** The clocks, typenames.witx: `clockid`. */
export const REALTIME = 0, MONOTONIC = 1;

/**
 * Monotonic time, and the CPU time of process and thread, which JavaScript cannot distinguish from
 * it.
 */
export const LAST_CLOCK = 3;

/** The maximum number of bytes that `crypto.getRandomValues` returns at once. */
const MOST_RANDOM = 65536;

/** Makes the functions for arguments, environment, clocks, random numbers and exit. */
export function systemFunctions(state: WasiState): Record<string, WasiFunction> {
  const args = stringFunctions(state, state.grants.args);
  const environ = stringFunctions(state, state.grants.environ);
  // No descriptor is a socket.
  function refuseSocket(fd: number): number {
    state.descriptors.get(fd);
    return ERRNO.notsock;
  }
  return {
    args_get: args.get,
    args_sizes_get: args.sizes,
    environ_get: environ.get,
    environ_sizes_get: environ.sizes,
    clock_res_get(clock: number, pointer: Pointer) {
      if (clock >>> 0 > LAST_CLOCK) return ERRNO.inval;
      state.memory.write("u64", pointer, clockResolution(clock));
      return ERRNO.success;
    },
    clock_time_get(clock: number, _precision: bigint, pointer: Pointer) {
      if (clock >>> 0 > LAST_CLOCK) return ERRNO.inval;
      state.memory.write("u64", pointer, clockTime(clock));
      return ERRNO.success;
    },
    random_get(pointer: Pointer, byteLength: number) {
      const { memory } = state;
      const start = memory.check("write", pointer, byteLength >>> 0);
      const end = start + (byteLength >>> 0);
      for (let at = start; at < end; at += MOST_RANDOM) {
        memory.writeBytes(at, randomChunk(state, end - at));
      }
      return ERRNO.success;
    },
    proc_exit: (code: number) => state.exit(code >>> 0),
    proc_raise: () => ERRNO.nosys,
    sched_yield: () => ERRNO.success,
    sock_accept: refuseSocket,
    sock_recv: refuseSocket,
    sock_send: refuseSocket,
    sock_shutdown: refuseSocket,
  };
}

/** Returns at most `byteLength` random bytes; more calls may be needed. */
export function randomChunk(state: WasiState, byteLength: number): Uint8Array {
  if (state.remaining === 0) state.expire();
  return crypto.getRandomValues(new Uint8Array(Math.min(MOST_RANDOM, byteLength)));
}

/** Returns the resolution of a clock in nanoseconds. */
export function clockResolution(clock: number): bigint {
  // `Date.now` counts milliseconds; `performance.now` has at least a resolution of microseconds.
  return clock === REALTIME ? 1_000_000n : 1_000n;
}

/** Returns the time of a clock in nanoseconds. */
export function clockTime(clock: number): bigint {
  if (clock === REALTIME) return BigInt(Date.now()) * 1_000_000n;
  return BigInt(Math.round(performance.now() * 1e6));
}

/** Makes the two functions for a list of strings: one returns its size, the other the strings. */
function stringFunctions(state: WasiState, strings: readonly Uint8Array[]) {
  const byteLength = strings.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return {
    sizes(countPointer: Pointer, sizePointer: Pointer): number {
      state.memory.write("u32", countPointer, strings.length);
      state.memory.write("u32", sizePointer, byteLength);
      return ERRNO.success;
    },
    get(listPointer: Pointer, textPointer: Pointer): number {
      const { memory } = state;
      const list = memory.check("write", listPointer, strings.length * 4);
      let at = memory.check("write", textPointer, byteLength);
      for (const [index, string] of strings.entries()) {
        memory.write("u32", list + index * 4, at);
        memory.writeBytes(at, string);
        at += string.byteLength;
      }
      return ERRNO.success;
    },
  };
}
