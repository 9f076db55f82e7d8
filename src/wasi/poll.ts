// WASI preview 1, typenames.witx: `subscription` and `event`.
import { ERRNO } from "./errno.ts";
import type { Pointer } from "../pointer.ts";
import type { WasiState } from "./state.ts";
import { clockTime } from "./system.ts";
import type { WasiVersion } from "../wanted_import.ts";

const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;
/** As many as descriptors and a few clocks can be meant. */
const MOST_SUBSCRIPTIONS = 1024;
/** The first type of event; the others wait for a descriptor. */
const CLOCK = 0;
/** Whether a timeout is a point in time. */
const ABSOLUTE = 1;

interface Event {
  readonly userData: bigint;
  readonly type: number;
  readonly errno?: number;
  /** How many bytes can be read. */
  readonly byteLength?: number;
}

/** Makes `poll_oneoff`: files and streams are ready at once, a clock blocks the thread till then. */
export function pollFunction(state: WasiState, version: WasiVersion) {
  // Preview 0 has another number ahead of a clock's.
  const clockOffset = version === "wasi_unstable" ? 8 : 0;
  const size = SUBSCRIPTION_SIZE + clockOffset;

  return (input: Pointer, output: Pointer, count: number, countPointer: Pointer): number => {
    const { memory } = state;
    if (count === 0 || count >>> 0 > MOST_SUBSCRIPTIONS) return ERRNO.inval;
    const subscriptions = memory.check("read", input, count * size);
    const events = memory.check("write", output, count * EVENT_SIZE);
    memory.check("write", countPointer, 4);

    const ready: Event[] = [];
    const clocks: { readonly event: Event; readonly wait: bigint }[] = [];
    for (let index = 0; index < count; index++) {
      const at = subscriptions + index * size;
      const event = { userData: memory.read("u64", at), type: memory.read("u8", at + 8) };
      if (event.type === CLOCK) clocks.push({ event, wait: waitAt(at + 16 + clockOffset) });
      else ready.push({ ...event, ...pollDescriptor(state, memory.read("u32", at + 16)) });
    }
    const pause = ready.length > 0 ? 0n : shortest(clocks.map(({ wait }) => wait));
    if (pause > 0n) sleep(pause);
    for (const { event, wait } of clocks) if (wait <= pause) ready.push(event);

    for (const [index, { userData, type, errno = 0, byteLength = 0 }] of ready.entries()) {
      const at = events + index * EVENT_SIZE;
      memory.clear(at, EVENT_SIZE);
      memory.write("u64", at, userData);
      memory.write("u16", at + 8, errno);
      memory.write("u8", at + 10, type);
      memory.write("u64", at + 16, BigInt(byteLength));
    }
    memory.write("u32", countPointer, ready.length);
    return ERRNO.success;
  };

  /** How many nanoseconds are left until what is subscribed. */
  function waitAt(at: number): bigint {
    const { memory } = state;
    const timeout = memory.read("u64", at + 8);
    const isAbsolute = (memory.read("u16", at + 24) & ABSOLUTE) !== 0;
    return isAbsolute ? timeout - clockTime(memory.read("u32", at)) : timeout;
  }
}

function pollDescriptor(state: WasiState, fd: number): { errno?: number; byteLength?: number } {
  try {
    const descriptor = state.descriptors.get(fd);
    return descriptor.kind === "input" ? { byteLength: descriptor.stream.byteLength } : {};
  } catch (error) {
    return { errno: state.errnoOf(error) };
  }
}

/** The shortest of some waits; one that is over already is none. */
function shortest(waits: readonly bigint[]): bigint {
  const least = waits.reduce((least, wait) => wait < least ? wait : least);
  return least > 0n ? least : 0n;
}

function sleep(nanoseconds: bigint): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(nobody, 0, 0, Number(nanoseconds) / 1e6);
}
