// WebAssembly 3.0, section 5.5 "Modules".

import { Body, findBodies } from "../binary/body.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { HEADER_BYTES, Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { findCharges } from "./charges.ts";
import { Helpers } from "./helpers.ts";

/** The names of the exports that a rewritten module has for limits. */
export interface Appended {
  /** The global that counts the units of fuel that are left. */
  readonly fuel: string;
  /** The table for the function of the host that is asked for more. */
  readonly table: string;
  /** The function that the start section named, if there was one. */
  readonly start: string | undefined;
}

/** A module that was rewritten. */
export interface Rewritten extends Appended {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const CUSTOM = 0, TYPE = 1, FUNCTION = 3, TABLE = 4, GLOBAL = 6, EXPORT = 7, START = 8, CODE = 10;

/** The order of sections in a binary, by their ids; custom ones stand anywhere. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** Sections with offsets of code, which a rewritten module has elsewhere. */
const HAS_OFFSETS =
  /^(?:\.debug_.*|metadata\.code\..*|reloc\..*|sourceMappingURL|external_debug_info)$/;

/** The kinds of exports. */
const FUNCTION_EXPORT = 0, TABLE_EXPORT = 1, GLOBAL_EXPORT = 3;

/**
 * Rewrites a module so that it counts what it executes. Everything is appended, so that no index
 * changes; there is no new import.
 *
 * @param bytes The whole binary; the engine judges whether it is valid.
 * @param info Its declarations.
 * @throws {WasmFormatError} if a function has an unknown operator.
 */
export function rewrite(bytes: Uint8Array, info: ModuleInfo): Rewritten {
  const sections = findSections(bytes);
  const helpers = new Helpers(info);
  const { fuel, table, start } = namesFor(info);
  // The code is written first, because it decides which helpers there are.
  const code = writeCode(bytes, info, sections.get(CODE), helpers);
  const writer = new ByteWriter(bytes.length + code.length + 1024);
  writer.copy(bytes, 0, HEADER_BYTES);

  /** Writes a section: its items, and those that are appended. */
  function append(id: number, count: number, write: () => void): void {
    const section = sections.get(id);
    if (section === undefined && count === 0) return;
    const before = section?.u32("count") ?? 0;
    writer.u8(id);
    writer.counted(() => {
      writer.unsigned(before + count);
      if (section !== undefined) writer.copy(bytes, section.position, section.end);
      write();
    });
  }

  for (const id of ORDER) {
    if (id === TYPE) append(id, helpers.types.length + 1, () => helpers.writeTypes(writer));
    else if (id === FUNCTION) append(id, helpers.count, () => helpers.writeFunctions(writer));
    else if (id === TABLE) append(id, 1, () => helpers.writeTable(writer));
    else if (id === GLOBAL) append(id, helpers.globals, () => helpers.writeGlobals(writer));
    else if (id === EXPORT) {
      append(id, start === undefined ? 2 : 3, () => {
        writer.name(fuel);
        writer.u8(GLOBAL_EXPORT);
        writer.unsigned(helpers.fuel);
        writer.name(table);
        writer.u8(TABLE_EXPORT);
        writer.unsigned(helpers.table);
        if (start === undefined) return;
        writer.name(start);
        writer.u8(FUNCTION_EXPORT);
        writer.unsigned(info.start!);
      });
    } else if (id === CODE) {
      if (code.length === 0) continue;
      writer.u8(id);
      writer.counted(() => writer.copy(code));
    } else if (id !== START) {
      const section = sections.get(id);
      if (section !== undefined) copySection(writer, bytes, id, section.position, section.end);
    }
  }
  for (const { name, offset, byteLength } of info.customSections) {
    if (HAS_OFFSETS.test(name)) continue;
    writer.u8(CUSTOM);
    writer.counted(() => {
      writer.name(name);
      writer.copy(bytes, offset, offset + byteLength);
    });
  }
  return { bytes: writer.bytes, fuel, table, start };
}

function copySection(
  writer: ByteWriter,
  bytes: Uint8Array,
  id: number,
  start: number,
  end: number,
): void {
  writer.u8(id);
  writer.unsigned(end - start);
  writer.copy(bytes, start, end);
}

/** Finds the contents of the sections that are not custom. */
function findSections(bytes: Uint8Array): ReadonlyMap<number, Reader> {
  const sections = new Map<number, Reader>();
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section size"), "section");
    if (id !== CUSTOM) sections.set(id, section);
  }
  return sections;
}

/** Chooses names for the appended exports that the module does not use. */
function namesFor({ exports, start }: ModuleInfo): Appended {
  const used = new Set(exports.map(({ name }) => name));
  const free = (name: string): string => used.has(name) ? free(`${name}'`) : name;
  return {
    fuel: free("passage:fuel"),
    table: free("passage:more"),
    start: start === undefined ? undefined : free("passage:start"),
  };
}

/** Writes the contents of the code section; nothing if no function is left. */
function writeCode(
  bytes: Uint8Array,
  info: ModuleInfo,
  section: Reader | undefined,
  helpers: Helpers,
): Uint8Array {
  const bodies = section === undefined ? [] : findBodies(section);
  const functions = new ByteWriter(bytes.length);
  for (const { start, end } of bodies) {
    functions.counted(() =>
      writeBody(functions, bytes, info, new Body(bytes, start, end), start, helpers)
    );
  }
  if (bodies.length + helpers.count === 0) return new Uint8Array();
  const code = new ByteWriter(functions.bytes.length + 1024);
  code.unsigned(bodies.length + helpers.count);
  code.copy(functions.bytes);
  helpers.writeBodies(code);
  return code.bytes;
}

/** Writes one function with what is inserted into it. */
function writeBody(
  writer: ByteWriter,
  bytes: Uint8Array,
  info: ModuleInfo,
  body: Body,
  start: number,
  helpers: Helpers,
): void {
  const { positions, kinds, values, costs } = findCharges(body, info);
  let copied = start;
  for (let index = 0; index < positions.length; index++) {
    const kind = kinds[index]!, value = values[index]!;
    const isSegment = kind === "charge" || kind === "entry" || kind === "loop";
    if (kind === "charge" && costs[value] === 0) continue;
    const position = positions[index]!;
    writer.copy(bytes, copied, position);
    copied = position;
    helpers.insert(writer, kind, isSegment ? costs[value]! : value);
  }
  writer.copy(bytes, copied, body.end);
}
