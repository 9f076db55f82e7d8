// The component model's binary format, "Import and Export Definitions" and the types of both.

import { quote } from "../base/show.ts";
import { byteHex, type Reader } from "../binary/reader.ts";
import { canonicalName, isNested, parseInterface, parseName } from "./names.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import { adopt } from "./substitute.ts";
import type { Extern, ExternType, NamedType, Sort, Type } from "./types.ts";
import { findUnnamed } from "./unnamed_types.ts";
import { article, nameOf, unnamed } from "./value_types.ts";

/** The name of an import or an export, with its attributes. */
export type Named = Omit<Extern, "type">;

/** Reads the name of an import or an export, which has to be unique in its scope. */
export function readExternName(
  reader: Reader,
  scope: Scope | undefined,
  taken: Set<string>,
): Named {
  const start = reader.position;
  const form = reader.u8("form of a name");
  if (form > 2) {
    reader.fail("form of a name", start, `form is ${byteHex(form)}, expected 0x00 to 0x02`);
  }
  const at = reader.position;
  const name = reader.name("name");
  const parsed = parseName(name);
  if (parsed === undefined) {
    const expected = "words in kebab case or the name of an interface";
    reader.fail("name", at, `name is ${quote(name)}, expected ${expected}`);
  }
  if (parsed?.kind === "interface" && isNested(parsed)) {
    scope?.refuse(reader, "name", at, "nested namespaces");
  }
  const canonical = canonicalName(name, parsed);
  if (taken.has(canonical)) {
    reader.fail("name", at, `${quote(name)} appears twice, expected names that differ`);
  }
  taken.add(canonical);
  if (form !== 2) return { name };
  const attributes = readAttributes(reader, scope);
  if (attributes.implements !== undefined && parsed?.kind !== "plain") {
    reader.fail("name", at, `${quote(name)} implements an interface, expected a name of its own`);
  }
  return { name, ...attributes };
}

function readAttributes(reader: Reader, scope: Scope | undefined): Partial<Named> {
  const found: { implements?: string; externalId?: string } = {};
  for (let left = reader.count("attribute count", MAX_ITEMS, 2); left > 0; left--) {
    const start = reader.position;
    const form = reader.u8("attribute");
    if (form === 0x01) scope?.refuse(reader, "attribute", start, "version suffixes");
    const at = reader.position;
    const text = reader.name("attribute");
    const key = form === 0x00 ? "implements" : form === 0x02 ? "externalId" : undefined;
    if (key === undefined) {
      return reader.fail("attribute", start, `form is ${byteHex(form)}, expected 0x00 to 0x02`);
    }
    if (found[key] !== undefined) {
      reader.fail("attribute", start, "it appears twice, expected each kind once");
    }
    if (key === "implements" && parseInterface(text) === undefined) {
      const problem = `name is ${quote(text)}, expected the name of an interface`;
      reader.fail("attribute", at, problem);
    }
    scope?.context.uses(key === "implements" ? key : "external-id", start);
    found[key] = text;
  }
  return found;
}

const SORTS = {
  0x00: "core",
  0x01: "function",
  0x03: "type",
  0x04: "component",
  0x05: "instance",
} as const;

/** Reads a sort, of which "core" is only the first part. */
export function readSortForm(reader: Reader, scope: Scope): (typeof SORTS)[keyof typeof SORTS] {
  const start = reader.position;
  const code = reader.u8("sort");
  if (code === 0x02) scope.refuse(reader, "sort", start, "values");
  const sort = SORTS[code as keyof typeof SORTS];
  if (sort !== undefined) return sort;
  return reader.fail("sort", start, `code is ${byteHex(code)}, expected 0x00 to 0x05`);
}

/** Reads the type of an import or an export. */
export function readExternType(reader: Reader, scope: Scope): ExternType {
  const start = reader.position;
  const sort = readSortForm(reader, scope);
  if (sort === "core") return readModule(reader, scope);
  if (sort === "type") return { sort, type: readBound(reader, scope, start) };
  const at = reader.position;
  const type = unnamed(scope.types[scope.index(reader, "type")]!);
  if (type.kind !== sort) {
    reader.fail("type", at, `it is ${nameOf(type)}, expected that of ${article(sort)}`);
  }
  return { sort, type } as ExternType;
}

function readModule(reader: Reader, scope: Scope): ExternType {
  const start = reader.position;
  const sort = reader.u8("core sort");
  if (sort !== 0x11) {
    reader.fail("core sort", start, `code is ${byteHex(sort)}, expected 0x11, a module`);
  }
  const at = reader.position;
  const type = scope.moduleTypes.get(scope.index(reader, "core type"));
  if (type !== undefined) return { sort: "module", type };
  return reader.fail("core type", at, "it is no module, expected that of a module");
}

function readBound(reader: Reader, scope: Scope, offset: number): Type {
  const start = reader.position;
  const bound = reader.u8("bound");
  if (bound === 0x00) return scope.types[scope.index(reader, "type")]!;
  if (bound !== 0x01) {
    reader.fail("bound", start, `code is ${byteHex(bound)}, expected 0x00 or 0x01`);
  }
  return scope.introduce({ kind: "resource", offset, destructor: undefined });
}

