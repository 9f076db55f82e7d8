// The component model's binary format, "Instance Definitions", for sorts, and "Alias Definitions".

import { quote } from "../base/show.ts";
import { byteHex, type Reader } from "../binary/reader.ts";
import { byName } from "./extern_types.ts";
import { readSortForm, typeAt } from "./externs.ts";
import type { Scope } from "./scope.ts";
import type { Definition, Extern, ExternType, Sort, SortIndex, Type } from "./types.ts";
import { article, partsOf } from "./value_types.ts";

const CORE_SORTS: Readonly<Record<number, Sort>> = {
  0x00: "core function",
  0x01: "core table",
  0x02: "core memory",
  0x03: "core global",
  0x04: "core tag",
  0x10: "core type",
  0x11: "module",
  0x12: "core instance",
};

export function readSort(reader: Reader, scope: Scope): Sort {
  const sort = readSortForm(reader, scope);
  return sort === "core" ? readCoreSort(reader) : sort;
}

export function readCoreSort(reader: Reader): Sort {
  const start = reader.position;
  const code = reader.u8("core sort");
  const sort = CORE_SORTS[code];
  if (sort !== undefined) return sort;
  return reader.fail("core sort", start, `code is ${byteHex(code)}, expected that of a sort`);
}

export function readSortIndex(reader: Reader, scope: Scope): SortIndex {
  const sort = readSort(reader, scope);
  return { sort, index: scope.index(reader, sort) };
}

type Alias = Extract<Definition, { readonly kind: "alias" }>;

/** Reads an alias, and adds its target to its index space. */
export function readAlias(reader: Reader, scope: Scope): Alias {
  const offset = reader.position;
  const sort = readSort(reader, scope);
  const start = reader.position;
  const form = reader.u8("alias");
  switch (form) {
    case 0x00: {
      const instance = scope.index(reader, "instance");
      const at = reader.position;
      const name = reader.name("name of an export");
      const { exports } = scope.instances[instance]!;
      addTyped(reader, scope, findExport(reader, exports, name, sort, at));
      return { kind: "alias", offset, sort, of: "export", instance, name };
    }
    case 0x01: {
      const instance = scope.index(reader, "core instance");
      const name = reader.name("name of an export");
      addCore(reader, scope, sort, start);
      return { kind: "alias", offset, sort, of: "core export", instance, name };
    }
    case 0x02:
      return readOuter(reader, scope, sort, offset);
  }
  return reader.fail("alias", start, `form is ${byteHex(form)}, expected 0x00 to 0x02`);
}

/** Returns the export of an instance by name, which has to be of the given sort. */
export function findExport(
  reader: Reader,
  exports: readonly Extern[],
  name: string,
  sort: Sort,
  offset: number,
): ExternType {
  const found = byName(exports).get(name);
  if (found === undefined) {
    return reader.fail("name of an export", offset, `the instance has no ${quote(name)}`);
  }
  if (found.sort === sort) return found;
  const problem = `${quote(name)} is ${article(found.sort)}, expected ${article(sort)}`;
  return reader.fail("name of an export", offset, problem);
}

function addCore(reader: Reader, scope: Scope, sort: Sort, offset: number): void {
  switch (sort) {
    case "core function":
    case "core table":
    case "core memory":
    case "core global":
    case "core tag":
      return scope.add(sort);
  }
  reader.fail("alias", offset, `it is ${article(sort)}, expected what a core instance exports`);
}

/** Adds a definition whose type is known to its index space. */
export function addTyped(reader: Reader, scope: Scope, { sort, type }: ExternType): void {
  switch (sort) {
    case "function":
      scope.functions.push(type);
      break;
    case "type":
      scope.types.push(type);
      break;
    case "component":
      scope.components.push(type);
      break;
    case "instance":
      scope.instances.push(type);
      break;
    case "module":
      scope.modules.push(type);
      break;
  }
  if (scope.kind !== "component" && sort !== "type" && sort !== "instance") {
    reader.fail("alias", reader.position, `it is ${article(sort)}, expected an instance or a type`);
  }
}

function readOuter(reader: Reader, scope: Scope, sort: Sort, offset: number): Alias {
  const at = reader.position;
  const outer = reader.u32("outer count");
  if (outer > scope.depth) {
    reader.fail("outer count", at, `count is ${outer}, expected at most ${scope.depth}`);
  }
  let target = scope;
  for (let left = outer; left > 0; left--) target = target.parent!;
  const index = target.index(reader, sort);
  if (sort === "core type") {
    const module = target.moduleTypes.get(index);
    if (module !== undefined) scope.moduleTypes.set(scope.coreTypes.length, module);
    scope.coreTypes.push(target.coreTypes[index]!);
  } else {
    const type = sort === "type" || sort === "component" || sort === "module"
      ? typeAt(target, sort, index)
      : undefined;
    if (type === undefined) {
      return reader.fail(
        "alias",
        offset,
        `it is ${article(sort)}, expected a type, a component or a module`,
      );
    }
    if (type.sort === "type" && crosses(scope, target) && refersTo(target, type.type)) {
      const problem =
        "the type refers to a resource, expected one that no component has for itself";
      reader.fail("alias", offset, problem);
    }
    addTyped(reader, scope, type);
  }
  return { kind: "alias", offset, sort, of: "outer", outer, index };
}

/** Returns whether there is a component boundary between a scope and an enclosing one. */
function crosses(scope: Scope, target: Scope): boolean {
  for (let inner = scope; inner !== target; inner = inner.parent!) {
    if (inner.kind === "component") return true;
  }
  return false;
}

/** Returns whether a type refers to a resource type of a scope or an enclosing one. */
function refersTo(scope: Scope, type: Type): boolean {
  const seen = new Set<Type>();
  const visit = (part: Type | undefined): boolean => {
    if (part === undefined || seen.has(part)) return false;
    seen.add(part);
    if (part.kind === "resource") return scope.has(part);
    return scope.context.holds(part, "resources") && partsOf(part).some(visit);
  };
  return visit(type);
}
