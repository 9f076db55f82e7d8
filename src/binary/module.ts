// WebAssembly 3.0, section 5.5.17 "Modules".

import { type Draft, emptyDraft } from "./draft.ts";
import { readHeader } from "./header.ts";
import { Reader } from "./reader.ts";
import { readSections, readSectionsToImports } from "./sections.ts";
import type { ImportInfo, ModuleInfo } from "./types.ts";

/**
 * Reads what a WebAssembly module declares, without running or compiling it.
 *
 * Function bodies and the contents of data segments are skipped by their sizes. Bytes in a
 * `SharedArrayBuffer` are copied first, as another thread may change them meanwhile; other bytes
 * are not copied, and nothing of the result refers to them.
 *
 * @param bytes the whole binary
 * @returns types, imports, exports and index spaces, in the order of the binary
 * @throws {WasmFormatError} where the bytes are no module, or a malformed one; it has the offset
 */
export function readModule(bytes: Uint8Array): ModuleInfo {
  const isShared = bytes.buffer instanceof SharedArrayBuffer;
  const reader = new Reader(isShared ? new Uint8Array(bytes) : bytes);
  const draft = emptyDraft();
  readHeader(reader);
  readSections(reader, draft);
  return finish(draft);
}

/**
 * Reads what a module imports and nothing that comes behind it: half of what V8 would have to
 * compile first to read it all.
 *
 * @param bytes the binary of a module that the engine has taken
 * @returns the imports, in the order of the binary
 * @throws {WasmFormatError} where the bytes up to there are malformed
 */
export function readImports(bytes: Uint8Array): readonly ImportInfo[] {
  const reader = new Reader(bytes);
  const draft = emptyDraft();
  readHeader(reader);
  readSectionsToImports(reader, draft);
  return draft.imports;
}

function finish(draft: Draft): ModuleInfo {
  return {
    types: draft.types,
    imports: draft.imports,
    exports: draft.exports,
    functions: draft.functions,
    tables: draft.tables,
    memories: draft.memories,
    globals: draft.globals,
    tags: draft.tags,
    ...(draft.start === undefined ? {} : { start: draft.start }),
    dataSegments: draft.dataSegments,
    customSections: draft.customSections,
    producers: draft.producers,
    unsupported: [...draft.unsupported],
  };
}
