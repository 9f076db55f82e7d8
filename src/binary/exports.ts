// WebAssembly 3.0, section 5.5.10 "Export section".

import { quote } from "../errors.ts";
import { MAX_EXPORTS } from "./caps.ts";
import type { Draft } from "./draft.ts";
import { readKind } from "./externals.ts";
import type { Reader } from "./reader.ts";

/** Reads the export section. */
export function readExportSection(reader: Reader, draft: Draft): void {
  const count = reader.count("export count", MAX_EXPORTS, 3);
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
  switch (kind) {
    case "function": {
      const index = reader.index("exported function", draft.functions.length);
      draft.exports.push({ name, kind, index, type: draft.functions[index]! });
      break;
    }
    case "table": {
      const index = reader.index("exported table", draft.tables.length);
      draft.exports.push({ name, kind, index, type: draft.tables[index]! });
      break;
    }
    case "memory": {
      const index = reader.index("exported memory", draft.memories.length);
      draft.exports.push({ name, kind, index, type: draft.memories[index]! });
      break;
    }
    case "global": {
      const index = reader.index("exported global", draft.globals.length);
      const { type, mutable } = draft.globals[index]!;
      draft.exports.push({ name, kind, index, type: { type, mutable } });
      break;
    }
    case "tag": {
      const index = reader.index("exported tag", draft.tags.length);
      draft.exports.push({ name, kind, index, type: draft.tags[index]! });
      break;
    }
  }
}
