import type { GuestError } from "./errors.ts";
import { show } from "./show.ts";

/**
 * Limits for a guest: for the memory that it can take on the host, in bytes, and for what it can
 * execute. `Infinity` means no limit.
 */
export interface GuestLimits {
  /**
   * The maximum number of bytes that the values of one call can take on the host: everything that a
   * symbol returns, or all arguments of a host function. The default is 256 MiB or 16 times the
   * guest's memory, whichever is less.
   *
   * Text takes one byte for each code unit, or two if any of them is above U+00FF; bytes and arrays
   * take their length. Each value in a record or a list takes additional bytes, from 8 for a number
   * to 240 for bytes. A string that is passed as a reference, as with the builtins of JavaScript's
   * strings, counts only if this is set.
   */
  readonly results?: number | undefined;
  /**
   * The maximum number of bytes of WASI output that is captured, both streams together: 64 MiB
   * unless set. It also limits the lines that a function gets, which are never longer than 64 KiB.
   */
  readonly output?: number | undefined;
  /**
   * The maximum number of bytes for the arguments of one call, for a chunk of a stream, or for the
   * values that a host function returns. Larger input is refused before any of it is passed. Text,
   * bytes and arrays count as in `results`; each value in a list or an object counts 8 bytes more.
   * Unlimited unless set.
   */
  readonly input?: number | undefined;
  /**
   * The maximum number of bytes that a guest's folders in memory take in addition to their initial
   * contents, with about a hundred for each name: 256 MiB unless set.
   */
  readonly files?: number | undefined;
  /**
   * The units of fuel for each call: one for each instruction that the guest executes, and more for
   * instructions that work on many bytes. A call that uses them up is ended, which the guest cannot
   * prevent. Unlimited unless set, because the module is rewritten for it. The core modules of a
   * component share the units of a call.
   */
  readonly fuel?: number | undefined;
  /**
   * The maximum number of bytes that the guest's memory can have, rounded down to whole pages of 64
   * KiB. It is written into the module: `memory.grow` returns -1 there. Several memories share what
   * is left beyond their sizes at the start. `load` refuses a guest whose memories together begin with more,
   * and a memory of yours that is larger or could become so.
   */
  readonly memory?: number | undefined;
  /** The maximum number of elements that the guest's tables can have, enforced like `memory`. */
  readonly tableElements?: number | undefined;
  /**
   * The time for each call in milliseconds, from its start. A call that is still executing then is
   * ended, which the guest cannot prevent. Time in host functions counts, but they are not
   * interrupted. Unlimited unless set, because the module is rewritten for it.
   */
  readonly deadline?: number | undefined;
}

/**
 * Limits for calls, each tighter than that of the option `limits`, and a signal that ends waiting.
 */
export interface CallLimits
  extends Pick<GuestLimits, "results" | "output" | "input" | "fuel" | "deadline"> {
  /** Ends a call that waits for a promise, and refuses calls once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The fuel of a guest, in units. */
export interface FuelReport {
  /** The units that the last call, or the current one, has left. */
  readonly left: number;
  /** The units that the last call has used. */
  readonly burnt: number;
}

/** Ends the calls of an instance that reach a limit. */
export interface Limiter {
  /**
   * Starts a call that is not within another call.
   *
   * @param symbol The export that is called; absent for the start function.
   */
  begin(symbol?: string): void;
  /**
   * Tightens the limits of the call that has just started.
   *
   * @returns A function that restores what the outer call has left, once this call has ended.
   */
  tighten(limits: CallLimits): () => void;
  /**
   * Checks the time whenever a host function of an instance returns.
   *
   * @param instance The instance; its `hostDepth` counts the host functions that are running.
   */
  watch(instance: { hostDepth: number }): void;
  /** The milliseconds that the call has left; `Infinity` without a deadline. */
  readonly remaining: number;
  /** Ends the call because its time is over; returns the error for it. */
  expire(): GuestError;
  /** Checks the time, because the guest continues. */
  returned(): void;
  /**
   * Returns the error for a trap that a limit has caused, or `undefined` for any other trap.
   *
   * @param symbol The export that was called; absent for the start function.
   */
  ended(symbol: string | undefined, cause: unknown): GuestError | undefined;
  /** Absent without a budget of fuel. */
  readonly fuel: FuelReport | undefined;
}

/** Reports how close the memories and tables of an instance are to their limits. */
export interface CapReport {
  /**
   * Describes one that has more than half of its limit: growing it may have failed.
   *
   * @param wanted The bytes that the guest needed in addition, if they are known.
   * @returns The end of a message; empty if there is nothing to describe.
   */
  tell(wanted?: number): string;
  /** Notes that the guest's memory could not grow to a number of bytes. */
  refuse(byteLength: number): void;
}

/** An instance as limits watch it. */
export interface WatchedInstance {
  readonly exports: WebAssembly.Exports;
  readonly imports: WebAssembly.Imports | undefined;
  /** The number of host functions that are running. */
  hostDepth: number;
  /** Describes the error that has ended the guest. */
  describe: ((error: GuestError) => void) | undefined;
  /** Reports how close memory and tables are to their limits; absent without such limits. */
  caps: CapReport | undefined;
}

/** The limits that require rewriting the module, each with the part of the guest that it limits. */
const REWRITING = [
  ["fuel", "calls"],
  ["deadline", "calls"],
  ["memory", "memory"],
  ["tableElements", "tables"],
] as const;

/**
 * Finds the first limit that requires rewriting the module, with the part of the guest that it
 * limits.
 */
export function findRewriting(limits: GuestLimits = {}): typeof REWRITING[number] | undefined {
  return REWRITING.find(([name]) => (limits[name] ?? Infinity) !== Infinity);
}

/**
 * Checks the limits that the caller sets, which are known to be numbers.
 *
 * @throws {RangeError} if a number is negative or a fraction.
 */
export function checkLimits(limits: GuestLimits): GuestLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || value === Infinity) continue;
    if (Number.isInteger(value) && value >= 0) continue;
    throw new RangeError(
      `Cannot use the option limits.${name}: it is ${show(value)}, expected an integer, 0 or ` +
        "more, or Infinity",
    );
  }
  return limits.input === Infinity ? { ...limits, input: undefined } : limits;
}
