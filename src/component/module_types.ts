// The component model's explainer, "Type Definitions", for the types of modules; WebAssembly 3.0,
// section 3.3 "Matching", for the types of what modules import and export.

import { quote } from "../base/show.ts";
import { EXPORTS, readSections } from "../binary/module.ts";
import type { Reader } from "../binary/reader.ts";
import type { FunctionType, Limits, ValueType } from "../binary/types.ts";
import { describeType } from "../imports/describe_import.ts";
import type { CoreExtern, CoreImport, ModuleType } from "./types.ts";

/**
 * Reads what a core module imports and exports, from behind its header. Its code and its data are
 * skipped.
 *
 * @param offset Where the module begins, for errors.
 */
export function readDeclarations(reader: Reader, offset: number): ModuleType {
  const { imports, exports } = readSections(reader, EXPORTS);
  const taken = new Set<string>();
  for (const item of imports) {
    const key = importKey(item);
    if (taken.has(key)) {
      const problem = `it imports ${fullName(item)} twice, expected distinct names`;
      reader.fail("core module", offset, problem);
    }
    taken.add(key);
  }
  return { kind: "module", imports, exports };
}

/**
 * Returns what keeps a module from having a type, as the end of a sentence: it may import less and
 * export more than the type has.
 */
export function differModules(expected: ModuleType, given: ModuleType): string | undefined {
  const provided = new Map(expected.imports.map((item) => [importKey(item), item]));
  for (const item of given.imports) {
    const found = provided.get(importKey(item));
    if (found === undefined) return `one that imports ${fullName(item)}, expected no such import`;
    // What the type has is what the module gets.
    if (!matches(item, found)) return differing(`import ${fullName(item)}`, item, found);
  }
  const exported = new Map(given.exports.map((item) => [item.name, item]));
  for (const item of expected.exports) {
    const found = exported.get(item.name);
    const name = `export ${quote(item.name)}`;
    if (found === undefined) return `one without the ${name}, expected ${describeType(item)}`;
    if (!matches(item, found)) return differing(name, found, item);
  }
  return undefined;
}

/** Returns what the two names of an import are together, which differs from those of others. */
export function importKey({ module, name }: Pick<CoreImport, "module" | "name">): string {
  return JSON.stringify([module, name]);
}

function fullName({ module, name }: CoreImport): string {
  return quote(`${module}.${name}`);
}

function differing(what: string, is: CoreExtern, expected: CoreExtern): string {
  return `one whose ${what} is ${describeType(is)}, expected ${describeType(expected)}`;
}

/** Returns whether what is given can stand for what is expected, as far as both types are known. */
function matches(expected: CoreExtern, given: CoreExtern): boolean {
  if (expected.kind !== given.kind) return false;
  if (expected.type === undefined || given.type === undefined) return true;
  switch (expected.kind) {
    case "function":
      return isSameFunction(expected.type, given.type as typeof expected.type);
    case "tag":
      return isSameFunction(expected.type.function, (given.type as typeof expected.type).function);
    case "table": {
      const type = given.type as typeof expected.type;
      return isSame(expected.type.element, type.element) && isWithin(expected.type, type);
    }
    case "memory": {
      const type = given.type as typeof expected.type;
      return expected.type.pageSize === type.pageSize && isWithin(expected.type, type);
    }
    case "global": {
      const { mutable, type } = expected.type;
      const other = given.type as typeof expected.type;
      if (mutable !== other.mutable) return false;
      return isSame(type, other.type) || !mutable && isReference(type) && isReference(other.type);
    }
  }
}

/** Returns whether limits are within others. */
function isWithin(expected: Limits, given: Limits): boolean {
  const isAtMost = expected.maximum === undefined ||
    given.maximum !== undefined && given.maximum <= expected.maximum;
  return isAtMost && given.minimum >= expected.minimum && given.address === expected.address &&
    given.shared === expected.shared;
}

/** Returns whether the types of two functions are the same. */
export function isSameFunction(one: FunctionType, other: FunctionType): boolean {
  return (["parameters", "results"] as const).every((part) =>
    one[part].length === other[part].length &&
    one[part].every((type, at) => isSame(type, other[part][at]!))
  );
}

/**
 * Returns whether two types are the same. The engine compares those that refer to others by an
 * index, and references that may be of a subtype, when it instantiates a module.
 */
function isSame(one: ValueType, other: ValueType): boolean {
  return one === other || hasIndex(one) && hasIndex(other);
}

function hasIndex(type: ValueType): boolean {
  return /[ (]\d/.test(type);
}

function isReference(type: ValueType): boolean {
  return type.includes("ref");
}
