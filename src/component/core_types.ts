// The component model's binary format and explainer, "Type Definitions", for core types and those
// of modules; WebAssembly 3.0, section 3.3 "Matching", for the types of imports and exports of
// modules.

import { readRecursionGroup } from "../binary/defined_types.ts";
import type { TypeDraft } from "../binary/draft.ts";
import { readExternalType } from "../binary/externals.ts";
import { quote } from "../base/show.ts";
import { EXPORTS, readSections } from "../binary/module.ts";
import { byteHex, type Reader } from "../binary/reader.ts";
import type { FunctionType, Limits, ValueType } from "../binary/types.ts";
import { describeType } from "../imports/import_problem.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import type { CoreExtern, CoreImport, ModuleType } from "./types.ts";

const MODULE = 0x50;

/** Comes before `sub`, because a module type has the code of that. */
const SUB_PREFIX = 0x00;

/** Reads a core type into the index space of a scope. */
export function readCoreType(reader: Reader, scope: Scope): void {
  if (reader.peek("core type") === MODULE) {
    reader.skip(1, "core type");
    scope.moduleTypes.set(scope.coreTypes.length, readModuleType(reader, scope));
    scope.coreTypes.push(PLACE);
    return;
  }
  readDefined(reader, draftOf(scope.coreTypes));
}

/** Keeps the index of a module's type, which no core type can refer to. */
export const PLACE: Scope["coreTypes"][number] = {
  kind: "struct",
  fields: [],
  final: true,
  supertypes: [],
  group: 0,
};

function readDefined(reader: Reader, draft: TypeDraft): void {
  if (reader.peek("core type") === SUB_PREFIX) {
    const start = reader.skip(1, "core type");
    const form = reader.peek("core type");
    if (form !== MODULE) {
      reader.fail("core type", start, `0x00 comes before ${byteHex(form)}, expected 0x50`);
    }
  }
  readRecursionGroup(reader, draft, draft.types.length);
}

/** Reads the declarations of a module's type, which has an index space of its own. */
function readModuleType(reader: Reader, scope: Scope): ModuleType {
  const draft = draftOf([]);
  const imports: CoreImport[] = [];
  const exports: CoreExtern[] = [];
  const names = new Set<string>();
  const imported = new Set<string>();
  for (let left = reader.count("declaration count", MAX_ITEMS, 2); left > 0; left--) {
    const start = reader.position;
    const form = reader.u8("module declaration");
    switch (form) {
      case 0x00:
        imports.push({
          ...readImportName(reader, imported),
          ...readExternalType(reader, draft),
        });
        break;
      case 0x01:
        if (reader.peek("core type") === MODULE) {
          reader.fail(
            "core type",
            reader.position,
            "it is a module, expected no module in another",
          );
        }
        readDefined(reader, draft);
        break;
      case 0x02:
        readOuterType(reader, scope, draft);
        break;
      case 0x03: {
        const at = reader.position;
        const name = reader.name("export name");
        if (names.has(name)) {
          reader.fail("export name", at, "it appears twice, expected distinct names");
        }
        names.add(name);
        exports.push({ name, ...readExternalType(reader, draft) });
        break;
      }
      default:
        reader.fail(
          "module declaration",
          start,
          `form is ${byteHex(form)}, expected 0x00 to 0x03`,
        );
    }
  }
  return { kind: "module", imports, exports };
}

/** Reads the two names of an import, which differ from those of others. */
function readImportName(reader: Reader, taken: Set<string>): Pick<CoreImport, "module" | "name"> {
  const start = reader.position;
  const found = { module: reader.name("import module"), name: reader.name("import name") };
  const key = importKey(found);
  if (taken.has(key)) {
    const shown = `${quote(found.module)}.${quote(found.name)}`;
    reader.fail("import name", start, `${shown} appears twice, expected distinct names`);
  }
  taken.add(key);
  return found;
}

function readOuterType(reader: Reader, scope: Scope, draft: TypeDraft): void {
  const start = reader.position;
  if (reader.u8("core alias") !== 0x10 || reader.u8("core alias") !== 0x01) {
    reader.fail("core alias", start, "expected the outer alias of a type, 0x10 0x01");
  }
  const at = reader.position;
  const outer = reader.u32("outer count");
  let target: Scope | undefined = scope;
  for (let left = outer - 1; left > 0 && target !== undefined; left--) target = target.parent;
  if (target === undefined) {
    return reader.fail("outer count", at, `count is ${outer}, expected at most ${scope.depth + 1}`);
  }
  const place = reader.position;
  const types = outer === 0 ? draft.types : target.coreTypes;
  const type = types[reader.index("core type", types.length)]!;
  if (type === PLACE) reader.fail("core type", place, "it is a module, expected a type of values");
  draft.types.push(type);
}

function draftOf(types: TypeDraft["types"]): TypeDraft {
  return { types, typeLimit: types.length, unsupported: new Set() };
}

/**
 * Reads the imports and exports of a core module, after its header. Its code and data are skipped.
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
 * Returns why a module does not have a type, as the end of a sentence. It may import less and
 * export more than the type.
 */
export function differModules(expected: ModuleType, given: ModuleType): string | undefined {
  const provided = new Map(expected.imports.map((item) => [importKey(item), item]));
  for (const item of given.imports) {
    const found = provided.get(importKey(item));
    if (found === undefined) return `one that imports ${fullName(item)}, expected no such import`;
    // The imports of the type are those that the module gets.
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

/** Returns a key for the two names of an import. */
export function importKey({ module, name }: Pick<CoreImport, "module" | "name">): string {
  return JSON.stringify([module, name]);
}

function fullName({ module, name }: CoreImport): string {
  return quote(`${module}.${name}`);
}

function differing(what: string, is: CoreExtern, expected: CoreExtern): string {
  return `one whose ${what} is ${describeType(is)}, expected ${describeType(expected)}`;
}

/** Returns whether a given item can be used for an expected one, as far as both types are known. */
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
