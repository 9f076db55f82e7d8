import { anyOf, expectedType, expectedWord, isObject } from "../base/misnomers.ts";
import { quote, show } from "../base/show.ts";
import { choice, isKeyed, join, type Problems, type Shape, take } from "./shape.ts";

/** Makes the shape of an array whose items have one shape. */
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

/** Makes the shape of an object with arbitrary keys. */
export function dictionary(item: Shape, expected: string): Shape {
  return {
    expected,
    read(value, at, problems) {
      if (!isKeyed(value)) return problems.wrong(at, value, expected);
      refuseInherited(value, at, problems);
      // Assignment would not work, because a key can be "__proto__".
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

/** Additional facts about an object's keys. */
interface Keys {
  /** The required keys. */
  readonly needs?: readonly string[];
  /** The names of the keys in other systems. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** The end of the error for an unknown key, if there is more to say. */
  readonly explain?: (key: string, value: unknown) => string | undefined;
  /** Checks the whole object after its parts. */
  readonly look?: (kept: Record<string, unknown>, at: string, problems: Problems) => void;
}

/** Makes the shape of an object whose parts have their own shapes. */
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

/** Makes the shape of an object whose shape depends on which one of several keys it has. */
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

/** Makes the shape of an object whose shape depends on a tag among its parts. */
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

/** Makes the shape of a type's name, or of an object that describes a type. */
export function typed(
  names: readonly string[],
  forms: Readonly<Record<string, Shape>>,
  elsewhere: (type: string) => string | undefined,
): Shape {
  const objects = Object.keys(forms).filter((type) => !names.includes(type));
  const name: Shape = {
    expected: "a type",
    read(value, at, problems) {
      const type = value as string;
      if (names.includes(type)) return type;
      const why = elsewhere(type) ??
        (objects.includes(type)
          ? `expected an object: { type: "${type}", … }`
          : expectedType(type, [...names, ...objects]));
      return problems.add(at, `is ${show(type)}, ${why}`);
    },
  };
  const whole = tagged("a type", "type", forms, (type) => {
    if (names.includes(type)) return `expected "${type}" alone`;
    return elsewhere(type) ?? expectedType(type, Object.keys(forms));
  });
  return choice("a type", (value) => {
    if (typeof value === "string") return name;
    return isObject(value) ? "struct" in value ? struct : whole : undefined;
  });
}

/** The form of a struct for `Deno.dlopen`. */
const struct: Shape = {
  expected: "a type",
  read: (_value, at, problems) =>
    problems.add(
      `${at}.struct`,
      'is unknown, expected a struct as "bytes", by its address as a "pointer", or as a result of ' +
        'the type "record"',
    ),
};

/** Reports keys that have no effect without another key. */
export function needsBeside(
  kept: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  other: string,
  at: string,
  problems: Problems,
): void {
  if (kept[other] !== undefined) return;
  for (const key of keys) {
    if (kept[key] === undefined) continue;
    problems.add(join(at, key), `has no effect alone, expected "${other}" beside it`);
  }
}
