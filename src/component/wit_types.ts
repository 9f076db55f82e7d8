// The component model's WIT, "WIT Identifiers", "Types" and "Item: func".

import type {
  ComponentType,
  Extern,
  FunctionType,
  Labeled,
  ResourceUse,
  Type,
  ValueType,
} from "./types.ts";
import { unnamed } from "./value_types.ts";

/** The names of types in the scope where they are written. */
export type LocalNames = ReadonlyMap<Type, string>;

/** Returns the names of a component's types in the scope where they are defined. */
export function typeNames({ imports, exports }: ComponentType): LocalNames {
  const names = new Map<Type, string>();
  const add = (items: readonly Extern[]): void => {
    for (const { name, type: { sort, type } } of items) {
      if (sort === "instance") add(type.exports);
      if (sort !== "type") continue;
      names.set(type, name);
      const bare = unnamed(type);
      // All uses of a primitive type share one object.
      if (bare.kind !== "primitive" && !names.has(bare)) names.set(bare, name);
    }
  };
  add(imports);
  add(exports);
  return names;
}

const KEYWORDS = new Set(
  ("as async bool borrow char constructor enum export f32 f64 flags from func future import " +
    "include interface list map option own package record resource result s16 s32 s64 s8 static " +
    "stream string tuple type u16 u32 u64 u8 use variant with world error-context").split(" "),
);

/** Formats a name, with `%` before a keyword of WIT. */
export function identifier(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

/** Formats the type of a value with the names of a scope. */
export function formatType(type: ValueType | ResourceUse, names: LocalNames): string {
  let bare: Type = type;
  for (;;) {
    const name = names.get(bare);
    if (name !== undefined) return identifier(name);
    if (bare.kind !== "named") break;
    bare = bare.type;
  }
  return formatBare(bare as ValueType, names);
}

function formatBare(type: Type, names: LocalNames): string {
  const of = (part: ValueType) => formatType(part, names);
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "list":
    case "option":
      return `${type.kind}<${of(type.type)}>`;
    case "stream":
    case "future":
      return type.type === undefined ? type.kind : `${type.kind}<${of(type.type)}>`;
    case "tuple":
      return `tuple<${type.types.map(of).join(", ")}>`;
    case "map":
      return `map<${of(type.key)}, ${of(type.value)}>`;
    case "result": {
      const { ok, error } = type;
      if (error !== undefined) return `result<${ok === undefined ? "_" : of(ok)}, ${of(error)}>`;
      return ok === undefined ? "result" : `result<${of(ok)}>`;
    }
    case "own":
      return formatType(type.resource, names);
    case "borrow":
      return `borrow<${formatType(type.resource, names)}>`;
    case "record":
      return `record { ${labeled(type.fields, names)} }`;
    case "flags":
    case "enum":
      return `${type.kind} { ${type.names.map(identifier).join(", ")} }`;
    case "variant":
      return `variant { ${
        type.cases.map(({ name, type }) => identifier(name) + (type ? `(${of(type)})` : ""))
          .join(", ")
      } }`;
  }
  return type.kind; // a resource without a name here
}

function labeled(list: readonly Labeled[], names: LocalNames): string {
  return list.map(({ name, type }) => `${identifier(name)}: ${formatType(type, names)}`).join(", ");
}

/** Formats the type of a function: `func(name: string) -> string`. */
export function formatFunction(
  { isAsync, parameters, result }: FunctionType,
  names: LocalNames,
  isMethod = false,
): string {
  const shown = isMethod ? parameters.slice(1) : parameters;
  const returned = result === undefined ? "" : ` -> ${formatType(result, names)}`;
  return `${isAsync ? "async " : ""}func(${labeled(shown, names)})${returned}`;
}

/** Formats a constructor, whose result is the resource itself unless it can fail. */
export function formatConstructor(
  { parameters, result }: FunctionType,
  names: LocalNames,
): string {
  const fails = result !== undefined && unnamed(result).kind === "result";
  return `constructor(${labeled(parameters, names)})${
    fails ? ` -> ${formatType(result, names)}` : ""
  }`;
}

/** Returns the lines that define a type under a name. */
export function defineType(name: string, type: Type, names: LocalNames): string[] {
  const shown = identifier(name);
  const block = (items: readonly string[]) => [
    `${type.kind} ${shown} {`,
    ...items.map((item) => `  ${item},`),
    "}",
  ];
  switch (type.kind) {
    case "record":
      return block(
        type.fields.map((field) => `${identifier(field.name)}: ${formatType(field.type, names)}`),
      );
    case "variant":
      return block(
        type.cases.map((item) =>
          identifier(item.name) + (item.type ? `(${formatType(item.type, names)})` : "")
        ),
      );
    case "flags":
    case "enum":
      return block(type.names.map(identifier));
  }
  return [`type ${shown} = ${formatBare(type, names)};`];
}
