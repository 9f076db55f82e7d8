// The component model's binary format, "Type Definitions", for the types of values.

import { byteHex, type Reader } from "../binary/reader.ts";
import { quote } from "../base/show.ts";
import { isLabel } from "./names.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import type { Case, Extern, Labeled, Primitive, ResourceUse, Type, ValueType } from "./types.ts";

/** The primitive types, from the code 0x7f down. */
const PRIMITIVES: readonly Primitive[] = [
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "string",
];

const PRIMITIVE_TYPES: readonly ValueType[] = PRIMITIVES.map((name) => ({
  kind: "primitive",
  name,
}));

const ERROR_CONTEXT = 0x64;

/** The types that a key of a map can have. */
const NO_KEYS: ReadonlySet<string> = new Set(["f32", "f64"]);

/** Reads the type of a value: a primitive one, or the index of another. */
export function readValueType(reader: Reader, scope: Scope): ValueType {
  const start = reader.position;
  const code = reader.s33("value type");
  if (code < 0) return primitive(reader, scope, code + 0x80, start);
  if (code >= scope.types.length) {
    const problem = `index is ${code}, expected below ${scope.types.length}`;
    reader.fail("value type", start, problem);
  }
  const type = scope.types[code]!;
  if (isValueType(type)) return type;
  return reader.fail(
    "value type",
    start,
    `type ${code} is ${nameOf(type)}, expected that of a value`,
  );
}

function primitive(reader: Reader, scope: Scope, code: number, start: number): ValueType {
  if (code === ERROR_CONTEXT) scope.refuse(reader, "value type", start, "error-context");
  const type = PRIMITIVE_TYPES[0x7f - code];
  if (type !== undefined) return type;
  return reader.fail("value type", start, `code is ${code}, expected that of a primitive type`);
}

/** Returns the type without the names that it got by imports and exports. */
export function unnamed(type: Type): Exclude<Type, { readonly kind: "named" }> {
  let bare = type;
  while (bare.kind === "named") bare = bare.type;
  return bare;
}

/** Returns the types that a type is made of. */
export function partsOf(type: Type): readonly (Type | undefined)[] {
  const typesOf = (list: readonly { readonly type: Type | undefined }[]) =>
    list.map((item) => item.type);
  const externs = (list: readonly Extern[]) => list.map((item) => item.type.type);
  switch (type.kind) {
    case "record":
      return typesOf(type.fields);
    case "variant":
      return typesOf(type.cases);
    case "list":
    case "option":
    case "stream":
    case "future":
    case "named":
      return [type.type];
    case "tuple":
      return type.types;
    case "result":
      return [type.ok, type.error];
    case "own":
    case "borrow":
      return [type.resource];
    case "map":
      return [type.key, type.value];
    case "function":
      return [...typesOf(type.parameters), type.result];
    case "instance":
      return externs(type.exports);
    case "component":
      return [...externs(type.imports), ...externs(type.exports)];
  }
  return [];
}

const OTHERS: ReadonlySet<string> = new Set([
  "function",
  "instance",
  "component",
  "module",
  "resource",
]);

/** Returns whether a type is one of values. */
export function isValueType(type: Type): type is ValueType {
  return !OTHERS.has(unnamed(type).kind);
}

/** Returns the kind of a type with its article. */
export function nameOf(type: Type): string {
  return article(unnamed(type).kind);
}

/** Adds the article before a word: `an instance`, `a type`. */
export function article(word: string): string {
  return /^[aeio]/i.test(word) ? `an ${word}` : `a ${word}`;
}

/** Reads an index of a resource type. */
export function readResource(reader: Reader, scope: Scope): ResourceUse {
  const start = reader.position;
  const type = scope.types[scope.index(reader, "type")]!;
  if (unnamed(type).kind === "resource") return type as ResourceUse;
  return reader.fail("resource type", start, `it is ${nameOf(type)}, expected a resource`);
}

/** Reads a label, which has to be unique in its list, ignoring case. */
export function readLabel(reader: Reader, what: string, taken: Set<string>): string {
  const start = reader.position;
  const name = reader.name(what);
  if (!isLabel(name)) {
    reader.fail(what, start, `name is ${quote(name)}, expected words in kebab case`);
  }
  const lower = name.toLowerCase();
  if (taken.has(lower)) {
    reader.fail(what, start, `${quote(name)} appears twice, expected distinct names`);
  }
  taken.add(lower);
  return name;
}

/** Reads labels with their types, such as parameters. */
export function readLabeled(reader: Reader, scope: Scope, what: string): Labeled[] {
  const taken = new Set<string>();
  const found: Labeled[] = [];
  for (let left = reader.count(`${what} count`, MAX_ITEMS, 3); left > 0; left--) {
    const name = readLabel(reader, what, taken);
    found.push({ name, type: readValueType(reader, scope) });
  }
  return found;
}

