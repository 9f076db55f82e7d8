// The component model's binary format, "Type Definitions", as tools embed it in a core module: the
// custom section `component-type` is a component whose only type describes the guest's world.

import { WasmFormatError } from "../../base/errors.ts";
import { HEADER_BYTES, type Reader } from "../../binary/reader.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { eachSection } from "./sections.ts";

/** A type of a value in WIT. */
export type WitType =
  | { readonly kind: "primitive"; readonly name: string }
  | { readonly kind: "list"; readonly item: WitType }
  | { readonly kind: "other"; readonly name: string };

/** A function in the guest's world. */
export interface WitFunction {
  readonly parameters: readonly { readonly name: string; readonly type: WitType }[];
  readonly result: WitType | undefined;
  readonly isAsync: boolean;
}

/**
 * Reads the functions that a guest exports by its world, as far as the binary has its types.
 *
 * @returns The functions by the names of their core exports; none if there are no types, or of an
 * unknown form.
 */
export function readWorld(
  bytes: Uint8Array,
  { customSections }: Pick<ModuleInfo, "customSections">,
): ReadonlyMap<string, WitFunction> {
  const found = new Map<string, WitFunction>();
  for (const { name, offset, byteLength } of customSections) {
    if (name !== "component-type" && !name.startsWith("component-type:")) continue;
    try {
      readEncoded(bytes.subarray(offset, offset + byteLength), found);
    } catch (error) {
      // Engines accept any contents of a custom section.
      if (!(error instanceof WasmFormatError)) throw error;
    }
  }
  return found;
}

const TYPE_SECTION = 7, COMPONENT_TYPE = 0x41, INSTANCE_TYPE = 0x42;

const FUNCTION_TYPE = 0x40, ASYNC_FUNCTION_TYPE = 0x43;

function readEncoded(bytes: Uint8Array, found: Map<string, WitFunction>): void {
  if (bytes.length < HEADER_BYTES) return;
  eachSection(bytes, (id, _offset, section) => {
    if (id !== TYPE_SECTION) return;
    for (let left = section.u32("type count"); left > 0; left--) {
      const outer = readType(section, []);
      // The component's only type is that of the world.
      for (const world of outer.kind === "scope" ? outer.types : []) {
        if (world.kind === "scope") addExports(world, "", found);
      }
    }
  });
}

/** Adds the functions that a world or an interface exports. */
function addExports(
  { exports, types }: Scope,
  prefix: string,
  found: Map<string, WitFunction>,
): void {
  for (const { name, sort, index } of exports) {
    const type = types[index];
    if (sort === "function" && type?.kind === "function") found.set(prefix + name, type.type);
    else if (sort === "instance" && type?.kind === "scope") addExports(type, `${name}#`, found);
  }
}

/** An entry of the index space of types. */
type Entry =
  | Scope
  | { readonly kind: "function"; readonly type: WitFunction }
  | { readonly kind: "value"; readonly type: WitType };

/** The type of a component or of an instance. */
interface Scope {
  readonly kind: "scope";
  readonly types: readonly Entry[];
  readonly exports: readonly Named[];
}

/** An export: its sort, and the index of its type. */
interface Named {
  readonly name: string;
  readonly sort: "function" | "instance" | "other";
  readonly index: number;
}

const UNKNOWN: WitType = { kind: "other", name: "a type of another interface" };

/** Reads a type; `types` are those that it can refer to. */
function readType(reader: Reader, types: readonly Entry[], depth = 0): Entry {
  const opcode = reader.u8("type");
  switch (opcode) {
    case COMPONENT_TYPE:
    case INSTANCE_TYPE:
      return readScope(reader, depth + 1);
    case FUNCTION_TYPE:
    case ASYNC_FUNCTION_TYPE:
      return { kind: "function", type: readFunction(reader, types, opcode !== FUNCTION_TYPE) };
    default:
      return { kind: "value", type: readDefined(reader, opcode, types) };
  }
}

/** More scopes within scopes than any world has. */
const MOST_NESTED = 32;

function readScope(reader: Reader, depth: number): Scope {
  if (depth > MOST_NESTED) reader.fail("type", reader.position, "it is nested too deeply");
  const types: Entry[] = [];
  const exports: Named[] = [];
  for (let left = reader.u32("declaration count"); left > 0; left--) {
    const kind = reader.u8("declaration");
    if (kind === 0x01) types.push(readType(reader, types, depth));
    else if (kind === 0x02) readAlias(reader, types);
    else if (kind === 0x03 || kind === 0x04) {
      const named = readNamed(reader, types);
      if (kind === 0x04) exports.push(named);
    } else reader.fail("declaration", reader.position - 1, `kind is ${kind}, expected 1 to 4`);
  }
  return { kind: "scope", types, exports };
}

