// WebAssembly 3.0, section 5.5 "Modules".

import { WasmFormatError } from "../base/errors.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { HEADER_BYTES, Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { Code } from "./code.ts";
import { Entries } from "./entries.ts";
import { Helpers } from "./helpers.ts";
import { CODE_UNIT_SHIFT, findMeasured, Redirects } from "./string_builtins.ts";

/** The names of the exports that a rewritten module has for limits. */
export interface Appended {
  /** The global that counts the units of fuel that are left. */
  readonly fuel: string;
  /** The table for the function of the host that is asked for more, if it is. */
  readonly table: string | undefined;
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
const KINDS = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/**
 * Rewrites a module so that it counts what it executes. Everything is appended, so that no index in
 * the code changes; there is no new import.
 *
 * @param bytes The whole binary; the engine judges whether it is valid.
 * @param info Its declarations.
 * @param asks Whether the host is asked for more units before a call is ended.
 * @param isShared Whether other modules, which can call its functions, share the units.
 * @throws {WasmFormatError} if a function has an unknown operator.
 */
export function rewrite(
  bytes: Uint8Array,
  info: ModuleInfo,
  asks: boolean,
  isShared = false,
): Rewritten {
  const sections = findSections(bytes);
  const measured = findMeasured(info);
  // Only the host can measure a text.
  const helpers = new Helpers(info, asks || measured.size > 0);
  const redirects = new Redirects(
    new Map([...measured].map(([index, other]) => [index, helpers.add(other, CODE_UNIT_SHIFT)])),
  );
  const names = namesFor(info, helpers.asks);
  // The code is written first, because it decides which helpers there are.
  const code = new Code(bytes, info, sections, helpers, redirects, isShared);
  const whole = new ByteWriter(Math.ceil(bytes.length * 1.5) + 1024);
  const hints = code.write(whole);
  const entries = new Entries(code.prepaid, info, helpers);
  helpers.writeBodies(whole);
  entries.writeBodies(whole);
  const exported = [
    ...info.exports.map((item) => [item.name, KINDS[item.kind], entries.indexOf(item)] as const),
    [names.fuel, KINDS.global, helpers.fuel],
    [names.table, KINDS.table, helpers.table],
    [names.start, KINDS.function, info.start],
  ].filter(([name]) => name !== undefined) as [name: string, kind: number, index: number][];
  let writer = new ByteWriter();
  writer.copy(bytes, 0, HEADER_BYTES);

  /** Writes a section: its items, and those that are appended. */
  function append(id: number, count: number, write: () => void): void {
    const section = sections.get(id);
    if (section === undefined && count === 0) return;
    const before = section?.u32("count") ?? 0;
    writer.u8(id);
    writer.counted(() => {
      writer.unsigned(before + count);
      if (section !== undefined) redirects.copy(writer, bytes, section.position, section.end);
      write();
    });
  }

  for (const id of ORDER) {
    if (id === TYPE) append(id, helpers.typeCount, () => helpers.writeTypes(writer));
    else if (id === FUNCTION) {
      append(id, helpers.count + entries.count, () => {
        helpers.writeFunctions(writer);
        if (entries.count > 0) entries.writeFunctions(writer, sections.get(id)!);
      });
    } else if (id === TABLE) append(id, helpers.asks ? 1 : 0, () => helpers.writeTable(writer));
    else if (id === GLOBAL) append(id, helpers.globals, () => helpers.writeGlobals(writer));
    else if (id === EXPORT) {
      writer.u8(id);
      writer.counted(() => {
        writer.unsigned(exported.length);
        for (const [name, kind, index] of exported) {
          writer.name(name);
          writer.u8(kind);
          writer.unsigned(index);
        }
      });
    } else if (id === CODE) {
      const count = code.count + helpers.count + entries.count;
      if (count > 0) {
        hints.write(writer);
        writer.u8(id);
        writer.counted(() => writer.unsigned(count), whole.length);
      }
      // The code is most of a module, so it stays where it is written.
      whole.prepend(writer.bytes);
      writer = whole;
    } else if (id !== START) {
      const section = sections.get(id);
      if (section === undefined) continue;
      writer.u8(id);
      writer.counted(() => redirects.copy(writer, bytes, section.position, section.end));
    }
  }
  function writeCustom(name: string, write: () => void): void {
    writer.u8(CUSTOM);
    writer.counted(() => {
      writer.name(name);
      write();
    });
  }

  const own = info.functions.length;
  let isNamed = helpers.count === 0;
  for (const { name, offset, byteLength } of info.customSections) {
    if (HAS_OFFSETS.test(name)) continue;
    const end = offset + byteLength;
    writeCustom(name, () => {
      if (name !== NAMES) writer.copy(bytes, offset, end);
      else writeNames(writer, readNames(new Reader(bytes, offset, end)), own, helpers.count);
    });
    isNamed ||= name === NAMES;
  }
  if (!isNamed) writeCustom(NAMES, () => writeNames(writer, [], own, helpers.count));
  return { bytes: writer.bytes, ...names };
}

/** Finds the contents of the sections that are not custom. */
export function findSections(bytes: Uint8Array): ReadonlyMap<number, Reader> {
  const sections = new Map<number, Reader>();
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section size"), "section");
    if (id !== CUSTOM) sections.set(id, section);
  }
  return sections;
}