/** Where an import or an export is, and which of both. */
interface Placed {
  readonly way: "import" | "export";
  readonly offset: number;
  /** Whether a resource type is a new one for each instance. */
  readonly isNew: boolean;
}

/**
 * Adds an import or an export to the index space of its sort, under its name.
 *
 * @returns what the scope's type has: a type under its name, an instance with its own types.
 */
export function addExtern(
  reader: Reader,
  scope: Scope,
  named: Named,
  given: ExternType,
  { way, offset, isNew }: Placed,
): ExternType {
  const { name } = named;
  checkNamed(reader, named, given, scope.resourceNames[way], offset);
  const added = add(reader, scope, name, given, way, isNew);
  if (scope.kind !== "instance type") {
    checkNames(reader, scope, { ...named, type: added }, way, offset);
  }
  return added;
}

/** Checks that all types that an import or an export refers to have names of the scope. */
function checkNames(
  reader: Reader,
  scope: Scope,
  { name, type }: Extern,
  way: "import" | "export",
  offset: number,
): void {
  const found = findUnnamed(type, scope.typeNames[way]);
  if (found === undefined) return;
  const expected = `the ${way} of that type before it`;
  const problem = `${quote(name)} refers to ${nameOf(found)} without a name, expected ${expected}`;
  reader.fail("name", offset, problem);
}

function add(
  reader: Reader,
  scope: Scope,
  name: string,
  given: ExternType,
  way: "import" | "export",
  isNew: boolean,
): ExternType {
  switch (given.sort) {
    case "type": {
      const { type } = given;
      if (isNew && type.kind === "resource") scope.resources.push(type);
      const own: NamedType = { kind: "named", name, owner: undefined, type };
      scope.types.push(scope.context.made(reader, own, [type]));
      if (unnamed(type).kind === "resource") scope.resourceNames[way].set(own, name);
      return { sort: "type", type: own };
    }
    case "instance": {
      const owner = scope.kind === "component" ? name : undefined;
      const type = adopt(reader, scope, given.type, owner);
      scope.instances.push(type);
      return { sort: "instance", type };
    }
    case "function":
      scope.functions.push(given.type);
      return given;
    case "component":
      scope.components.push(given.type);
      return given;
    case "module":
      scope.modules.push(given.type);
      return given;
  }
}

/**
 * Checks that a name is consistent with the type: an instance that implements an interface, or a
 * function that belongs to a resource.
 *
 * @param resources The names of the resource types that functions can belong to.
 */
export function checkNamed(
  reader: Reader,
  { name, implements: of }: Named,
  given: ExternType,
  resources: ReadonlyMap<Type, string>,
  offset: number,
): void {
  if (of !== undefined && given.sort !== "instance") {
    const problem = `${quote(name)} implements an interface and is ${article(given.sort)}`;
    reader.fail("name", offset, `${problem}, expected an instance`);
  }
  if (name.startsWith("[")) checkMember(reader, name, given, resources, offset);
}

/** Checks that a function with the name of a resource belongs to it by its type. */
function checkMember(
  reader: Reader,
  name: string,
  { sort, type }: ExternType,
  resources: ReadonlyMap<Type, string>,
  offset: number,
): void {
  const refuse = (found: string, expected: string): never =>
    reader.fail("name", offset, `${quote(name)} ${found}, expected ${expected}`);
  const parsed = parseName(name);
  if (parsed === undefined || !("resource" in parsed)) return;
  if (sort !== "function") return refuse(`is ${article(sort)}`, "a function");
  const { kind, resource } = parsed;
  if (kind === "static") {
    if (![...resources.values()].includes(resource)) {
      refuse("has no such resource", "one before it");
    }
    return;
  }
  const [self] = type.parameters;
  const isMethod = kind === "method";
  if (isMethod && self?.name !== "self") {
    const found = self === undefined ? "has no parameter" : `begins with ${quote(self.name)}`;
    refuse(found, 'the parameter "self"');
  }
  const carrier = isMethod ? unnamed(self!.type) : type.result && unnamed(type.result);
  const made = !isMethod && carrier?.kind === "result" && carrier.ok !== undefined
    ? unnamed(carrier.ok)
    : carrier;
  const [what, wanted] = isMethod ? ["takes", "borrow"] as const : ["returns", "own"] as const;
  if (made?.kind !== wanted) {
    return refuse(
      `${what} ${made === undefined ? "nothing" : nameOf(made)}`,
      `${article(wanted)} of ${quote(resource)}`,
    );
  }
  const found = resources.get(made.resource);
  if (found === resource) return;
  refuse(
    found === undefined ? `${what} a resource without a name here` : `${what} ${quote(found)}`,
    quote(resource),
  );
}

/** Returns the type of an exportable definition; `undefined` for a core definition. */
export function typeAt(scope: Scope, sort: Sort, index: number): ExternType | undefined {
  switch (sort) {
    case "function":
      return { sort, type: scope.functions[index]! };
    case "type":
      return { sort, type: scope.types[index]! };
    case "component":
      return { sort, type: scope.components[index]! };
    case "instance":
      return { sort, type: scope.instances[index]! };
    case "module":
      return { sort, type: scope.modules[index]! };
  }
  return undefined;
}
