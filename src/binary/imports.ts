// WebAssembly 3.0, section 5.5.5 "Import section". The compact import section proposal puts
// several imports of one module, or of one module and one type, behind one name.

import { MAX_IMPORTS } from "./caps.ts";
import type { Draft } from "./draft.ts";
import { type ExternalType, readExternalType } from "./externals.ts";
import type { Reader } from "./reader.ts";

const COMPACT_MODULE = 0x7f;
const COMPACT_TYPE = 0x7e;

/** Reads the import section. */
export function readImportSection(reader: Reader, draft: Draft): void {
  const groups = reader.count("import count", MAX_IMPORTS, 4);
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
  const count = reader.count("import count", MAX_IMPORTS, itemBytes);
  for (let item = 0; item < count; item++) {
    const name = reader.name("import name");
    addImport(draft, module, name, common ?? readExternalType(reader, draft));
  }
}

function addImport(draft: Draft, module: string, name: string, external: ExternalType): void {
  draft.imports.push({ module, name, ...external });
  switch (external.kind) {
    case "function":
      draft.functions.push(external.type);
      break;
    case "table":
      draft.tables.push(external.type);
      break;
    case "memory":
      draft.memories.push(external.type);
      break;
    case "global":
      draft.globals.push(external.type);
      break;
    case "tag":
      draft.tags.push(external.type);
      break;
  }
}
