// WASI 0.2: wasi:io/poll and wasi:clocks.

import { GuestError } from "../../base/errors.ts";
import { shortest, waitFor } from "../poll.ts";
import type { WasiState } from "../state.ts";
import { clockResolution, clockTime, MONOTONIC, REALTIME } from "../system.ts";

/** The resource `pollable`: something that is ready at a time, or at once. */
export class Pollable {
  readonly #state: WasiState;
  readonly #time: bigint;

  /** @param time The time of the monotonic clock, in nanoseconds. */
  constructor(state: WasiState, time = 0n) {
    this.#state = state;
    this.#time = time;
  }

  /** The nanoseconds until it is ready. */
  get wait(): bigint {
    return this.#time - clockTime(MONOTONIC);
  }

  ready(): boolean {
    return this.wait <= 0n;
  }

  block(): void {
    waitFor(this.#state, this.wait);
  }
}

/** Waits until one of several is ready, and returns the indices of those that are. */
function poll(state: WasiState, pollables: readonly Pollable[]): number[] {
  if (pollables.length === 0) {
    throw new GuestError("trap", "Cannot poll: the guest passes no pollable, expected one or more");
  }
  const waits = pollables.map(({ wait }) => wait);
  const least = shortest(waits);
  waitFor(state, least);
  return waits.flatMap((wait, index) => wait <= least ? [index] : []);
}

/** The record `datetime`. */
export interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

const SECOND = 1_000_000_000n;

/** Makes the record of a time in nanoseconds, which may be before 1970. */
export function datetimeOf(time: bigint): Datetime {
  const known = time < 0n ? 0n : time;
  return { seconds: known / SECOND, nanoseconds: Number(known % SECOND) };
}

/** Returns the nanoseconds of a record, which may be more than other functions take. */
export function nanosecondsOf({ seconds, nanoseconds }: Datetime): bigint {
  return seconds * SECOND + BigInt(nanoseconds);
}

/** Makes the interfaces for waiting and for clocks. */
export function pollInterfaces(state: WasiState): Record<string, object> {
  const now = () => clockTime(MONOTONIC);
  return {
    "wasi:io/poll": {
      Pollable,
      poll: (pollables: readonly Pollable[]) => poll(state, pollables),
    },
    "wasi:clocks/monotonic-clock": {
      now,
      resolution: () => clockResolution(MONOTONIC),
      subscribeInstant: (time: bigint) => new Pollable(state, time),
      subscribeDuration: (duration: bigint) => new Pollable(state, now() + duration),
    },
    "wasi:clocks/wall-clock": {
      now: () => datetimeOf(clockTime(REALTIME)),
      resolution: () => datetimeOf(clockResolution(REALTIME)),
    },
    // No time zone is granted.
    "wasi:clocks/timezone": {
      display: () => ({ utcOffset: 0, name: "UTC", inDaylightSavingTime: false }),
      utcOffset: () => 0,
    },
  };
}
