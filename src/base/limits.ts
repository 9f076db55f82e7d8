import { nearest } from "./errors.ts";
import { quote, show } from "./show.ts";

/** What a guest can make the host hold, in bytes. `Infinity` sets no bound. */
export interface GuestLimits {
  /**
   * What the values of one call take on the host: all that a symbol returns, or all that a host
   * function is given. 256 MiB unless set, or 16 times the guest's memory where that is less.
   *
   * Text takes one byte for each code unit, or two if any of them is above U+00FF; bytes and arrays
   * take what they have. In a record or a list each value takes some bytes more for itself, from 8
   * for a number to 240 for bytes.
   */
  readonly results?: number | undefined;
  /**
   * What is held of the output that WASI captures, of both streams together: 64 MiB unless set. Of
   * an unfinished line for a function no more than this is held either, and never more than 64 KiB.
   */
  readonly output?: number | undefined;
}

const NAMES: readonly string[] = ["results", "output"] satisfies (keyof GuestLimits)[];

/**
 * The limits that the caller sets.
 *
 * @throws {TypeError} if there is another name among them, or a value that is not a number.
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
