// The component model's binary format, "Component Definitions".

import { LoadError } from "../base/errors.ts";
import { isShared } from "../base/runtime.ts";
import { hex } from "../base/show.ts";
import { byteCount, byteHex, HEADER_BYTES, Reader } from "../binary/reader.ts";
import { readCanon } from "./canons.ts";
import { addExtern, type Named, readExternName, readExternType } from "./externs.ts";
import {
  nameCoreInstances,
  readCoreInstance,
  readCoreInstanceNames,
  readInstance,
  readTypeOf,
} from "./instances.ts";
import { TypeMatcher } from "./extern_types.ts";
import { readCoreType, readDeclarations } from "./core_types.ts";
import { Context, MAX_ITEMS, Scope } from "./scope.ts";
import { readAlias, readSortIndex } from "./sorts.ts";
import { type Replacements, substitute } from "./substitute.ts";
import { MAX_NESTING, readNamed, readType, typeOf } from "./type_definitions.ts";
import type { Component, Definition, ExternType } from "./types.ts";

const MODULE_HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const COMPONENT_HEADER = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** The custom section with names for debugging. */
const NAMES = "component-name";

/**
 * Reads a component: its definitions, with those of nested components, and the types of what it
 * imports and exports. Of core modules it reads the imports and the exports. The result does not
 * refer to the bytes.
 *
 * @param bytes the whole binary
 * @throws {WasmFormatError} if the component is malformed or uses a feature that is not released;
 * it has the offset.
 */
export function readComponent(bytes: Uint8Array): Component {
  const reader = new Reader(isShared(bytes.buffer) ? new Uint8Array(bytes) : bytes);
  const context = new Context();
  const component = readContents(reader, new Scope("component", context, undefined), "component");
  return { ...component, features: [...context.features.values()] };
}

/**
 * Refuses a component that uses the asynchronous ABI.
 *
 * @param name The component in errors.
 * @param source Where it comes from.
 */
export function refuseAsync(
  { features }: Pick<Component, "features">,
  { name, source }: { readonly name: string; readonly source: string },
): void {
  const use = features.find(({ feature }) => feature === "async");
  if (use === undefined) return;
  const problem = `it uses async at offset ${hex(use.offset)}, expected a synchronous component`;
  throw new LoadError("unsupported", `Cannot run ${name}: ${problem}`, { source });
}

function readContents(reader: Reader, scope: Scope, what: string): Component {
  const offset = reader.position;
  readHeader(reader, what, COMPONENT_HEADER);
  const read: Definition[] = [];
  while (reader.remaining > 0) readSection(reader, scope, read);
  const definitions = nameCoreInstances(read, scope.coreInstanceNames);
  const type = typeOf(reader, scope);
  return { offset, byteLength: reader.end - offset, definitions, type, features: [] };
}

function readHeader(reader: Reader, what: string, header: readonly number[]): void {
  const start = reader.skip(HEADER_BYTES, what);
  const found = [...reader.bytes.subarray(start, start + HEADER_BYTES)];
  const wrong = header.findIndex((byte, at) => found[at] !== byte);
  if (wrong < 0) return;
  const [is, expected] = [found, header].map((bytes) => bytes.map(byteHex).join(" "));
  reader.fail(what, start + wrong, `it begins ${is}, expected ${expected}`);
}

/** The functions that read one item of each section that is a list. */
const LISTS: Readonly<
  Record<number, [what: string, read: (reader: Reader, scope: Scope) => Definition | undefined]>
> = {
  2: ["core instance", readCoreInstance],
  3: ["core type", (reader, scope) => void readCoreType(reader, scope)],
  5: ["instance", readInstance],
  6: ["alias", readAlias],
  7: ["type", (reader, scope) => {
    const offset = reader.position;
    return { kind: "type", offset, type: readType(reader, scope) };
  }],
  8: ["canonical function", readCanon],
  10: ["import", readImport],
  11: ["export", readExport],
};

