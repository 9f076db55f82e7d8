// Mistakes in values: those of the guest end it, and those of the host are errors for the caller.

import { GuestError } from "../../base/errors.ts";
import { counted, hex, quote, show } from "../../base/show.ts";
import type { Place } from "./value_codec.ts";

/** A host value that does not fit its type, with the path to it from the whole value. */
export class ValueProblem extends Error {
  override name = "ValueProblem";
  readonly #found: string;
  readonly #expected: string;
  readonly #isRange: boolean;
  #path = "";

  constructor(found: string, expected: string, isRange = false) {
    super(`${found}, expected ${expected}`);
    this.#found = found;
    this.#expected = expected;
    this.#isRange = isRange;
  }

  /** Prepends a segment to the path: `.x`, `[3]`. */
  inside(segment: string): this {
    this.#path = segment + this.#path;
    return this;
  }

  /**
   * Makes the error for the caller.
   *
   * @param action The failed action: `Cannot pass parameter "to" to "move"`.
   */
  toError(action: string): TypeError | RangeError {
    const subject = this.#path === "" ? "it" : `its ${this.#path.replace(/^\./, "")}`;
    const message = `${action}: ${subject} ${this.#found}, expected ${this.#expected}`;
    return this.#isRange ? new RangeError(message) : new TypeError(message);
  }
}

/** Makes the problem of a value of another type. */
export function wrongType(value: unknown, expected: string): ValueProblem {
  return new ValueProblem(`is ${show(value)}`, expected);
}

/** Makes the problem of a value of the right type that is out of range. */
export function outOfRange(value: unknown, expected: string, is = "is"): ValueProblem {
  return new ValueProblem(`${is} ${show(value)}`, expected, true);
}

/** Adds a segment to the path of a problem, and returns any other error unchanged. */
export function inside(error: unknown, segment: string): unknown {
  return error instanceof ValueProblem ? error.inside(segment) : error;
}

/** Formats the path segment of a named part. */
export function member(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${quote(name)}]`;
}

/** Makes the error of a guest that breaks the canonical ABI, which is a trap. */
export function abiTrap(found: string, expected: string): GuestError {
  return new GuestError(
    "trap",
    `the guest broke the canonical ABI: ${found}, expected ${expected}`,
  );
}

/** The maximum size of a string or a list in bytes. */
export const MOST_BYTES = 2 ** 28 - 1;

/** Throws unless a guest's range of bytes is in memory, aligned, and not longer than allowed. */
export function checkRange(
  { memory }: Place,
  pointer: number,
  byteLength: number,
  alignment: number,
  what: string,
): void {
  if (byteLength > MOST_BYTES) {
    throw abiTrap(`${what} has ${counted(byteLength, "byte")}`, `at most ${MOST_BYTES}`);
  }
  if (pointer % alignment !== 0) {
    throw abiTrap(`${what} is at pointer ${hex(pointer)}`, `a multiple of ${alignment}`);
  }
  if (pointer + byteLength > memory.size) {
    throw abiTrap(
      `${what} has ${counted(byteLength, "byte")} at pointer ${hex(pointer)}`,
      `a range within memory of ${memory.size} bytes`,
    );
  }
}
