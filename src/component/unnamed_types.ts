// The component model's explainer, "Import and Export Definitions": the types that imports and
// exports refer to have names themselves.

import { TypeNames } from "./scope.ts";
import type { Extern, ExternType, Type } from "./types.ts";
import { partsOf, unnamed } from "./value_types.ts";

/** Types without the names that they got by imports and exports. */
type Bare = ReturnType<typeof unnamed>;

/**
 * Finds a type to which an import or an export refers and that has no name in the scope, and adds
 * the names that it gives types.
 */
export function findUnnamed({ sort, type }: ExternType, names: TypeNames): Bare | undefined {
  switch (sort) {
    case "function":
      return firstOf(partsOf(type), names);
    case "type": {
      const found = type.kind === "named" && names.has(type.type)
        ? undefined
        : findInDefinition(unnamed(type), names);
      names.add(type);
      return found;
    }
    case "instance":
      return findInExports(type.exports, names);
  }
  return undefined;
}

function findInExports(exports: readonly Extern[], names: TypeNames): Bare | undefined {
  for (const { type } of exports) {
    const found = findUnnamed(type, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds a type without a name in one that gets a name itself. */
function findInDefinition(type: Bare, names: TypeNames): Bare | undefined {
  // The names in the type of an instance are its own.
  if (type.kind === "instance") return findInExports(type.exports, new TypeNames(names));
  return type.kind === "component" ? undefined : firstOf(partsOf(type), names);
}

function firstOf(types: readonly (Type | undefined)[], names: TypeNames): Bare | undefined {
  for (const type of types) {
    const found = type && findReferred(type, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findReferred(type: Type, names: TypeNames): Bare | undefined {
  if (names.has(type)) return undefined;
  switch (type.kind) {
    case "named":
      return findReferred(type.type, names);
    case "record":
    case "variant":
    case "enum":
    case "flags":
    case "resource":
      return type;
  }
  return firstOf(partsOf(type), names);
}
