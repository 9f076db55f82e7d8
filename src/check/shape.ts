import { anyOf, expectedWord, isCount, isObject } from "../base/misnomers.ts";
import { isPromise, show } from "../base/show.ts";
import type { Shape } from "./problems.ts";

/** Makes the shape of a value that passes a test; it is kept as it is. */
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

/** Any word, because the word has already chosen the object's shape. */
export const known: Shape = one("a word", () => true);

/** Any value: another module checks it. */
export const anything: Shape = one("anything", () => true);

/**
 * Makes the shape of one of some words.
 *
 * @param known The words.
 * @param foreign Their names elsewhere.
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
 * Returns whether a value is an object whose properties are its contents, unlike those of a `Map`,
 * of headers or of a promise.
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

/** Makes a shape on demand, because shapes can be parts of themselves. */
export function lazy(expected: string, make: () => Shape): Shape {
  return { expected, read: (value, at, problems) => make().read(value, at, problems) };
}
