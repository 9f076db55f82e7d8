// WebAssembly 3.0, sections 5.5.12 "Element section", 5.5.14 "Data section" and 5.5.16 "Data count
// section". What an element segment holds is checked and dropped.

import { byteHex } from "./bytes.ts";
import { MAX_DATA_SEGMENTS, MAX_ELEMENT_SEGMENTS, MAX_ELEMENTS } from "./caps.ts";
import { readConstant } from "./constants.ts";
import type { Draft } from "./draft.ts";
import type { Reader } from "./reader.ts";
import type { ValueType } from "./types.ts";
import { readReferenceType } from "./value_types.ts";

/** Not active: passive, or declarative where an index would follow. */
const PASSIVE = 0x01;
const EXPLICIT_INDEX = 0x02;
const EXPRESSIONS = 0x04;

/** Reads the element section. */
export function readElementSection(reader: Reader, draft: Draft): void {
  const count = reader.count("element segment count", MAX_ELEMENT_SEGMENTS, 3);
  for (let segment = 0; segment < count; segment++) readElementSegment(reader, draft);
}

function readElementSegment(reader: Reader, draft: Draft): void {
  const flags = readFlags(reader, "element segment", 7);
  const isActive = (flags & PASSIVE) === 0;
  const isExplicit = (flags & EXPLICIT_INDEX) !== 0;
  const hasExpressions = (flags & EXPRESSIONS) !== 0;
  if (isActive) {
    const table = readTarget(reader, "element segment table", isExplicit, draft.tables.length);
    readConstant(reader, draft, draft.tables[table]!.address);
  }
  let element: ValueType = "funcref";
  if (!isActive || isExplicit) {
    if (hasExpressions) element = readReferenceType(reader, draft);
    else readElementKind(reader);
  }
  const count = reader.count("element count", MAX_ELEMENTS, hasExpressions ? 2 : 1);
  for (let item = 0; item < count; item++) {
    if (hasExpressions) readConstant(reader, draft, element);
    else reader.index("element", draft.functions.length);
  }
}

function readElementKind(reader: Reader): void {
  const start = reader.position;
  const kind = reader.u8("element kind");
  if (kind !== 0) reader.fail("element kind", start, `kind is ${byteHex(kind)}, expected 0x00`);
}

/** Reads the data count section. */
export function readDataCountSection(reader: Reader, draft: Draft): void {
  draft.pendingDataSegments = reader.u32("data count");
}

/** Reads the data section, without the contents of the segments. */
export function readDataSection(reader: Reader, draft: Draft): void {
  const start = reader.position;
  const count = reader.count("data segment count", MAX_DATA_SEGMENTS, 2);
  const expected = draft.pendingDataSegments ?? count;
  if (count !== expected) {
    const problem = `count is ${count}, expected ${expected} as in the data count section`;
    reader.fail("data segment count", start, problem);
  }
  draft.pendingDataSegments = undefined;
  for (let segment = 0; segment < count; segment++) readDataSegment(reader, draft);
}

function readDataSegment(reader: Reader, draft: Draft): void {
  const flags = readFlags(reader, "data segment", 2);
  if (flags === PASSIVE) {
    draft.dataSegments.push({ byteLength: readContents(reader) });
    return;
  }
  const isExplicit = flags === EXPLICIT_INDEX;
  const memory = readTarget(reader, "data segment memory", isExplicit, draft.memories.length);
  const offset = readConstant(reader, draft, draft.memories[memory]!.address);
  draft.dataSegments.push({ memory, offset, byteLength: readContents(reader) });
}

function readContents(reader: Reader): number {
  const byteLength = reader.count("data segment length", 2 ** 32 - 1, 1);
  reader.skip(byteLength, "data segment");
  return byteLength;
}

/** The table or the memory of an active segment: the first one unless the index is explicit. */
function readTarget(reader: Reader, what: string, isExplicit: boolean, length: number): number {
  const start = reader.position;
  if (isExplicit) return reader.index(what, length);
  if (length === 0) reader.fail(what, start, "index is 0, expected below 0");
  return 0;
}

function readFlags(reader: Reader, what: string, most: number): number {
  const start = reader.position;
  const flags = reader.u32(what);
  if (flags > most) reader.fail(what, start, `flag is ${flags}, expected 0 to ${most}`);
  return flags;
}
