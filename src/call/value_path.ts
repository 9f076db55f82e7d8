import type { NumberName } from "../abi/number.ts";
import { NUMERIC_TYPES, type NumericType } from "../base/numeric_types.ts";
import { isArray, quote, show } from "../base/show.ts";
import { orNull } from "./content.ts";
import { compileLowerNumber } from "./number.ts";
import { series, typeWords } from "./report/words.ts";

// Checking a value of several parts before any of it is written: each property is read once.

/** The part of an argument that is being checked, for errors. */
export class ValuePath {
  /** The names and the indices of the value that is being checked. */
  readonly path: (string | number)[] = [];
  /** The failed action in errors, before and after the name of the part. */
  readonly failing: readonly [before: string, after: string];

  constructor(failing: ValuePath["failing"]) {
    this.failing = failing;
  }

  /** The failed action in errors. */
  action(): string {
    const path = this.path.map((part) =>
      typeof part === "number"
        ? `[${part}]`
        : /^[A-Za-z_$][\w$]*$/.test(part)
        ? `.${part}`
        : `[${quote(part)}]`
    ).join("");
    const [before, after] = this.failing;
    return `${before}${path === "" ? "" : ` ${path}`} ${after}`;
  }

  /**
   * Makes the error for a value that is not the expected one.
   *
   * @param nullable Whether the value can be `null`; absent if no declaration allows that.
   */
  wrong(value: unknown, expected: string, nullable?: boolean): TypeError {
    const found = value === undefined && this.path.length > 0 ? "is missing" : `is ${show(value)}`;
    return new TypeError(
      `Cannot ${this.action()}: it ${found}, expected ${expected}` +
        orNull(value, nullable),
    );
  }
}

/** Compiles checking a number in memory; it is returned as memory holds it. */
export function compileNumber(
  type: NumberName,
  store: NumericType,
): (value: unknown, at: ValuePath) => number | bigint {
  const core = store === "u64" ? "i64" : "i32";
  const refuse = (value: unknown, at: ValuePath) => {
    if (value === undefined) throw at.wrong(value, typeWords(type));
    return compileLowerNumber(type, core, at.action())(value) as number | bigint;
  };
  if (type === "bool" || type === "pointer") return refuse;
  const { range } = NUMERIC_TYPES[type];
  if (range === undefined) {
    return (value, at) => typeof value === "number" ? value : refuse(value, at);
  }
  const [least, most] = range;
  const isWide = typeof least === "bigint";
  return (value, at) => {
    const fits = isWide ? typeof value === "bigint" : Number.isInteger(value);
    const number = value as number | bigint;
    return fits && number >= least && number <= most ? number : refuse(value, at);
  };
}

/** Returns the items of an array, each read once; `nullable` is that of its errors. */
export function itemsOf(value: unknown, at: ValuePath, nullable?: boolean): readonly unknown[] {
  if (!isArray(value)) throw at.wrong(value, "an array", nullable);
  const { length } = value;
  const items: unknown[] = [];
  for (let index = 0; index < length; index++) items.push(value[index]);
  return items;
}

/**
 * Compiles the check that a value is an object without other properties than its fields; `nullable`
 * is that of its errors.
 */
export function compileShape(
  fields: readonly { readonly name: string }[],
  nullable?: boolean,
): (value: unknown, at: ValuePath) => Readonly<Record<string, unknown>> {
  const order = fields.map(({ name }) => name);
  const names = new Set(order);
  const expected = `an object with ${series([...names].map(quote))}`;
  return (value, at) => {
    if (typeof value !== "object" || value === null || isArray(value)) {
      throw at.wrong(value, expected, nullable);
    }
    const keys = Object.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      if (key === order[index] || names.has(key)) continue;
      throw new TypeError(
        `Cannot ${at.action()}: it has ${quote(key)}, which is not a field, expected ${expected}`,
      );
    }
    return value as Readonly<Record<string, unknown>>;
  };
}
