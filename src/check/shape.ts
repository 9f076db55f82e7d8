import { messageOf } from "../base/errors.ts";
import { anyOf, expectedWord } from "../base/misnomers.ts";
import { isPromise } from "../base/promises.ts";
import { quote, show } from "../base/show.ts";

// The shapes of options and declarations. A check copies what it reads: each property is read once,
// so that the checked value is the one that is used.

/** The shape of a part of an option or of a declaration. */
export interface Shape {
  /** The expected values, for errors. */
  readonly expected: string;
  /** Returns a copy of `value`, and notes its problems. */
  read(value: unknown, at: string, problems: Problems): unknown;
}

/** This is deeper than anyone nests, and less than a stack holds. */
const DEEPEST = 64;

/** These are more parts than anyone writes: an object with more was made to be endless. */
const MOST_PARTS = 1_000_000;

/** Collects problems. */
export class Problems {
  /** The problems, a line for each. */
  readonly lines: string[] = [];
  readonly #root: string;
  readonly #prefix: string;
  #depth = 0;
  #parts = 0;

  /** Names the whole `root`, and each part by its path after `prefix`. */
  constructor(root: string, prefix = "") {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** Notes a problem of the part at a path. */
  add(at: string, problem: string): undefined {
    this.lines.push(`${at === "" ? this.#root : this.#prefix + at} ${problem}`);
  }

  /** Notes a value that is none of the expected ones. */
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
      // A getter or a proxy of the caller threw.
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

/** Reads a property once. An error in its getter is a problem of that part alone. */
function take(value: object, key: string | number, at: string, problems: Problems): unknown {
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
  if (!/^[\w$]{1,200}$/.test(key)) return `${at}[${quote(key)}]`;
  return at === "" ? key : `${at}.${key}`;
}

/** A value that passes a test; it is kept as it is. */
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
export const count: Shape = one(
  "an integer, 0 or more",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** A whole number. */
export const integer: Shape = one("an integer", Number.isSafeInteger);

/** A number. */
export const finite: Shape = one("a finite number", Number.isFinite);

/** Any value: another module checks it. */
export const anything: Shape = one("anything", () => true);

/**
 * One of some words.
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

/** An object that is not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

/** A shape that is made on demand, because shapes can be parts of themselves. */
export function lazy(expected: string, make: () => Shape): Shape {
  return { expected, read: (value, at, problems) => make().read(value, at, problems) };
}

/** An array of parts of one shape. */
export function array(item: Shape, expected: string): Shape {
  return {
    expected,
    read(value, at, problems) {
      if (!Array.isArray(value)) return problems.wrong(at, value, expected);
      const items: unknown[] = [];
      const { length } = value;
      for (let index = 0; index < length && !problems.isFull; index++) {
        items.push(problems.read(item, take(value, index, at, problems), join(at, index)));
      }
      return items;
    },
  };
}

/** An object whose keys are the caller's own. */
export function dictionary(item: Shape, expected: string): Shape {
  return {
    expected,
    read(value, at, problems) {
      if (!isKeyed(value)) return problems.wrong(at, value, expected);
      refuseInherited(value, at, problems);
      // Assignment would not work, because one of the keys can be "__proto__".
      return Object.fromEntries(
        Object.keys(value).map((key) => {
          return [key, problems.read(item, take(value, key, at, problems), join(at, key))];
        }),
      );
    },
  };
}

/** Refuses a part under `__proto__`, which sets the object's prototype instead of a key. */
function refuseInherited(value: object, at: string, problems: Problems): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return;
  const [key] = Object.keys(prototype);
  if (key === undefined) return;
  problems.add(at, `has ${quote(key)} from a prototype, expected keys of its own`);
}

/** Further knowledge of an object's keys. */
export interface Keys {
  /** The required keys. */
  readonly needs?: readonly string[];
  /** The keys' names elsewhere. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** The end of the error for an unknown key, if there is more to say. */
  readonly explain?: (key: string, value: unknown) => string | undefined;
  /** Checks the whole object after its parts. */
  readonly look?: (kept: Record<string, unknown>, at: string, problems: Problems) => void;
}

/** An object whose parts have their own shapes. */
export function object<T>(
  expected: string,
  parts: { readonly [Key in keyof Required<T>]: Shape },
  keys: Keys = {},
): Shape {
  const known = Object.keys(parts);
  const { needs = [], foreign = {}, explain, look } = keys;
  return {
    expected,
    read(value, at, problems) {
      if (!isKeyed(value)) return problems.wrong(at, value, expected);
      const meant = new Set<string>();
      for (const key of Object.keys(value)) {
        if (known.includes(key)) continue;
        const why = explain?.(key, take(value, key, at, problems)) ??
          expectedWord(key, known, foreign);
        problems.add(join(at, key), `is unknown, ${why}`);
        meant.add(why);
      }
      const kept: Record<string, unknown> = {};
      for (const key of known) {
        const part = take(value, key, at, problems);
        const shape = (parts as Record<string, Shape>)[key]!;
        if (part !== undefined) kept[key] = problems.read(shape, part, join(at, key));
        else if (needs.includes(key) && !meant.has(`did you mean ${quote(key)}?`)) {
          problems.wrong(join(at, key), undefined, shape.expected);
        }
      }
      look?.(kept, at, problems);
      return kept;
    },
  };
}

/** An object whose shape depends on which one of several keys it has. */
export function keyed(
  expected: string,
  forms: Readonly<Record<string, Shape>>,
  explain?: (key: string, value: unknown) => string | undefined,
): Shape {
  const known = Object.keys(forms);
  return {
    expected,
    read(value, at, problems) {
      if (!isKeyed(value)) return problems.wrong(at, value, expected);
      const found = known.filter((key) => key in value);
      const [sole] = found;
      if (sole !== undefined && found.length === 1) return forms[sole]!.read(value, at, problems);
      if (sole !== undefined) {
        return problems.add(at, `has ${found.map(quote).join(" and ")}, expected one of them`);
      }
      const [key] = Object.keys(value);
      if (key === undefined) return problems.add(at, `is {}, expected ${expected}`);
      const why = explain?.(key, value[key]) ?? expectedWord(key, known);
      return problems.add(join(at, key), `is unknown, ${why}`);
    },
  };
}

/** An object whose shape depends on a word among its parts. */
export function tagged(
  expected: string,
  tag: string,
  forms: Readonly<Record<string, Shape>>,
  refuse: (found: string) => string = (found) => expectedWord(found, Object.keys(forms)),
): Shape {
  return {
    expected,
    read(value, at, problems) {
      if (!isKeyed(value)) return problems.wrong(at, value, expected);
      const copy = { ...value }; // its tag is read once, here
      const found = copy[tag];
      if (typeof found !== "string") {
        return problems.wrong(join(at, tag), found, anyOf(Object.keys(forms)));
      }
      const form = Object.hasOwn(forms, found) ? forms[found] : undefined;
      if (form === undefined) {
        return problems.add(join(at, tag), `is ${show(found)}, ${refuse(found)}`);
      }
      return form.read(copy, at, problems);
    },
  };
}