/** Reads a type that may be absent. */
export function readOptional(reader: Reader, scope: Scope): ValueType | undefined {
  return readFlag(reader, "presence of a type") ? readValueType(reader, scope) : undefined;
}

/** Reads 0 or 1. */
export function readFlag(reader: Reader, what: string): boolean {
  const start = reader.position;
  const flag = reader.u8(what);
  if (flag > 1) reader.fail(what, start, `flag is ${byteHex(flag)}, expected 0x00 or 0x01`);
  return flag === 1;
}

function readNames(reader: Reader, what: string, most: number): string[] {
  const taken = new Set<string>();
  const names: string[] = [];
  for (let left = some(reader, what, most, 2); left > 0; left--) {
    names.push(readLabel(reader, what, taken));
  }
  return names;
}

/** Reads a count that is not 0. */
function some(reader: Reader, what: string, most: number, itemBytes: number): number {
  const start = reader.position;
  const count = reader.count(`${what} count`, most, itemBytes);
  return count > 0 ? count : reader.fail(`${what} count`, start, "count is 0, expected at least 1");
}

/** Reads the value type that starts with `code`; `undefined` for any other type. */
export function readDefinedValue(
  reader: Reader,
  scope: Scope,
  code: number,
  start: number,
): ValueType | undefined {
  const { context } = scope;
  const value = () => readValueType(reader, scope);
  const of = (type: ValueType, parts: (object | undefined)[] = []) =>
    context.made(reader, type, parts);
  switch (code) {
    case 0x72: {
      const at = reader.position;
      const fields = readLabeled(reader, scope, "field");
      if (fields.length === 0) reader.fail("field count", at, "count is 0, expected at least 1");
      return of({ kind: "record", fields }, fields.map(({ type }) => type));
    }
    case 0x71: {
      const cases = readCases(reader, scope);
      return of({ kind: "variant", cases }, cases.map(({ type }) => type));
    }
    case 0x70:
    case 0x6b: {
      const type = value();
      return of({ kind: code === 0x70 ? "list" : "option", type }, [type]);
    }
    case 0x67:
      return scope.refuse(reader, "type", start, "fixed-length lists");
    case 0x6f: {
      const types: ValueType[] = [];
      for (let left = some(reader, "tuple", MAX_ITEMS, 1); left > 0; left--) types.push(value());
      return of({ kind: "tuple", types }, types);
    }
    case 0x6e:
      return of({ kind: "flags", names: readNames(reader, "flag", 32) });
    case 0x6d:
      return of({ kind: "enum", names: readNames(reader, "enum case", MAX_ITEMS) });
    case 0x6a: {
      const ok = readOptional(reader, scope);
      const error = readOptional(reader, scope);
      return of({ kind: "result", ok, error }, [ok, error]);
    }
    case 0x69:
    case 0x68: {
      const resource = readResource(reader, scope);
      return of({ kind: code === 0x69 ? "own" : "borrow", resource }, [resource]);
    }
    case 0x66:
    case 0x65: {
      context.uses("async", start);
      const type = readOptional(reader, scope);
      return of({ kind: code === 0x66 ? "stream" : "future", type }, [type]);
    }
    case 0x63:
      return readMap(reader, scope, start);
  }
  return code >= ERROR_CONTEXT && code < 0x80 ? primitive(reader, scope, code, start) : undefined;
}

function readMap(reader: Reader, scope: Scope, start: number): ValueType {
  scope.context.uses("map", start);
  const at = reader.position;
  const key = readValueType(reader, scope);
  const bare = unnamed(key);
  if (bare.kind !== "primitive" || NO_KEYS.has(bare.name)) {
    const found = bare.kind === "primitive" ? bare.name : nameOf(bare);
    const expected = "bool, an integer, char or string";
    reader.fail("key of a map", at, `it is ${found}, expected ${expected}`);
  }
  const value = readValueType(reader, scope);
  return scope.context.made(reader, { kind: "map", key, value }, [key, value]);
}

function readCases(reader: Reader, scope: Scope): Case[] {
  const taken = new Set<string>();
  const cases: Case[] = [];
  for (let left = some(reader, "case", MAX_ITEMS, 4); left > 0; left--) {
    const name = readLabel(reader, "case", taken);
    const type = readOptional(reader, scope);
    const at = reader.position;
    if (reader.u8("case") !== 0) reader.fail("case", at, "byte is not 0, expected 0x00");
    cases.push({ name, type });
  }
  return cases;
}
