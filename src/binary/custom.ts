// WebAssembly 3.0, section 5.5.3 "Custom section".

import { WasmFormatError } from "../errors.ts";
import type { Draft } from "./draft.ts";
import { readProducers } from "./producers.ts";
import type { Reader } from "./reader.ts";

/** Reads a custom section: its name, and the contents only where the name is `producers`. */
export function readCustomSection(reader: Reader, draft: Draft): void {
  const name = reader.name("custom section name");
  const byteLength = reader.remaining;
  const offset = reader.position;
  draft.customSections.push({ name, offset, byteLength });
  const contents = reader.range(byteLength, "custom section");
  if (name === "producers") draft.producers.push(...tolerate(() => readProducers(contents)));
}

/** A fault in a custom section is no fault of the module, so the engine takes it: nothing is read. */
function tolerate<Item>(read: () => Item[]): Item[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof WasmFormatError) return [];
    throw error;
  }
}
