// The component model's binary format, "Instance Definitions" and "Name Section".

import { WasmFormatError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { byteHex, type Reader } from "../binary/reader.ts";
import { checkNamed, readExternName, typeAt } from "./externs.ts";
import { instanceType, instantiate } from "./extern_types.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import { readCoreSort, readSortIndex } from "./sorts.ts";
import type { Definition, Extern, ExternType, NamedIndex, SortIndex, Type } from "./types.ts";
import { article } from "./value_types.ts";

type Of<Kind extends Definition["kind"]> = Extract<Definition, { readonly kind: Kind }>;

const INSTANTIATE = 0x00, EXPORTS = 0x01, CORE = 0x00, CORE_INSTANCE = 0x12, SORT_NAMES = 1;

export function readCoreInstance(reader: Reader, scope: Scope): Of<"core instance"> {
  const offset = reader.position;
  const form = reader.u8("core instance");
  const kind = "core instance";
  let found: Of<"core instance">;
  if (form === INSTANTIATE) {
    const module = scope.index(reader, "module");
    const items = readItems(reader, "argument", () => {
      const name = reader.name("name of an argument");
      const at = reader.position;
      const sort = reader.u8("core sort");
      if (sort !== CORE_INSTANCE) {
        reader.fail("core sort", at, `code is ${byteHex(sort)}, expected 0x12, an instance`);
      }
      return { name, sort: kind, index: scope.index(reader, kind) };
    });
    found = { kind, offset, module, items };
  } else if (form === EXPORTS) {
    const items = readItems(reader, "export", () => {
      const name = reader.name("name of an export");
      const sort = readCoreSort(reader);
      return { name, sort, index: scope.index(reader, sort) };
    });
    found = { kind, offset, items };
  } else {
    return unknownForm(reader, kind, offset, form);
  }
  scope.add(kind);
  return found;
}

/**
 * An instance that is made of exports does not name types, so no function belongs to a resource.
 */
const NO_RESOURCES: ReadonlyMap<Type, string> = new Map();

/**
 * Reads the names of core instances. Other names are skipped, and so is everything after a fault.
 */
export function readCoreInstanceNames(reader: Reader, names: Map<number, string>): void {
  try {
    while (reader.remaining > 0) {
      const id = reader.u8("subsection id");
      const contents = reader.range(reader.u32("subsection size"), "subsection");
      if (id !== SORT_NAMES || contents.u8("sort") !== CORE) continue;
      if (contents.u8("core sort") !== CORE_INSTANCE) continue;
      for (let left = contents.count("name count", MAX_ITEMS, 2); left > 0; left--) {
        const index = contents.u32("index");
        names.set(index, contents.name("name of a core instance"));
      }
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error; // the names are only for debugging
  }
}

/** Returns definitions with the names of core instances. */
export function nameCoreInstances(
  definitions: readonly Definition[],
  names: ReadonlyMap<number, string>,
): readonly Definition[] {
  if (names.size === 0) return definitions;
  let index = 0;
  return definitions.map((definition) => {
    if (definition.kind !== "core instance") return definition;
    const name = names.get(index++);
    return name === undefined ? definition : { ...definition, name };
  });
}

function unknownForm(reader: Reader, what: string, offset: number, form: number): never {
  return reader.fail(what, offset, `form is ${byteHex(form)}, expected 0x00 or 0x01`);
}

/** Reads the arguments or the exports of an instance, whose names have to be unique. */
function readItems(reader: Reader, what: string, read: () => NamedIndex): NamedIndex[] {
  const taken = new Set<string>();
  const items: NamedIndex[] = [];
  for (let left = reader.count(`${what} count`, MAX_ITEMS, 3); left > 0; left--) {
    const start = reader.position;
    const item = read();
    if (taken.has(item.name)) {
      const problem = `${quote(item.name)} appears twice, expected distinct names`;
      reader.fail(`name of an ${what}`, start, problem);
    }
    taken.add(item.name);
    items.push(item);
  }
  return items;
}

export function readInstance(reader: Reader, scope: Scope): Of<"instance"> {
  const offset = reader.position;
  const form = reader.u8("instance");
  const kind = "instance";
  if (form === INSTANTIATE) {
    const component = scope.index(reader, "component");
    const items = readItems(reader, "argument", () => {
      const name = reader.name("name of an argument");
      return { name, ...readSortIndex(reader, scope) };
    });
    const given = new Map(
      items.map((item) => [item.name, readTypeOf(reader, scope, item, offset)]),
    );
    const made = scope.components[component]!;
    const type = instantiate(reader, scope, made, given, { what: kind, offset });
    scope.instances.push(type);
    return { kind, offset, component, items, type };
  }
  if (form !== EXPORTS) return unknownForm(reader, kind, offset, form);
  const exports: Extern[] = [];
  const taken = new Set<string>();
  const items = readItems(reader, "export", () => {
    const named = readExternName(reader, scope, taken);
    const item = readSortIndex(reader, scope);
    const type = readTypeOf(reader, scope, item, offset);
    checkNamed(reader, named, type, NO_RESOURCES, offset);
    exports.push({ ...named, type });
    return { name: named.name, ...item };
  });
  const type = instanceType(reader, scope, exports);
  scope.instances.push(type);
  return { kind, offset, items, type };
}

/** Returns the type of a definition that is exported or given. */
export function readTypeOf(
  reader: Reader,
  scope: Scope,
  { sort, index }: SortIndex,
  offset: number,
): ExternType {
  const type = typeAt(scope, sort, index);
  if (type !== undefined) return type;
  return reader.fail(
    "export",
    offset,
    `it is ${article(sort)}, which components do not export`,
  );
}
