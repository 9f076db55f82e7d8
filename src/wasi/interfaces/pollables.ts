// WASI 0.2: wasi:io/poll and wasi:clocks.

import { GuestError } from "../../base/errors.ts";
import { shortest, waitForAny } from "../poll.ts";
import type { WasiState } from "../state.ts";
import { clockResolution, clockTime, MONOTONIC, REALTIME } from "../system.ts";

/** Starts what is waited for; returns a promise until it is ready. */
export type Begin = () => PromiseLike<unknown> | undefined;

/** The resource `pollable`: something that is ready at a time, or when a promise has settled. */
export class Pollable {
  readonly #state: WasiState;
  readonly #time: bigint;
  readonly #begin: Begin | undefined;

  /**
   * @param time The time of the monotonic clock, in nanoseconds.
   * @param begin Starts anything else that is waited for.
   */
  constructor(state: WasiState, time = 0n, begin?: Begin) {
    this.#state = state;
    this.#time = time;
    this.#begin = begin;
  }

  /** The promise for which it waits, if any. */
  get pending(): PromiseLike<unknown> | undefined {
    try {
      return this.#begin?.();
    } catch {
      return undefined; // what is read then throws it again
    }
  }

  /** The nanoseconds until it is ready, if it waits for a time. */
  get wait(): bigint | undefined {
    return this.#begin === undefined ? this.#time - clockTime(MONOTONIC) : undefined;
  }

  ready(): boolean {
    return this.#begin === undefined ? this.wait! <= 0n : this.pending === undefined;
  }

  block(): PromiseLike<void> | undefined {
    return poll(this.#state, [this], () => undefined);
  }
}

/**
 * Waits until at least one is ready, and returns the result of `end` for the indices of those that
 * are.
 */
function poll<T>(
  state: WasiState,
  pollables: readonly Pollable[],
  end: (ready: number[]) => T,
): T | PromiseLike<T> {
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => pollable.ready() ? [index] : []);
    if (ready.length > 0) return end(ready);
    const waits = pollables.flatMap(({ wait }) => wait ?? []);
    const waiting = waitForAny(
      state,
      pollables.flatMap(({ pending }) => pending ?? []),
      waits.length === 0 ? undefined : shortest(waits),
    );
    if (waiting !== undefined) return waiting.then(() => poll(state, pollables, end));
  }
}

/** Throws for an empty list, which would never be ready. */
function checkCount({ length }: readonly Pollable[]): void {
  if (length > 0) return;
  throw new GuestError("trap", "Cannot poll: the guest passes no pollable, expected one or more");
}

/** The record `datetime`. */
export interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

const SECOND = 1_000_000_000n;

/** Makes the record for a time in nanoseconds, which may be before 1970. */
export function datetimeOf(time: bigint): Datetime {
  const known = time < 0n ? 0n : time;
  return { seconds: known / SECOND, nanoseconds: Number(known % SECOND) };
}

/** Returns the nanoseconds of a record, which may be out of range for other functions. */
export function nanosecondsOf({ seconds, nanoseconds }: Datetime): bigint {
  return seconds * SECOND + BigInt(nanoseconds);
}

/** Makes the interfaces for waiting and for clocks. */
export function pollInterfaces(state: WasiState): Record<string, object> {
  const now = () => clockTime(MONOTONIC);
  return {
    "wasi:io/poll": {
      Pollable,
      poll(pollables: readonly Pollable[]) {
        checkCount(pollables);
        return poll(state, pollables, (ready) => ready);
      },
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
