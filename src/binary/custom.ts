// WebAssembly 3.0, section 5.5.3 "Custom section".

import { WasmFormatError } from "../errors.ts";
import type { Draft } from "./draft.ts";
import { readProducers } from "./producers.ts";
import type { Reader } from "./reader.ts";

/** Reads a custom section: its name, and the contents only where the name is `producers`. */
export function readCustomSection(reader: Reader, draft: Draft): void {
  const name = reader.name("custom section name");
  const byteLength = reader.remaining;
  draft.customSections.push({ name, offset: reader.position, byteLength });
  const contents = reader.range(byteLength, "custom section");
  if (name !== "producers") return;
  try {
    draft.producers.push(...readProducers(contents));
  } catch (error) {
    // The engine takes a module whatever its custom sections hold, so a faulty one says nothing.
    if (!(error instanceof WasmFormatError)) throw error;
  }
}
