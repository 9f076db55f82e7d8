import type { Condition, Value } from "../abi/value.ts";
import { expectedType, isObject } from "../base/misnomers.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { show } from "../base/show.ts";
import { array, keyed, object } from "./object_shape.ts";
import {
  callable,
  choice,
  count,
  exportName,
  finite,
  integer,
  lazy,
  type Shape,
  text,
  word,
} from "./shape.ts";

const NUMERIC_NAMES = Object.keys(NUMERIC_TYPES);

/** The types of a number with its own place. */
export const NUMBER_NAMES: readonly string[] = [...NUMERIC_NAMES, "bool", "pointer"];

/** Makes the shape of a type that is only a name. */
function typeName(known: readonly string[]): Shape {
  return {
    expected: "a type",
    read(value, at, problems) {
      if (typeof value !== "string") return problems.wrong(at, value, "a type");
      if (known.includes(value)) return value;
      return problems.add(at, `is ${show(value)}, ${expectedType(value, known)}`);
    },
  };
}

/** A type of numbers in memory. */
export const numericType: Shape = typeName(NUMERIC_NAMES);

/** One form of {@linkcode Value} or of {@linkcode CoreArgument}. */
export type Form<Union, Key extends PropertyKey> = Extract<Union, { readonly [K in Key]: unknown }>;

/**
 * Makes the shape of an object whose first part distinguishes it from the other forms, so that part
 * is required.
 */
export function form<T>(
  expected: string,
  parts: { readonly [Key in keyof Required<T>]: Shape },
  needs: readonly string[] = [],
): Shape {
  return object<T>(expected, parts, { needs: [...Object.keys(parts).slice(0, 1), ...needs] });
}

/** The place of a number. */
export const valueShape: Shape = choice(
  '"result", a number or its place, such as { word: 0 }',
  (value) => {
    if (typeof value === "string") return valueWord;
    if (typeof value === "function") return callable;
    return typeof value === "number" ? finite : isObject(value) ? valueForms : undefined;
  },
);

/** The numbers that pass a test. */
export const testShape: Shape = choice(
  '"negative", "zero", "nonzero", a number, an array of numbers or { except }',
  (value) => {
    if (typeof value === "string") return testWord;
    if (typeof value === "number") return finite;
    return Array.isArray(value) ? numbers : isObject(value) ? testExcept : undefined;
  },
);

const testWord = word(["negative", "zero", "nonzero"], {
  null: "zero",
  false: "zero",
  positive: "nonzero",
}, " or { except }");

const numbers = array(finite, "an array of numbers");

const testExcept = object<{ except: unknown }>("{ except }", { except: numbers }, {
  needs: ["except"],
});

/** A test of a number. */
export const conditionShape: Shape = object<Condition>("{ value, is }", {
  value: lazy("the place of a number", () => valueShape),
  is: testShape,
}, { needs: ["value", "is"] });

const valueWord = word(
  ["result", "output", "area", "allocated"],
  {},
  " or its place, such as { word: 0 }",
);

/** The place of a number that is part of another place. */
export const nestedValue = lazy("the place of a number", () => valueShape);

const values = array(nestedValue, "an array of numbers or their places");

const difference: Shape = {
  expected: "two values",
  read(value, at, problems) {
    const found = values.read(value, at, problems);
    if (!Array.isArray(found) || found.length === 2) return found;
    return problems.add(at, `has ${found.length} values, expected two`);
  },
};

const layoutName = form<Form<Value, "layout">>("{ layout }", { layout: text });

/** A copy of `{ layout }`, which differs from a struct whose only field has that name. */
export class LayoutName {
  /** The name of a range of the option `layout`. */
  readonly layout: string;

  constructor(layout: string) {
    this.layout = layout;
  }
}

const valueForms: Shape = keyed("the place of a number, such as { word: 0 }", {
  result: form<Form<Value, "result">>("{ result }", { result: count }),
  low: form<Form<Value, "low">>("{ low }", { low: nestedValue }),
  high: form<Form<Value, "high">>("{ high }", { high: nestedValue }),
  argument: form<Form<Value, "argument">>("{ argument }", { argument: count }),
  byteLengthOf: form<Form<Value, "byteLengthOf">>("{ byteLengthOf }", { byteLengthOf: count }),
  countOf: form<Form<Value, "countOf">>("{ countOf }", { countOf: count }),
  parameter: form<Form<Value, "parameter">>("{ parameter }", { parameter: count }),
  word: form<Form<Value, "word">>("{ word, at }", { word: count, at: nestedValue }),
  load: form<Form<Value, "load">>("{ load, at, offset }", {
    load: numericType,
    at: nestedValue,
    offset: integer,
  }),
  export: form<Form<Value, "export">>("{ export }", { export: exportName }),
  call: form<Form<Value, "call">>("{ call, with }", { call: exportName, with: values }, ["with"]),
  product: form<Form<Value, "product">>("{ product }", { product: values }),
  sum: form<Form<Value, "sum">>("{ sum }", { sum: values }),
  difference: form<Form<Value, "difference">>("{ difference }", { difference }),
  when: form<Form<Value, "when">>("{ when, then, else }", {
    when: conditionShape,
    then: nestedValue,
    else: nestedValue,
  }, ["then", "else"]),
  indexIn: form<Form<Value, "indexIn">>("{ indexIn, of }", { indexIn: count, of: nestedValue }, [
    "of",
  ]),
  layout: {
    expected: "{ layout }",
    read(value, at, problems) {
      const found = layoutName.read(value, at, problems);
      return isObject(found) ? new LayoutName(found.layout as string) : undefined;
    },
  },
}, explainValue);

/** Explains a core argument that has another name as the place of a number. */
function explainValue(key: string, value: unknown): string | undefined {
  if (key === "area") return "expected { word } for what the return area holds";
  if (key !== "text") return undefined;
  return `expected { argument: ${value} } for its address or { byteLengthOf: ${value} } for its ` +
    "length";
}

/** The place of a length, or the end of text. */
export const lengthShape: Shape = choice(
  '"nul", "result", a number or the place of a length, such as { word: 1 }',
  (value) => {
    if (typeof value === "string") return lengthWord;
    if (typeof value === "number") return count;
    if (typeof value === "function") return callable;
    if (!isObject(value)) return undefined;
    if ("object" in value) return objectLength;
    if ("within" in value) return within;
    return "prefix" in value ? prefix : "end" in value ? end : valueForms;
  },
);

const lengthWord = word(
  ["nul", "result", "output"],
  { null: "nul", zero: "nul" },
  " or its place, such as { word: 1 }",
);

const prefix = form<{ prefix: unknown; offset: unknown }>("{ prefix, offset }", {
  prefix: word(["u8", "u16", "u32", "u64"]),
  offset: integer,
});

const within = form<{ within: unknown }>("{ within }", { within: count });

const end = form<{ end: unknown }>("{ end }", { end: nestedValue });

const objectLength = form<{ object: unknown }>("{ object }", {
  object: word(["managed", "arc"]),
});
