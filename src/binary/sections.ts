// WebAssembly 3.0, section 5.5.2 "Sections" and 5.5.17 "Modules" for their order.

import { byteCount, byteHex } from "./bytes.ts";
import { readCustomSection } from "./custom.ts";
import { readTypeSection } from "./defined_types.ts";
import {
  readCodeSection,
  readFunctionSection,
  readGlobalSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTagSection,
} from "./definitions.ts";
import type { Draft } from "./draft.ts";
import { readExportSection } from "./exports.ts";
import { readImportSection } from "./imports.ts";
import type { Reader } from "./reader.ts";
import { readDataCountSection, readDataSection, readElementSection } from "./segments.ts";

interface Section {
  readonly name: string;
  /** Sections come in ascending order; custom ones anywhere. */
  readonly order: number;
  readonly read: (reader: Reader, draft: Draft) => void;
}

/** The sections by their id. */
const SECTIONS: readonly Section[] = [
  { name: "custom", order: 0, read: readCustomSection },
  { name: "type", order: 1, read: readTypeSection },
  { name: "import", order: 2, read: readImportSection },
  { name: "function", order: 3, read: readFunctionSection },
  { name: "table", order: 4, read: readTableSection },
  { name: "memory", order: 5, read: readMemorySection },
  { name: "global", order: 7, read: readGlobalSection },
  { name: "export", order: 8, read: readExportSection },
  { name: "start", order: 9, read: readStartSection },
  { name: "element", order: 10, read: readElementSection },
  { name: "code", order: 12, read: readCodeSection },
  { name: "data", order: 13, read: readDataSection },
  { name: "data count", order: 11, read: readDataCountSection },
  { name: "tag", order: 6, read: readTagSection },
];

/** Reads all sections up to the end of the binary. */
export function readSections(reader: Reader, draft: Draft): void {
  readThrough(reader, draft, Infinity);
  checkComplete(reader, draft);
}

/** Reads the imports, and what comes before them: what they are may be types of the module. */
export function readSectionsToImports(reader: Reader, draft: Draft): void {
  readThrough(reader, draft, SECTIONS[2]!.order);
}

function readThrough(reader: Reader, draft: Draft, lastOrder: number): void {
  let last = SECTIONS[0]!;
  while (reader.remaining > 0) {
    const start = reader.position;
    const section = readId(reader);
    if (section.order > lastOrder) return;
    if (section.order > 0) {
      if (section.order <= last.order) reader.fail("section", start, disorder(section, last));
      last = section;
    }
    readContents(reader, draft, section);
  }
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

function readContents(reader: Reader, draft: Draft, section: Section): void {
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
  section.read(contents, draft);
  if (contents.remaining > 0) {
    const problem = `${byteCount(contents.remaining)} left, expected the end of the section`;
    contents.fail(what, contents.position, problem);
  }
}

/** Whether the bodies and the data that were announced came. */
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
