import { nearest } from "./errors.ts";
import { quote, show } from "./show.ts";

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

const NAMES: readonly string[] = ["results", "output"] satisfies (keyof GuestLimits)[];

/**
 * Checks the limits that the caller sets.
 *
 * @throws {TypeError} if a name is unknown or a value is not a number.
 * @throws {RangeError} if a number is negative or a fraction.
 */
export function checkLimits(option: unknown): GuestLimits {
  if (typeof option !== "object" || option === null) {
    throw new TypeError(
      `Cannot use the option limits: it is ${show(option)}, expected an object with ` +
        `${NAMES.join(" or ")}`,
    );
  }
  // Read once: the caller may change it later.
  const limits: Record<string, unknown> = { ...option };
  for (const [name, value] of Object.entries(limits)) {
    if (!NAMES.includes(name)) throw unknownError(name);
    if (value !== undefined) checkLimit(name, value);
  }
  return limits;
}

function checkLimit(name: string, value: unknown): void {
  const describe = `Cannot use the option limits.${name}: it is ${show(value)}`;
  if (typeof value !== "number") throw new TypeError(`${describe}, expected a number of bytes`);
  if (value >= 0 && (Number.isInteger(value) || value === Infinity)) return;
  throw new RangeError(`${describe}, expected an integer, 0 or more, or Infinity`);
}

function unknownError(name: string): TypeError {
  const near = nearest(name, NAMES);
  return new TypeError(
    `Cannot use ${quote(name)} in the option limits: ` +
      (near === undefined ? "" : `did you mean ${quote(near)}? `) +
      `Expected ${NAMES.map(quote).join(" or ")}`,
  );
}
