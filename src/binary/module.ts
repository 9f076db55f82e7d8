// WebAssembly 3.0, sections 5.5.17 "Modules", for the order of sections, 5.5.2 "Sections", and
// 5.5.3 "Custom section"; the tool conventions' "Producers section".

import { WasmFormatError } from "../base/errors.ts";
import { isShared } from "../base/runtime.ts";
import { readTypeSection } from "./defined_types.ts";
import {
  readCodeSection,
  readExportSection,
  readFunctionSection,
  readGlobalSection,
  readImportSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTagSection,
} from "./definitions.ts";
import type { Draft } from "./draft.ts";
import { byteCount, byteHex, HEADER_BYTES, Reader } from "./reader.ts";
import { readDataCountSection, readDataSection, readElementSection } from "./segments.ts";
import type { ModuleInfo, Producer } from "./types.ts";

/**
 * Reads the declarations of a WebAssembly module, without running or compiling it.
 *
 * It skips most function bodies and the contents of data segments by their sizes. Bytes in a
 * `SharedArrayBuffer` are copied first, because another thread may change them; other bytes are not
 * copied, and the result does not refer to them.
 *
 * @param bytes the whole binary, which starts with the header of a module
 * @returns types, imports, exports and index spaces, in the order of the binary
 * @throws {WasmFormatError} if the module is malformed; it has the offset
 */
export function readModule(bytes: Uint8Array): ModuleInfo {
  const reader = new Reader(isShared(bytes.buffer) ? new Uint8Array(bytes) : bytes, HEADER_BYTES);
  const draft = readSections(reader);
  checkComplete(reader, draft);
  return {
    types: draft.types,
    imports: draft.imports,
    exports: draft.exports,
    functions: draft.functions,
    tables: draft.tables,
    memories: draft.memories,
    globals: draft.globals,
    tags: draft.tags,
    // DWARF addresses are relative to the code.
    ...(draft.codeOffset !== undefined &&
      draft.customSections.some(({ name }) => name === ".debug_line") &&
      { codeOffset: draft.codeOffset }),
    ...(draft.start === undefined ? {} : { start: draft.start }),
    dataSegments: draft.dataSegments,
    customSections: draft.customSections,
    producers: draft.producers,
    unsupported: [...draft.unsupported],
    ...(draft.effects && { effects: draft.effects }),
  };
}

interface Section {
  readonly name: string;
  /** The position in the order of sections; custom sections can be anywhere. */
  readonly order: number;
  readonly read: (reader: Reader, draft: Draft) => void;
}

/** The order of the export section, the last one that other modules can see. */
export const EXPORTS = 8;

const SECTIONS: readonly Section[] = [
  { name: "custom", order: 0, read: readCustomSection },
  { name: "type", order: 1, read: readTypeSection },
  { name: "import", order: 2, read: readImportSection },
  { name: "function", order: 3, read: readFunctionSection },
  { name: "table", order: 4, read: readTableSection },
  { name: "memory", order: 5, read: readMemorySection },
  { name: "global", order: 7, read: readGlobalSection },
  { name: "export", order: EXPORTS, read: readExportSection },
  { name: "start", order: 9, read: readStartSection },
  { name: "element", order: 10, read: readElementSection },
  { name: "code", order: 12, read: readCodeSection },
  { name: "data", order: 13, read: readDataSection },
  { name: "data count", order: 11, read: readDataCountSection },
  { name: "tag", order: 6, read: readTagSection },
];

/**
 * Reads the sections that follow a header.
 *
 * @param most The order of the last section whose contents are read.
 */
export function readSections(reader: Reader, most = Infinity): Draft {
  const draft: Draft = {
    types: [],
    codeOffset: undefined,
    typeLimit: 0,
    imports: [],
    exports: [],
    functions: [],
    pendingBodies: 0,
    tables: [],
    memories: [],
    globals: [],
    tags: [],
    start: undefined,
    pendingDataSegments: undefined,
    dataSegments: [],
    customSections: [],
    producers: [],
    unsupported: new Set(),
    effects: undefined,
  };
  let last = SECTIONS[0]!;
  while (reader.remaining > 0) {
    const start = reader.position;
    const section = readId(reader);
    if (section.order > 0) {
      if (section.order <= last.order) reader.fail("section", start, disorder(section, last));
      last = section;
    }
    readContents(reader, draft, section, most);
  }
  return draft;
}

function readId(reader: Reader): Section {
  const start = reader.position;
  const id = reader.u8("section id");
  const section = SECTIONS[id];
  if (section !== undefined) return section;
  return reader.fail("section id", start, `id is ${byteHex(id)}, expected 0x00 to 0x0d`);
}

function disorder(section: Section, last: Section): string {
  return section === last
    ? `the ${section.name} section appears twice, expected it once`
    : `the ${section.name} section follows the ${last.name} section, expected it before`;
}

function readContents(reader: Reader, draft: Draft, section: Section, most: number): void {
  const what = `${section.name} section`;
  const start = reader.position;
  const byteLength = reader.u32(what);
  if (byteLength > reader.remaining) {
    reader.fail(
      what,
      start,
      `size is ${byteCount(byteLength)}, expected at most ${reader.remaining} ` +
        "(a truncated file has to be fetched or built again)",
    );
  }
  const contents = reader.range(byteLength, what);
  if (section.order > most) return;
  section.read(contents, draft);
  if (contents.remaining > 0) {
    const problem = `${byteCount(contents.remaining)} left, expected the end of the section`;
    contents.fail(what, contents.position, problem);
  }
}

/** Checks that the declared number of bodies and data segments was present. */
function checkComplete(reader: Reader, draft: Draft): void {
  if (draft.pendingBodies > 0) {
    const problem = `it is missing, expected for a function count of ${draft.pendingBodies}`;
    reader.fail("code section", reader.end, problem);
  }
  if (draft.pendingDataSegments !== undefined && draft.pendingDataSegments > 0) {
    const problem = `it is missing, expected for a data count of ${draft.pendingDataSegments}`;
    reader.fail("data section", reader.end, problem);
  }
}

/** Reads a custom section: its name, and its contents only if the name is `producers`. */
function readCustomSection(reader: Reader, draft: Draft): void {
  const name = reader.name("custom section name");
  const byteLength = reader.remaining;
  draft.customSections.push({ name, offset: reader.position, byteLength });
  const contents = reader.range(byteLength, "custom section");
  if (name !== "producers") return;
  try {
    draft.producers.push(...readProducers(contents));
  } catch (error) {
    // The engine accepts any contents in custom sections, so a malformed one is ignored.
    if (!(error instanceof WasmFormatError)) throw error;
  }
}

const MAX_FIELDS = 100, MAX_PRODUCERS = 1000;

function readProducers(reader: Reader): Producer[] {
  const producers: Producer[] = [];
  const fields = reader.count("producers field count", MAX_FIELDS, 2);
  for (let item = 0; item < fields; item++) {
    const field = reader.name("producers field");
    const count = reader.count("producers count", MAX_PRODUCERS, 2);
    for (let value = 0; value < count; value++) {
      const name = reader.name("producer");
      producers.push({ field, name, version: reader.name("producer version") });
    }
  }
  if (reader.remaining > 0) {
    const problem = `${byteCount(reader.remaining)} left, expected the end of the section`;
    reader.fail("producers section", reader.position, problem);
  }
  return producers;
}
