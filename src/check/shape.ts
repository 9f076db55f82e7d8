// The shapes of options and declarations. A check copies what it reads: each property is read only
// once, so the checked value is the one that is used.

import { messageOf } from "../base/errors.ts";
import { anyOf, expectedWord, isCount, isObject } from "../base/misnomers.ts";
import { isPromise, quote, show } from "../base/show.ts";

/** The shape of a part of an option or of a declaration. */
export interface Shape {
  /** The expected values, for errors. */
  readonly expected: string;
  /** Returns a copy of `value`, and reports its problems. */
  read(value: unknown, at: string, problems: Problems): unknown;
}

/** Deeper than any real option, and shallow enough for the stack. */
const DEEPEST = 64;

/** More parts than any real option has, to stop at endless objects. */
const MOST_PARTS = 1_000_000;

/** Collects problems. */
export class Problems {
  /** The problems, a line for each. */
  readonly lines: string[] = [];
  readonly #root: string;
  readonly #prefix: string;
  #depth = 0;
  #parts = 0;

  /** Calls the whole `root` in problems, and each part by its path after `prefix`. */
  constructor(root: string, prefix = "") {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** Reports a problem of the part at a path. */
  add(at: string, problem: string): undefined {
    this.lines.push(`${at === "" ? this.#root : this.#prefix + at} ${problem}`);
  }

  /** Reports a value that is not one of the expected ones. */
  wrong(at: string, value: unknown, expected: string): undefined {
    if (value === undefined) return this.add(at, `is missing, expected ${expected}`);
    return this.add(at, `is ${show(value)}, expected ${expected}`);
  }

  /** Reads one part. This ends for every value. */
  read(shape: Shape, value: unknown, at: string): unknown {
    if (this.isFull || value === UNREAD) return undefined;
    if (++this.#parts > MOST_PARTS) {
      return this.add(at, `is one of more than ${MOST_PARTS} parts, expected fewer`);
    }
    if (this.#depth === DEEPEST) {
      return this.add(at, `is nested more than ${DEEPEST} levels deep, expected fewer`);
    }
    this.#depth++;
    try {
      return shape.read(value, at, this);
    } catch (cause) {
      // A getter or a proxy threw.
      return this.add(at, `cannot be read: ${messageOf(cause)}`);
    } finally {
      this.#depth--;
    }
  }

  /** Returns whether there are too many parts to go on. */
  get isFull(): boolean {
    return this.#parts > MOST_PARTS;
  }
}

/** The value of a getter that threw. */
const UNREAD = Symbol();

/** Reads a property once. An error in its getter is a problem of that part only. */
export function take(value: object, key: string | number, at: string, problems: Problems): unknown {
  try {
    return (value as Record<string | number, unknown>)[key];
  } catch (cause) {
    problems.add(join(at, key), `cannot be read: ${messageOf(cause)}`);
    return UNREAD;
  }
}

/** Returns the path of a part of the part at a path. */
export function join(at: string, key: string | number): string {
  if (typeof key === "number") return `${at}[${key}]`;
  const name = keyOf(key);
  if (name !== key) return `${at}[${name}]`;
  return at === "" ? key : `${at}.${key}`;
}

/** Formats a name as the key of an object literal. */
export function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]{0,199}$/.test(name) ? name : quote(name);
}

/** Makes the shape of a value that passes a test and is not copied. */
export function one(expected: string, isOne: (value: unknown) => boolean): Shape {
  return {
    expected,
    read: (value, at, problems) => isOne(value) ? value : problems.wrong(at, value, expected),
  };
}

/** Text. */
export const text: Shape = one("a string", (value) => typeof value === "string");

/** The name of an export. */
export const exportName: Shape = one("the name of an export", (value) => typeof value === "string");

/** True or false. */
export const flag: Shape = one("a boolean", (value) => typeof value === "boolean");

/** A function. */
export const callable: Shape = one("a function", (value) => typeof value === "function");

/** A number of bytes or of items, or an index. */
export const count: Shape = one("an integer, 0 or more", isCount);

/** A whole number. */
export const integer: Shape = one("an integer", Number.isSafeInteger);

/** A number. */
export const finite: Shape = one("a finite number", Number.isFinite);

/** Any value, for a tag that has already selected the object's shape. */
export const known: Shape = one("a word", () => true);

/** Any value, because another module checks it. */
export const anything: Shape = one("anything", () => true);

/**
 * Makes the shape of one of some words.
 *
 * @param known The words.
 * @param foreign Their names in other systems.
 * @param also Other accepted values, for errors: ` or a function`.
 */
export function word(
  known: readonly string[],
  foreign?: Readonly<Record<string, string>>,
  also = "",
): Shape {
  return {
    expected: anyOf(known),
    read(value, at, problems) {
      if (typeof value !== "string") return problems.wrong(at, value, anyOf(known));
      if (known.includes(value)) return value;
      return problems.add(at, `is ${show(value)}, ${expectedWord(value, known, foreign, also)}`);
    },
  };
}

/**
 * Returns whether a value is an object whose properties are its contents, unlike a `Map`, headers
 * or a promise.
 */
export function isKeyed(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !(Symbol.iterator in value) && !isPromise(value);
}

/** Chooses the shape for a value; `undefined` if it cannot have any. */
export function choice(
  expected: string,
  choose: (value: unknown) => Shape | undefined,
): Shape {
  return {
    expected,
    read(value, at, problems) {
      const shape = choose(value);
      return shape === undefined
        ? problems.wrong(at, value, expected)
        : shape.read(value, at, problems);
    },
  };
}

/** Makes a shape on demand, because shapes can be recursive. */
export function lazy(expected: string, make: () => Shape): Shape {
  return { expected, read: (value, at, problems) => make().read(value, at, problems) };
}
