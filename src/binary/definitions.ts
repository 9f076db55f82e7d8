// WebAssembly 3.0, section 5.5: the sections that define functions, tables, memories, globals and
// tags, the start section, and of the code section no more than its count.

import { byteHex } from "./bytes.ts";
import { MAX_FUNCTIONS, MAX_GLOBALS, MAX_MEMORIES, MAX_TABLES, MAX_TAGS } from "./caps.ts";
import { readConstant } from "./constants.ts";
import type { Draft } from "./draft.ts";
import { readFunctionTypeUse, readGlobalType, readTagType } from "./externals.ts";
import { formatFunctionType } from "./format.ts";
import { readMemoryType, readTableType } from "./limits.ts";
import type { Reader } from "./reader.ts";

const TABLE_WITH_INITIALISER = 0x40;

/** Reads the function section. */
export function readFunctionSection(reader: Reader, draft: Draft): void {
  const count = reader.count("function count", MAX_FUNCTIONS, 1);
  for (let item = 0; item < count; item++) {
    draft.functions.push(readFunctionTypeUse(reader, draft));
  }
  draft.pendingBodies = count;
}

/** Reads the table section; initial values of tables are checked and dropped. */
export function readTableSection(reader: Reader, draft: Draft): void {
  const count = reader.count("table count", MAX_TABLES, 3);
  for (let item = 0; item < count; item++) {
    const hasInitialiser = reader.peek("table") === TABLE_WITH_INITIALISER;
    if (hasInitialiser) readTablePrefix(reader);
    const type = readTableType(reader, draft);
    draft.tables.push(type);
    if (hasInitialiser) readConstant(reader, draft, type.element);
  }
}

function readTablePrefix(reader: Reader): void {
  const start = reader.skip(1, "table") + 1;
  const reserved = reader.u8("table");
  if (reserved !== 0) {
    reader.fail("table", start, `byte after 0x40 is ${byteHex(reserved)}, expected 0x00`);
  }
}

/** Reads the memory section. */
export function readMemorySection(reader: Reader, draft: Draft): void {
  const count = reader.count("memory count", MAX_MEMORIES, 2);
  for (let item = 0; item < count; item++) draft.memories.push(readMemoryType(reader, draft));
}

/** Reads the tag section. */
export function readTagSection(reader: Reader, draft: Draft): void {
  const count = reader.count("tag count", MAX_TAGS, 2);
  for (let item = 0; item < count; item++) draft.tags.push(readTagType(reader, draft));
}

/** Reads the global section; an initialiser may name the globals before its own. */
export function readGlobalSection(reader: Reader, draft: Draft): void {
  const count = reader.count("global count", MAX_GLOBALS, 4);
  for (let item = 0; item < count; item++) {
    const { type, mutable } = readGlobalType(reader, draft);
    draft.globals.push({ type, mutable, initial: readConstant(reader, draft, type) });
  }
}

/** Reads the start section. */
export function readStartSection(reader: Reader, draft: Draft): void {
  const start = reader.position;
  const index = reader.index("start function", draft.functions.length);
  const { parameters, results } = draft.functions[index]!;
  if (parameters.length + results.length > 0) {
    const type = formatFunctionType({ parameters, results });
    reader.fail("start function", start, `type is ${type}, expected () -> ()`);
  }
  draft.start = index;
}

/** Reads the count of the code section and skips the bodies. */
export function readCodeSection(reader: Reader, draft: Draft): void {
  const start = reader.position;
  const count = reader.count("code count", MAX_FUNCTIONS, 3);
  const expected = draft.pendingBodies;
  if (count !== expected) {
    const problem = `count is ${count}, expected ${expected} as in the function section`;
    reader.fail("code count", start, problem);
  }
  draft.pendingBodies = 0;
  reader.skip(reader.remaining, "code");
}
