// WebAssembly 3.0, section 5.5.17 "Modules", for the magic and the version; the component model's binary
// format, "Component Definitions", for the layer.

import { identify } from "./identify.ts";
import { HEADER_BYTES, Reader } from "./reader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

const COMPONENT_LAYER = 1;

/**
 * Reads the magic and the version. It is loaded for bytes that do not begin as a module does.
 *
 * @throws {WasmFormatError} if they are not those of a module; the error for another file names its
 * kind.
 */
export function readHeader(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  const isWasm = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isWasm || bytes.length < HEADER_BYTES) reader.fail("module", 0, identify(bytes));
  reader.skip(4, "magic");
  const start = reader.position;
  reader.skip(4, "version");
  const version = bytes[4]! + bytes[5]! * 2 ** 8 + bytes[6]! * 2 ** 16 + bytes[7]! * 2 ** 24;
  if (version >>> 16 === COMPONENT_LAYER) { // the upper half of the version
    const problem = "it is a component, expected a core module; " +
      "make core modules of it with `jco transpile` or `wasm-tools component unbundle`";
    reader.fail("module", start, problem);
  }
  if (version !== 1) reader.fail("version", start, `version is ${version}, expected 1`);
}
