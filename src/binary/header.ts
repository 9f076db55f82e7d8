// WebAssembly 3.0, section 5.5.17 "Modules": the magic and the version; the component model,
// section "Component Definitions" of its binary format, for the layer.

import { identify } from "./identify.ts";
import type { Reader } from "./reader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const HEADER_BYTES = 8;
const COMPONENT_LAYER = 1; // the upper half of the version

/** Reads the magic and the version; other files are named for what they are. */
export function readHeader(reader: Reader): void {
  const { bytes } = reader;
  const isWasm = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isWasm || bytes.length < HEADER_BYTES) reader.fail("module", 0, identify(bytes));
  reader.skip(4, "magic");
  const start = reader.position;
  reader.skip(4, "version");
  const version = bytes[4]! + bytes[5]! * 2 ** 8 + bytes[6]! * 2 ** 16 + bytes[7]! * 2 ** 24;
  if (version >>> 16 === COMPONENT_LAYER) {
    const problem = "it is a component, expected a core module; " +
      "make core modules of it with `jco transpile` or `wasm-tools component unbundle`";
    reader.fail("module", start, problem);
  }
  if (version !== 1) reader.fail("version", start, `version is ${version}, expected 1`);
}
