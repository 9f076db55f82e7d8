import type { Convention } from "../abi/convention.ts";
import type { NumberName } from "../abi/number.ts";
import type {
  ObjectField,
  ObjectFields,
  ObjectsType,
  ObjectType,
  ObjectValue,
  ReferenceType,
} from "../abi/managed.ts";
import type { ManagedField, ManagedObject, ManagedPlan } from "../abi/managed_layout.ts";
import { Problem } from "../base/errors.ts";
import { NUMERIC_TYPES, type NumericType } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";

// AssemblyScript objects: each field is at the next offset that is a multiple of its size, and
// references have 4 bytes.

const REFERENCE_SIZE = 4;

/** Resolves a parameter or a result that is an object, if the convention has objects. */
export function resolveObject(
  declared: ObjectType | ObjectsType | ReferenceType,
  convention: Convention | undefined,
): ManagedPlan | Problem {
  const objects = convention?.arrayPlace;
  if (objects?.kind === "managedArray") {
    const lost = withoutFields(declared, []);
    return lost === undefined
      ? { kind: "managed", layout: layOutObject(declared), objects }
      : missingFields(lost);
  }
  return new Problem({
    code: "no-convention",
    part: "type",
    cannot: `Cannot pass ${quote(declared.type)}`,
    found: "the convention has no objects",
    expected: declared.type === "object"
      ? 'convention: assemblyScript(), or type: "struct" for a struct of C'
      : "convention: assemblyScript()",
  });
}

/** Returns the first object without fields that is not within an object of its class. */
function withoutFields(
  value: ObjectField | undefined,
  around: readonly string[],
): ObjectType | undefined {
  if (typeof value !== "object") return undefined;
  if (value.type === "objects") return withoutFields(value.item, around);
  if (value.type !== "object") return undefined;
  const { class: named, fields } = value;
  if (fields === undefined) return around.includes(named!) ? undefined : value;
  const inside = named === undefined ? around : [...around, named];
  for (const field of Object.values(fields)) {
    const found = withoutFields(field, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function missingFields({ class: named }: ObjectType): Problem {
  return new Problem({
    code: "signature",
    part: "fields",
    cannot: `Cannot copy an object of class ${quote(named!)}`,
    found: "it has no fields, and is not within an object of that class",
    expected: "its fields by name",
  });
}

/** Computes the layout of a value that is an object. */
export function layOutObject(value: ObjectValue): ManagedObject {
  if (value === "string") return { kind: "string", nullable: false };
  if (value === "bytes") {
    return { kind: "data", content: value, class: undefined, nullable: false };
  }
  const { nullable = false } = value;
  const named = "class" in value ? value.class : undefined;
  switch (value.type) {
    case "string":
      return { kind: "string", nullable };
    case "bytes":
      return { kind: "data", content: "bytes", class: named, nullable };
    case "array":
      return { kind: "data", content: { element: value.element }, class: named, nullable };
    case "strings":
      return {
        kind: "items",
        item: { kind: "string", nullable: false },
        class: named,
        nullable,
      };
    case "objects":
      return value.item === undefined || storeOf(value.item) !== undefined
        ? { kind: "numbers", item: value.item as NumberName | undefined, class: named, nullable }
        : { kind: "items", item: layOutObject(value.item as ObjectValue), class: named, nullable };
    case "object":
      return value.fields === undefined
        ? { kind: "again", class: named!, nullable }
        : { kind: "object", class: named, nullable, ...layOutFields(value.fields) };
    case "reference":
      return { kind: "reference", class: named, nullable };
  }
}

function layOutFields(
  fields: ObjectFields,
): { readonly fields: readonly ManagedField[]; readonly size: number } {
  let size = 0;
  const placed = Object.keys(fields).map((name): ManagedField => {
    const field = fields[name]!;
    const store = storeOf(field);
    const width = store === undefined ? REFERENCE_SIZE : NUMERIC_TYPES[store].byteLength;
    const offset = Math.ceil(size / width) * width;
    size = offset + width;
    const layout = store === undefined
      ? layOutObject(field as ObjectValue)
      : { kind: "number", type: field, store } as ManagedField["layout"];
    return { name, offset, layout };
  });
  return { fields: placed, size };
}

/** Returns the type of a number in memory; absent for an object. */
function storeOf(field: ObjectField): NumericType | undefined {
  if (typeof field === "object" || field === "string" || field === "bytes") return undefined;
  return field === "bool" ? "u8" : field === "pointer" ? "u32" : field;
}
