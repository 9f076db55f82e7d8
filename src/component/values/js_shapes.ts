// The JavaScript shapes and names of component values for which JavaScript has no type.

import type { NumericType } from "../../base/numeric_types.ts";
import type { TYPED_ARRAYS } from "../../base/typed_arrays.ts";
import { isA } from "../../base/show.ts";
import type { ComponentShapes } from "../component_interfaces.ts";

/** The JavaScript form of an option, a result or a variant: the keys of its case and payload. */
export interface TaggedShape {
  readonly tag: string;
  readonly payload: string;
  /** Makes the value of a case that has a payload. */
  make(tag: string, payload: unknown): object;
}

/** A typed array of a list of numbers. */
export type NumberArray = InstanceType<(typeof TYPED_ARRAYS)[NumericType]>;

/** The shapes of values in one JavaScript API. */
export interface Shapes {
  /** The name of the shapes, on which the source of calls depends. */
  readonly key: string;
  /** The value of an option without a value. */
  readonly none: null | undefined;
  readonly variant: TaggedShape;
  /** The name of the error case of a result. */
  readonly failure: string;
  /** Whether a case of a result has the key of its payload even if it has no payload. */
  readonly hasEmptyPayloads: boolean;
  /** Makes the value of a list of numbers; absent if it is a typed array. */
  readonly numbers?: (values: NumberArray) => unknown;
  /** Makes the value of a map. */
  map(entries: [unknown, unknown][]): unknown;
  /** Whether resources are objects; otherwise they are representations. */
  readonly hasObjects: boolean;
  /** Returns the name of a function, of a field or of a flag. */
  name(label: string): string;
  /** Returns the name of a class. */
  className(label: string): string;
}

/** The shapes of values in `jco`. */
export const JCO_SHAPES: Shapes = {
  key: "jco",
  none: undefined,
  variant: { tag: "tag", payload: "val", make: (tag, val) => ({ tag, val }) },
  failure: "err",
  hasEmptyPayloads: true,
  map: (entries) => new Map(entries),
  hasObjects: true,
  name: (label) => camelCase(label),
  className: (label) => pascalCase(label),
};

/**
 * The shapes between the host and a component, by the values of the option. The draft is that of
 * https://github.com/WebAssembly/component-model/pull/686 at commit 02b704a.
 */
export const HOST_SHAPES: Readonly<Record<ComponentShapes, Shapes>> = {
  jco: JCO_SHAPES,
  draft: {
    ...JCO_SHAPES,
    key: "draft",
    none: null,
    variant: { tag: "kind", payload: "value", make: (kind, value) => ({ kind, value }) },
    failure: "error",
    hasEmptyPayloads: false,
    numbers: (values) => isA(values, Uint8Array) ? values : [...values],
    name: (label) => camelCase(label, keepAcronym),
    className: (label) => pascalCase(label, keepAcronym),
  },
};

/** The shapes of values that pass from guest to guest. */
export const GUEST_SHAPES: Shapes = {
  ...JCO_SHAPES,
  key: "guest",
  map: (entries) => entries, // a guest may repeat a key
  hasObjects: false,
  name: (label) => label,
};

/** Returns a property of an object, unless it is one that every object has, such as `toString`. */
export function propertyOf(object: object | undefined, name: string): unknown {
  const found: unknown = (object as Readonly<Record<string, unknown>> | undefined)?.[name];
  return found === Object.prototype[name as keyof typeof Object.prototype] ? undefined : found;
}

/** Returns a label in kebab case as a name in JavaScript: `at-end` is `atEnd`. */
export function camelCase(label: string, format: FormatWord = inLowerCase): string {
  const [first, ...others] = label.split("-");
  return first!.toLowerCase() + others.map((word) => capital(format(word))).join("");
}

/** Returns a label in kebab case as the name of a class: `input-stream` is `InputStream`. */
export function pascalCase(label: string, format: FormatWord = inLowerCase): string {
  return label.split("-").map((word) => capital(format(word))).join("");
}

type FormatWord = (word: string) => string;

function inLowerCase(word: string): string {
  return word.toLowerCase();
}

/** Keeps a word as it is: a label has words in lower case, and acronyms in upper case. */
function keepAcronym(word: string): string {
  return word;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
