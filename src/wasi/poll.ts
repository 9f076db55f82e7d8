// WASI preview 1, typenames.witx: `subscription` and `event`.

import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Pointer } from "../memory/pointer.ts";
import type { Descriptor } from "./descriptors.ts";
import { ERRNO, Failure, failureOf } from "./errno.ts";
import type { WasiVersion } from "./modules.ts";
import type { WasiState } from "./state.ts";
import { clockTime, LAST_CLOCK } from "./system.ts";

const SUBSCRIPTION_SIZE = 48;

const EVENT_SIZE = 32;

/** Enough for all descriptors and a few clocks. */
const MOST_SUBSCRIPTIONS = 1024;

/** `eventtype`: the last two wait for a descriptor. */
const CLOCK = 0, READ = 1, WRITE = 2;

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
 * Makes `poll_oneoff`: files and streams are always ready, a clock blocks the thread until its
 * time.
 */
export function pollFunction(state: WasiState, version: WasiVersion) {
  // Preview 0 has an additional field before the clock's.
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
    waitFor(state, pause);
    for (const { event, wait } of clocks) if (wait <= pause) ready.push(event);

    for (const [index, event] of ready.entries()) {
      writeEvent(memory, events + index * EVENT_SIZE, event);
    }
    memory.write("u32", countPointer, ready.length);
    return ERRNO.success;
  };

  /** Reads the subscriptions that are ready, and the clocks with the nanoseconds until they are. */
  function readSubscriptions(start: number, count: number) {
    const { memory } = state;
    const ready: Event[] = [];
    const clocks: { readonly event: Event; readonly wait: bigint }[] = [];
    for (let index = 0; index < count; index++) {
      const at = start + index * size;
      const event = { userData: memory.read("u64", at), type: memory.read("u8", at + 8) };
      if (event.type > WRITE) throw new Failure(ERRNO.inval);
      if (event.type === CLOCK) clocks.push({ event, wait: waitAt(at + 16 + clockOffset) });
      else {ready.push({
          ...event,
          ...pollDescriptor(state, memory.read("u32", at + 16), event.type),
        });}
    }
    return { ready, clocks };
  }

  /** Returns the nanoseconds until the subscribed event. */
  function waitAt(at: number): bigint {
    const { memory } = state;
    const clock = memory.read("u32", at), timeout = memory.read("u64", at + 8);
    if (clock > LAST_CLOCK) throw new Failure(ERRNO.inval);
    const isAbsolute = (memory.read("u16", at + 24) & ABSOLUTE) !== 0;
    return isAbsolute ? timeout - clockTime(clock) : timeout;
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

function pollDescriptor(
  state: WasiState,
  fd: number,
  type: number,
): { errno?: number; byteLength?: number } {
  try {
    const descriptor = state.descriptors.get(fd);
    return type === READ ? { byteLength: readableBytes(descriptor) } : {};
  } catch (error) {
    return { errno: state.errnoOf(failureOf(error)) };
  }
}

/** Returns the number of bytes that can be read immediately. */
function readableBytes(descriptor: Descriptor): number {
  if (descriptor.kind === "input") return descriptor.stream.byteLength;
  if (descriptor.kind !== "file") return 0;
  return Math.max(0, Number(descriptor.file.status().size) - descriptor.position);
}

/** Blocks this thread, at most for the time that the guest's call has left. */
export function waitFor(state: WasiState, nanoseconds: bigint): void {
  if (nanoseconds <= 0n) return;
  const wait = Number(nanoseconds) / 1e6, { remaining } = state;
  sleep(Math.min(wait, remaining));
  if (wait > remaining) state.expire();
}

/**
 * Waits until one of several promises settles, or a time is over: with a promise in a call that can
 * wait, and otherwise by blocking this thread, during which no promise can settle.
 *
 * @param nanoseconds The time; absent to wait only for promises.
 */
export function waitForAny(
  state: WasiState,
  promises: readonly PromiseLike<unknown>[],
  nanoseconds: bigint | undefined,
): PromiseLike<void> | undefined {
  if (promises.length === 0 && !state.canWait) return waitFor(state, nanoseconds!) as undefined;
  const wait = nanoseconds === undefined ? Infinity : Number(nanoseconds) / 1e6;
  return settled(state, promises, Math.min(wait, state.remaining)).then(() => {
    if (state.remaining <= 0) state.expire();
  });
}

/**
 * The calls that wait for a promise. Each is removed when it stops waiting, which `then` does not
 * support.
 */
const sleepers = new WeakMap<PromiseLike<unknown>, Set<() => void>>();

/** The longest delay of a timer; longer waits use several. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

/**
 * Waits until one of several promises settles, or the time is over; never settles if the guest is
 * closed.
 */
function settled(
  state: WasiState,
  promises: readonly PromiseLike<unknown>[],
  milliseconds: number,
): Promise<void> {
  return new Promise((resolve) => {
    const all = promises.map(sleepersOf);
    const timer = milliseconds === Infinity
      ? undefined
      : setTimeout(wake, Math.min(milliseconds, MOST_MILLISECONDS));
    function end(): void {
      state.ends.delete(end);
      clearTimeout(timer);
      for (const set of all) set.delete(wake);
    }
    function wake(): void {
      end();
      resolve();
    }
    state.ends.add(end);
    for (const set of all) set.add(wake);
  });
}

function sleepersOf(promise: PromiseLike<unknown>): Set<() => void> {
  const known = sleepers.get(promise);
  if (known !== undefined) return known;
  const made = new Set<() => void>();
  const wake = () => {
    for (const one of [...made]) one();
  };
  promise.then(wake, wake);
  sleepers.set(promise, made);
  return made;
}

/** Returns the shortest wait; one that is over counts as none. */
export function shortest(waits: readonly bigint[]): bigint {
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
    // The main thread of a page may not block, so this is a busy wait.
    while (performance.now() < end);
  }
}