/** Reads an alias. One of a type is a type of its own; types of other scopes are not followed. */
function readAlias(reader: Reader, types: Entry[]): void {
  const sort = reader.u8("sort");
  if (sort === 0x00) reader.u8("core sort");
  const target = reader.u8("alias");
  reader.u32("index");
  if (target === 0x02) reader.u32("index");
  else reader.name("alias");
  if (sort === 0x03) types.push({ kind: "value", type: UNKNOWN });
}

/** Reads an import or an export with its type. */
function readNamed(reader: Reader, types: Entry[]): Named {
  reader.u8("form of a name");
  const name = reader.name("name");
  const sort = reader.u8("sort");
  switch (sort) {
    case 0x01:
      return { name, sort: "function", index: reader.u32("type") };
    case 0x05:
      return { name, sort: "instance", index: reader.u32("type") };
    case 0x03: {
      const isEqual = reader.u8("bound") === 0x00;
      // A type that is named is one more type: another one's equal, or a resource.
      types.push(isEqual ? types[reader.u32("type")] ?? OTHER : RESOURCE);
      return { name, sort: "other", index: 0 };
    }
    case 0x00:
      reader.u8("core sort");
  }
  reader.u32("type");
  return { name, sort: "other", index: 0 };
}

const OTHER: Entry = { kind: "value", type: UNKNOWN };

const RESOURCE: Entry = { kind: "value", type: { kind: "other", name: "resource" } };

function readFunction(reader: Reader, types: readonly Entry[], isAsync: boolean): WitFunction {
  const parameters: WitFunction["parameters"][number][] = [];
  for (let left = reader.u32("parameter count"); left > 0; left--) {
    parameters.push({ name: reader.name("parameter"), type: readValueType(reader, types) });
  }
  if (reader.u8("result") === 0x00) {
    return { parameters, result: readValueType(reader, types), isAsync };
  }
  reader.u8("result");
  return { parameters, result: undefined, isAsync };
}

/** The primitive types, from 0x73 on. */
const PRIMITIVES = "string char f64 f32 u64 s64 u32 s32 u16 s16 u8 s8 bool".split(" ");

const FIRST_PRIMITIVE = 0x73;

/** Reads the type of a value: a primitive one, or the index of another. */
function readValueType(reader: Reader, types: readonly Entry[]): WitType {
  const type = reader.s33("value type");
  if (type < 0) return primitive(type + 0x80);
  const entry = types[type];
  return entry?.kind === "value" ? entry.type : UNKNOWN;
}

function primitive(opcode: number): WitType {
  const name = PRIMITIVES[opcode - FIRST_PRIMITIVE];
  return name === undefined ? UNKNOWN : { kind: "primitive", name };
}

function readDefined(reader: Reader, opcode: number, types: readonly Entry[]): WitType {
  const value = () => readValueType(reader, types);
  const optional = () => reader.u8("presence") === 0x01 && value();
  const each = (read: () => void) => {
    for (let left = reader.u32("count"); left > 0; left--) read();
  };
  const other = (name: string): WitType => ({ kind: "other", name });
  switch (opcode) {
    case 0x72:
      each(() => [reader.name("field"), value()]);
      return other("record");
    case 0x71:
      each(() => [reader.name("case"), optional(), reader.u8("refinement")]);
      return other("variant");
    case 0x70:
      return { kind: "list", item: value() };
    case 0x6f:
      each(value);
      return other("tuple");
    case 0x6e:
      each(() => reader.name("flag"));
      return other("flags");
    case 0x6d:
      each(() => reader.name("case"));
      return other("enum");
    case 0x6b:
      value();
      return other("option");
    case 0x6a:
      optional();
      optional();
      return other("result");
    case 0x69:
    case 0x68:
      reader.u32("resource");
      return other(opcode === 0x69 ? "own" : "borrow");
  }
  if (opcode >= FIRST_PRIMITIVE && opcode < 0x80) return primitive(opcode);
  return reader.fail("type", reader.position - 1, `opcode is ${opcode}, expected that of a type`);
}
