// WASI preview 1, wasi_snapshot_preview1.witx: the functions without a descriptor; typenames.witx
// for `subscription` and `event`.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import type { WasiVersion } from "./modules.ts";
import { ERRNO } from "./errno.ts";
import type { WasiFunction, WasiState } from "./state.ts";

/** The clocks, typenames.witx: `clockid`. */
const REALTIME = 0;

/**
 * Monotonic time, and the CPU time of process and thread, which JavaScript cannot distinguish from
 * it.
 */
const LAST_CLOCK = 3;

/** The most bytes that `crypto.getRandomValues` returns at once. */
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
      // `Date.now` counts milliseconds; `performance.now` has at least a resolution of
      // microseconds.
      state.memory.write("u64", pointer, clock === REALTIME ? 1_000_000n : 1_000n);
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
        const chunk = new Uint8Array(Math.min(MOST_RANDOM, end - at));
        memory.writeBytes(at, crypto.getRandomValues(chunk));
        if (state.remaining === 0) state.expire();
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

/** Returns the time of a clock in nanoseconds. */
function clockTime(clock: number): bigint {
  if (clock === REALTIME) return BigInt(Date.now()) * 1_000_000n;
  return BigInt(Math.round(performance.now() * 1e6));
}

/**
 * Makes two functions that return a list of strings: one of them returns the room that they take.
 */
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

const SUBSCRIPTION_SIZE = 48;

const EVENT_SIZE = 32;

/** This is enough for all descriptors and a few clocks. */
const MOST_SUBSCRIPTIONS = 1024;

/** The first type of event; the others wait for a descriptor. */
const CLOCK = 0;

/** Whether a timeout is a point in time. */
const ABSOLUTE = 1;

interface Event {
  readonly userData: bigint;
  readonly type: number;
  readonly errno?: number;
  /** The number of bytes that can be read. */
  readonly byteLength?: number;
}

/**
 * Makes `poll_oneoff`: files and streams are ready at once, a clock blocks the thread until its
 * time.
 */
export function pollFunction(state: WasiState, version: WasiVersion) {
  // Preview 0 has another number before a clock's.
  const clockOffset = version === "wasi_unstable" ? 8 : 0;
  const size = SUBSCRIPTION_SIZE + clockOffset;

  return (input: Pointer, output: Pointer, count: number, countPointer: Pointer): number => {
    const { memory } = state;
    if (count === 0 || count >>> 0 > MOST_SUBSCRIPTIONS) return ERRNO.inval;
    const subscriptions = memory.check("read", input, count * size);
    const events = memory.check("write", output, count * EVENT_SIZE);
    memory.check("write", countPointer, 4);

    const { ready, clocks } = readSubscriptions(subscriptions, count);
    const pause = ready.length > 0 ? 0n : shortest(clocks.map(({ wait }) => wait));
    if (pause > 0n) {
      const wait = Number(pause) / 1e6, { remaining } = state;
      sleep(Math.min(wait, remaining));
      if (wait > remaining) state.expire();
    }
    for (const { event, wait } of clocks) if (wait <= pause) ready.push(event);

    for (const [index, event] of ready.entries()) {
      writeEvent(memory, events + index * EVENT_SIZE, event);
    }
    memory.write("u32", countPointer, ready.length);
    return ERRNO.success;
  };

  /** Reads what is ready at once, and the clocks with the nanoseconds until then. */
  function readSubscriptions(start: number, count: number) {
    const { memory } = state;
    const ready: Event[] = [];
    const clocks: { readonly event: Event; readonly wait: bigint }[] = [];
    for (let index = 0; index < count; index++) {
      const at = start + index * size;
      const event = { userData: memory.read("u64", at), type: memory.read("u8", at + 8) };
      if (event.type === CLOCK) clocks.push({ event, wait: waitAt(at + 16 + clockOffset) });
      else ready.push({ ...event, ...pollDescriptor(state, memory.read("u32", at + 16)) });
    }
    return { ready, clocks };
  }

  /** Returns how many nanoseconds remain until the subscribed event. */
  function waitAt(at: number): bigint {
    const { memory } = state;
    const timeout = memory.read("u64", at + 8);
    const isAbsolute = (memory.read("u16", at + 24) & ABSOLUTE) !== 0;
    return isAbsolute ? timeout - clockTime(memory.read("u32", at)) : timeout;
  }
}

function writeEvent(memory: GuestMemory, at: number, event: Event): void {
  const { userData, type, errno = 0, byteLength = 0 } = event;
  memory.clear(at, EVENT_SIZE);
  memory.write("u64", at, userData);
  memory.write("u16", at + 8, errno);
  memory.write("u8", at + 10, type);
  memory.write("u64", at + 16, BigInt(byteLength));
}

function pollDescriptor(state: WasiState, fd: number): { errno?: number; byteLength?: number } {
  try {
    const descriptor = state.descriptors.get(fd);
    return descriptor.kind === "input" ? { byteLength: descriptor.stream.byteLength } : {};
  } catch (error) {
    return { errno: state.errnoOf(error) };
  }
}

/** Returns the shortest wait; one that is over counts as none. */
function shortest(waits: readonly bigint[]): bigint {
  const least = waits.reduce((least, wait) => wait < least ? wait : least);
  return least > 0n ? least : 0n;
}

/** Blocks this thread. */
function sleep(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  try {
    // Memory can be shared even in a page that hides SharedArrayBuffer.
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    Atomics.wait(new Int32Array(buffer), 0, 0, milliseconds);
  } catch {
    // The main thread of a page may not wait, so it is kept busy.
    while (performance.now() < end);
  }
}
