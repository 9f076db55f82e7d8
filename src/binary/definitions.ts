// WebAssembly 3.0, section 5.5: the sections of imports and exports, of functions, tables,
// memories, globals and tags, the start section, and the count and a few bodies of the code
// section. The compact import section proposal groups imports of the same module, or of the same
// module and type, after one name.

import { quote } from "../base/show.ts";
import { formatFunctionType } from "./defined_types.ts";
import type { Draft } from "./draft.ts";
import { readEffects } from "./effects.ts";
import {
  type ExternalType,
  readExternalType,
  readFunctionTypeUse,
  readGlobalType,
  readKind,
  readMemoryType,
  readTableType,
  readTagType,
} from "./externals.ts";
import { byteHex, type Reader } from "./reader.ts";
import { readConstant } from "./segments.ts";
import type { ExportInfo } from "./types.ts";

// The limits that engines have agreed on (WebAssembly JavaScript Interface, "Implementation-defined
// limits"). A count above them is refused before anything is allocated for it.

/** The limit for imports, exports, functions, globals and tags. */
const MAX_ITEMS = 1_000_000;

/** The limit for tables and memories; V8 allows more memories than the interface. */
const MAX_TABLES = 100_000;

const COMPACT_MODULE = 0x7f;

const COMPACT_TYPE = 0x7e;

export function readImportSection(reader: Reader, draft: Draft): void {
  const groups = reader.count("import count", MAX_ITEMS, 4);
  for (let group = 0; group < groups; group++) {
    const module = reader.name("import module");
    const name = reader.name("import name");
    const code = reader.peek("import kind");
    if (name === "" && (code === COMPACT_MODULE || code === COMPACT_TYPE)) {
      reader.skip(1, "import kind");
      draft.unsupported.add("compact imports");
      readCompact(reader, draft, module, code === COMPACT_TYPE);
    } else {
      addImport(draft, module, name, readExternalType(reader, draft));
    }
  }
}

function readCompact(reader: Reader, draft: Draft, module: string, oneType: boolean): void {
  const common = oneType ? readExternalType(reader, draft) : undefined;
  const itemBytes = oneType ? 1 : 3; // a name, or a name with a kind and an index
  const count = reader.count("import count", MAX_ITEMS, itemBytes);
  for (let item = 0; item < count; item++) {
    const name = reader.name("import name");
    addImport(draft, module, name, common ?? readExternalType(reader, draft));
  }
}

function addImport(draft: Draft, module: string, name: string, external: ExternalType): void {
  draft.imports.push({ module, name, ...external });
  const space: ExternalType["type"][] = draft[SPACES[external.kind]];
  space.push(external.type);
}

/** The index space of each kind. */
const SPACES = {
  function: "functions",
  table: "tables",
  memory: "memories",
  global: "globals",
  tag: "tags",
} as const;

const TABLE_WITH_INITIALISER = 0x40;

export function readFunctionSection(reader: Reader, draft: Draft): void {
  const count = reader.count("function count", MAX_ITEMS, 1);
  for (let item = 0; item < count; item++) {
    draft.functions.push(readFunctionTypeUse(reader, draft));
  }
  draft.pendingBodies = count;
}

/** Reads the table section; initial values of tables are checked and discarded. */
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

export function readMemorySection(reader: Reader, draft: Draft): void {
  const count = reader.count("memory count", MAX_TABLES, 2);
  for (let item = 0; item < count; item++) draft.memories.push(readMemoryType(reader, draft));
}

export function readTagSection(reader: Reader, draft: Draft): void {
  const count = reader.count("tag count", MAX_ITEMS, 2);
  for (let item = 0; item < count; item++) draft.tags.push(readTagType(reader, draft));
}

/** Reads the global section; an initialiser may refer to preceding globals. */
export function readGlobalSection(reader: Reader, draft: Draft): void {
  const count = reader.count("global count", MAX_ITEMS, 4);
  for (let item = 0; item < count; item++) {
    const { type, mutable } = readGlobalType(reader, draft);
    draft.globals.push({ type, mutable, initial: readConstant(reader, draft, type) });
  }
}

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

/** Reads the count of the code section and the few bodies that are useful, and skips the rest. */
export function readCodeSection(reader: Reader, draft: Draft): void {
  const start = reader.position;
  draft.codeOffset = start;
  const count = reader.count("code count", MAX_ITEMS, 3);
  const expected = draft.pendingBodies;
  if (count !== expected) {
    const problem = `count is ${count}, expected ${expected} as in the function section`;
    reader.fail("code count", start, problem);
  }
  draft.pendingBodies = 0;
  draft.effects = readEffects(reader, draft, count);
  reader.skip(reader.remaining, "code");
}

export function readExportSection(reader: Reader, draft: Draft): void {
  const count = reader.count("export count", MAX_ITEMS, 3);
  const names = new Set<string>();
  for (let item = 0; item < count; item++) {
    const start = reader.position;
    const name = reader.name("export name");
    names.add(name);
    if (names.size === item) {
      reader.fail("export name", start, `${quote(name)} appears twice, expected distinct names`);
    }
    readExport(reader, draft, name);
  }
}

function readExport(reader: Reader, draft: Draft, name: string): void {
  const kind = readKind(reader);
  const space: readonly ExternalType["type"][] = draft[SPACES[kind]];
  const index = reader.index(`exported ${kind}`, space.length);
  // The type of a global does not include its initialiser.
  const { type, mutable } = draft.globals[index] ?? {};
  const own = kind === "global" ? { type, mutable } : space[index];
  draft.exports.push({ name, kind, index, type: own } as ExportInfo);
}
