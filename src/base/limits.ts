import { show } from "./show.ts";

/** Limits for the memory that a guest can take on the host, in bytes. `Infinity` sets no limit. */
export interface GuestLimits {
  /**
   * The most that the values of one call can take on the host: everything that a symbol returns, or
   * all arguments of a host function. The default is 256 MiB or 16 times the guest's memory,
   * whichever is less.
   *
   * Text takes one byte for each code unit, or two if any of them is above U+00FF; bytes and arrays
   * take their length. Each value in a record or a list takes some bytes more, from 8 for a number
   * to 240 for bytes.
   */
  readonly results?: number | undefined;
  /**
   * The most output that WASI captures, both streams together: 64 MiB unless set. It also limits an
   * unfinished line for a function, which is never longer than 64 KiB.
   */
  readonly output?: number | undefined;
}

/**
 * Checks the limits that the caller sets, which are numbers by now.
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
  return limits;
}
