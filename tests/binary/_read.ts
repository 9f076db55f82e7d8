import { readHeader } from "../../src/binary/header.ts";
import { readModule as readSections } from "../../src/binary/module.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";

/** Reads a binary whose first bytes may be those of another file. */
export function readModule(bytes: Uint8Array): ModuleInfo {
  readHeader(bytes);
  return readSections(bytes);
}
