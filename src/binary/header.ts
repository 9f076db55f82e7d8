// WebAssembly 3.0, section 5.5.17 "Modules": the magic and the version; the component model,
// section "Component Definitions" of its binary format, for the layer.

import { identify } from "./identify.ts";
import type { Reader } from "./reader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Reads the magic and the version; other files are named for what they are. */
export function readHeader(reader: Reader): void {
  const { bytes } = reader;
  const isWasm = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isWasm) reader.fail("module", 0, identify(bytes));
  reader.skip(4, "magic");
  const start = reader.position;
  reader.skip(4, "version");
  const version = bytes[4]! | bytes[5]! << 8;
  const layer = bytes[6]! | bytes[7]! << 8;
  if (layer === 1) {
    reader.fail(
      "module",
      start,
      "it is a component, expected a core module; " +
        "`jco transpile` makes core modules and JavaScript of it, `wasm-tools component unbundle` takes them out",
    );
  }
  if (version !== 1 || layer !== 0) {
    reader.fail(
      "version",
      start,
      `version is ${version}, layer ${layer}, expected version 1, layer 0`,
    );
  }
}