/** The subsections of a name section by their ids, which rise; `count` is that of functions. */
type Names = readonly { readonly id: number; readonly part: Reader; readonly count: number }[];

/** The custom section with names, and its subsection with those of functions. */
const NAMES = "name", FUNCTION_NAMES = 1;

/** The name of all functions that are appended, by which their frames are found. */
const APPENDED = "passage:limits";

/** Takes the frames of functions that were appended out of an error. */
export function hideAppended(error: Error): void {
  const { stack } = error;
  // A program can have its own form of traces.
  if (typeof stack !== "string") return;
  error.stack = stack.split("\n").filter((line) => !line.includes(APPENDED)).join("\n");
}

/** Reads a name section, as the engine does: up to a part that is malformed. */
function readNames(section: Reader): Names {
  const names: { id: number; part: Reader; count: number }[] = [];
  try {
    while (section.remaining > 0) {
      const id = section.u8("name subsection");
      const part = section.range(section.u32("size"), "name subsection");
      const count = id === FUNCTION_NAMES ? part.u32("number of names") : 0;
      names.push({ id, part, count });
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return names;
}

/** Writes a name section in which functions that follow all others have a name. */
function writeNames(writer: ByteWriter, names: Names, first: number, count: number): void {
  const write = (id: number, contents: () => void) => {
    writer.u8(id);
    writer.counted(contents);
  };
  const copy = ({ bytes, position, end }: Reader) => writer.copy(bytes, position, end);
  for (const { id, part } of names) if (id < FUNCTION_NAMES) write(id, () => copy(part));
  const own = names.find(({ id }) => id === FUNCTION_NAMES);
  write(FUNCTION_NAMES, () => {
    writer.unsigned((own?.count ?? 0) + count);
    if (own !== undefined) copy(own.part);
    for (let index = first; index < first + count; index++) {
      writer.unsigned(index);
      writer.name(APPENDED);
    }
  });
  for (const { id, part } of names) if (id > FUNCTION_NAMES) write(id, () => copy(part));
}

/** Chooses names for the appended exports that the module does not use. */
function namesFor({ exports, start }: ModuleInfo, asks: boolean): Appended {
  const used = new Set(exports.map(({ name }) => name));
  const free = (name: string) => {
    while (used.has(name)) name += "'";
    return name;
  };
  return {
    fuel: free("passage:fuel"),
    table: asks ? free("passage:more") : undefined,
    start: start === undefined ? undefined : free("passage:start"),
  };
}