function readSection(reader: Reader, scope: Scope, definitions: Definition[]): void {
  const start = reader.position;
  const id = reader.u8("section id");
  if (id > 12) reader.fail("section id", start, `id is ${byteHex(id)}, expected 0x00 to 0x0c`);
  const at = reader.position;
  const byteLength = reader.u32("section size");
  if (byteLength > reader.remaining) {
    const problem = `size is ${byteCount(byteLength)}, expected at most ${reader.remaining} ` +
      "(a truncated file has to be fetched or built again)";
    reader.fail("section size", at, problem);
  }
  const contents = reader.range(byteLength, "section");
  switch (id) {
    case 0:
      if (contents.name("custom section name") !== NAMES) return;
      return readCoreInstanceNames(contents, scope.coreInstanceNames);
    case 1:
      definitions.push(readModule(contents, scope));
      return;
    case 4:
      definitions.push(readNested(contents, scope, start));
      return;
    case 9:
      return scope.refuse(reader, "section", start, "component start");
    case 12:
      return scope.refuse(reader, "section", start, "values");
  }
  const [what, read] = LISTS[id]!;
  for (let left = contents.count(`${what} count`, MAX_ITEMS, 1); left > 0; left--) {
    const found = read(contents, scope);
    if (found !== undefined) definitions.push(found);
  }
  if (contents.remaining > 0) {
    const problem = `${byteCount(contents.remaining)} left, expected the end of the section`;
    contents.fail(`${what} section`, contents.position, problem);
  }
}

function readModule(reader: Reader, scope: Scope): Definition {
  const contents = reader.position;
  const byteLength = reader.remaining;
  readHeader(reader, "core module", MODULE_HEADER);
  const type = readDeclarations(reader, contents);
  scope.modules.push(type);
  return { kind: "core module", offset: contents, contents, byteLength, type };
}

function readNested(reader: Reader, outer: Scope, offset: number): Definition {
  const scope = new Scope("component", outer.context, outer);
  if (scope.depth > MAX_NESTING) {
    const problem = `it is nested ${scope.depth} deep, expected at most ${MAX_NESTING}`;
    reader.fail("component", offset, problem);
  }
  const component = readContents(reader, scope, "nested component");
  outer.components.push(component.type);
  return { kind: "component", offset, component };
}

function readImport(reader: Reader, scope: Scope): Definition {
  const offset = reader.position;
  readNamed(reader, scope, "import");
  return { kind: "import", offset, import: scope.imports.at(-1)! };
}

function readExport(reader: Reader, scope: Scope): Definition {
  const offset = reader.position;
  const named = readExternName(reader, scope, scope.names.export);
  const item = readSortIndex(reader, scope);
  const own = readTypeOf(reader, scope, item, offset);
  const start = reader.position;
  const flag = reader.u8("presence of a type");
  if (flag > 1) {
    const problem = `flag is ${byteHex(flag)}, expected 0x00 or 0x01`;
    reader.fail("presence of a type", start, problem);
  }
  const given = flag === 1 ? ascribe(reader, scope, own, named, offset) : own;
  const isNew = given !== own && given.sort === "type";
  const type = addExtern(reader, scope, named, given, { way: "export", offset, isNew });
  const found = { ...named, type };
  scope.exports.push(found);
  return { kind: "export", offset, export: found, item };
}

/** Reads the type that is ascribed to an export, with the resource types of its own type. */
function ascribe(
  reader: Reader,
  scope: Scope,
  own: ExternType,
  { name }: Named,
  offset: number,
): ExternType {
  const given = readExternType(reader, scope);
  const replaced: Replacements = new Map();
  const matcher = new TypeMatcher(reader, scope, replaced, { what: "export", offset });
  matcher.match([{ name, type: given }], new Map([[name, own]]));
  if (given.sort !== "instance") return given;
  const exact = { ...given.type, resources: [] };
  scope.context.made(reader, exact, exact.exports.map((item) => item.type.type));
  return { sort: "instance", type: substitute(reader, scope, exact, replaced) };
}
