import type {
  ObjectBytes,
  ObjectNumbers,
  ObjectStrings,
  ObjectsType,
  ObjectText,
  ObjectType,
  ReferenceType,
} from "../abi/managed.ts";
import type {
  AccessorDeclaration,
  ClassDeclaration,
  EnumDeclaration,
  GlobalDeclaration,
} from "../abi/property_declaration.ts";
import { array, dictionary, object, typed } from "./object_shape.ts";
import { choice, flag, join, known, lazy, type Shape, text } from "./shape.ts";
import { fieldsOf } from "./struct_shapes.ts";
import { NUMBER_NAMES, numericType } from "./value_shapes.ts";

// The shapes of AssemblyScript objects.

const parts = { type: known, nullable: flag };

const data = { ...parts, class: text };

const reference = object<ReferenceType>("a reference", data);

const objects = object<ObjectsType>("an array of objects", {
  ...data,
  item: lazy("a type", () => field),
});

const whole = object<ObjectType>("an object", {
  ...data,
  fields: fieldsOf(lazy("a type", () => field)),
}, {
  // Only an object within another one of its class can omit the fields.
  look: (kept, at, problems) => {
    if (kept.fields !== undefined || kept.class !== undefined) return;
    problems.wrong(join(at, "fields"), undefined, "the fields by name");
  },
});

/** The shapes of parameters and of results that are objects. */
export const OBJECT_SHAPES: Readonly<Record<string, Shape>> = {
  object: whole,
  objects,
  reference,
};

const forms: Readonly<Record<string, Shape>> = {
  string: object<ObjectText>("a field", parts),
  bytes: object<ObjectBytes>("a field", data),
  array: object<ObjectNumbers>("a field", { ...data, element: numericType }, {
    needs: ["element"],
  }),
  strings: object<ObjectStrings>("a field", data),
  ...OBJECT_SHAPES,
};

function elsewhere(type: string): string | undefined {
  if (type === "struct") return 'expected "object": a class has no structs in place';
  if (type === "list") return 'expected "objects", or "array" for numbers';
  return type === "void" || type === "externref" ? "which an object cannot hold" : undefined;
}

const field: Shape = typed([...NUMBER_NAMES, "string", "bytes"], forms, elsewhere);

const global = object<GlobalDeclaration>("{ type }", { type: field, name: text, mutable: flag }, {
  needs: ["type"],
  explain: (key) =>
    key === "parameters" || key === "result"
      ? 'expected none beside "type", which is that of a global'
      : undefined,
});

const enumeration = object<EnumDeclaration>('{ type: "enum", members }', {
  type: known,
  members: array(text, "an array of names"),
  name: text,
}, { needs: ["members"] });

/** Makes the shape of a class, from those of a method and of parameters. */
export function classShape(method: Shape, parameters: Shape): Shape {
  const accessor = object<AccessorDeclaration>("{ type }", { type: field, mutable: flag }, {
    needs: ["type"],
  });
  const methods = dictionary(method, "functions by name");
  return object<ClassDeclaration>('{ type: "class", parameters }', {
    type: known,
    parameters,
    create: text,
    methods,
    properties: dictionary(accessor, "properties by name"),
    statics: methods,
    name: text,
  }, { needs: ["parameters"] });
}

/** The shape of a symbol that is a property: a global or an enumeration. */
export const propertyShape: Shape = choice(
  "{ type }",
  (value) => (value as { type: unknown }).type === "enum" ? enumeration : global,
);
