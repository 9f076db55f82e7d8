// The component model's binary format, "Type Definitions".

import { byteHex, type Reader } from "../binary/reader.ts";
import { readCoreType } from "./core_types.ts";
import { addExtern, readExternName, readExternType } from "./externs.ts";
import { MAX_ITEMS, Scope } from "./scope.ts";
import { readAlias } from "./sorts.ts";
import type { ComponentType, FunctionType, InstanceType, ResourceType, Type } from "./types.ts";
import { readDefinedValue, readFlag, readLabeled, readValueType } from "./value_types.ts";

const RESOURCE = 0x3f, FUNCTION = 0x40, COMPONENT = 0x41, INSTANCE = 0x42, ASYNC_FUNCTION = 0x43;

const I32 = 0x7f, I64 = 0x7e;

/** The maximum nesting of scopes: more than any component has. */
export const MAX_NESTING = 100;

/** Reads a type into the index space of a scope. */
export function readType(reader: Reader, scope: Scope): Type {
  const start = reader.position;
  const code = reader.u8("type");
  const type = readDefinedValue(reader, scope, code, start) ??
    readOther(reader, scope, code, start);
  scope.types.push(type);
  return type;
}

function readOther(reader: Reader, scope: Scope, code: number, start: number): Type {
  switch (code) {
    case FUNCTION:
      return readFunction(reader, scope, false);
    case ASYNC_FUNCTION:
      scope.context.uses("async", start);
      return readFunction(reader, scope, true);
    case COMPONENT:
      return readComponentType(reader, scope, start);
    case INSTANCE:
      return readInstanceType(reader, scope, start);
    case RESOURCE:
      return readResourceType(reader, scope, start);
  }
  return reader.fail("type", start, `code is ${byteHex(code)}, expected that of a type`);
}

function readFunction(reader: Reader, scope: Scope, isAsync: boolean): FunctionType {
  const parameters = readLabeled(reader, scope, "parameter");
  const result = readResult(reader, scope);
  const type: FunctionType = { kind: "function", isAsync, parameters, result };
  return scope.context.made(reader, type, [...parameters.map(({ type }) => type), result]);
}

/** Reads the result of a function: a type, or none. */
export function readResult(reader: Reader, scope: Scope) {
  const isNone = readFlag(reader, "result");
  const start = reader.position;
  if (!isNone) {
    const type = readValueType(reader, scope);
    if (!scope.context.holds(type, "borrows")) return type;
    reader.fail("result", start, "it has a borrowed handle, expected owned ones alone");
  }
  const count = reader.u8("result count");
  if (count === 0) return undefined;
  return reader.fail("result count", start, `count is ${count}, expected 0`);
}

function readResourceType(reader: Reader, scope: Scope, offset: number): ResourceType {
  if (scope.kind !== "component") {
    reader.fail("type", offset, "it defines a resource, expected that in a component alone");
  }
  const start = reader.position;
  const representation = reader.u8("representation");
  if (representation === I64) scope.refuse(reader, "representation", start, "64-bit memories");
  if (representation !== I32) {
    const problem = `code is ${byteHex(representation)}, expected 0x7f (i32)`;
    reader.fail("representation", start, problem);
  }
  const destructor = readFlag(reader, "presence of a destructor")
    ? scope.index(reader, "core function")
    : undefined;
  const type = scope.introduce({ kind: "resource", offset, destructor });
  scope.resources.push(type);
  scope.defined.add(type);
  return type;
}

/** Makes the scope of a type within another scope. */
function inner(reader: Reader, scope: Scope, kind: Scope["kind"], offset: number): Scope {
  const found = new Scope(kind, scope.context, scope);
  if (found.depth <= MAX_NESTING) return found;
  const problem = `it is nested ${found.depth} deep, expected at most ${MAX_NESTING}`;
  return reader.fail("type", offset, problem);
}

function readInstanceType(reader: Reader, outer: Scope, start: number): InstanceType {
  const scope = inner(reader, outer, "instance type", start);
  for (let left = reader.count("declaration count", MAX_ITEMS, 2); left > 0; left--) {
    readDeclaration(reader, scope, false);
  }
  const { exports, resources, context } = scope;
  const parts = exports.map(({ type }) => type.type);
  return context.made(reader, { kind: "instance", exports, resources }, parts);
}

function readComponentType(reader: Reader, outer: Scope, start: number): ComponentType {
  const scope = inner(reader, outer, "component type", start);
  for (let left = reader.count("declaration count", MAX_ITEMS, 2); left > 0; left--) {
    readDeclaration(reader, scope, true);
  }
  return typeOf(reader, scope);
}

/** Returns the type of a component by the imports and exports of its scope. */
export function typeOf(reader: Reader, scope: Scope): ComponentType {
  const { imports, exports, resources, context } = scope;
  const parts = [...imports, ...exports].map(({ type }) => type.type);
  return context.made(reader, { kind: "component", imports, exports, resources }, parts);
}

function readDeclaration(reader: Reader, scope: Scope, isComponent: boolean): void {
  const start = reader.position;
  const form = reader.u8("declaration");
  switch (form) {
    case 0x00:
      return readCoreType(reader, scope);
    case 0x01:
      readType(reader, scope);
      return;
    case 0x02:
      readAlias(reader, scope);
      return;
    case 0x03:
      if (isComponent) return readNamed(reader, scope, "import");
      break;
    case 0x04:
      return readNamed(reader, scope, "export");
  }
  reader.fail("declaration", start, `form is ${byteHex(form)}, expected 0x00 to 0x04`);
}

/** Reads an import, or the declaration of an export. */
export function readNamed(reader: Reader, scope: Scope, way: "import" | "export"): void {
  const offset = reader.position;
  const named = readExternName(reader, scope, scope.names[way]);
  const given = readExternType(reader, scope);
  const type = addExtern(reader, scope, named, given, { way, offset, isNew: way === "export" });
  scope[`${way}s`].push({ ...named, type });
}
