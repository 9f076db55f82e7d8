import { HEADER_BYTES } from "../binary/reader.ts";
import { identifyFile } from "../binary/header.ts";
import { refuseOther } from "./engine_refusals.ts";
import type { Compiled, SourceBytes } from "./source_types.ts";

/** A module without contents: the magic and the version. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Takes bytes that do not begin as a module does. It is loaded for such bytes alone.
 *
 * @returns A component, which is compiled when a guest is made of it. A module without contents
 * stands for it until then, because a component is none.
 * @throws {LoadError} if there are none.
 * @throws {WasmFormatError} with the kind of file that they are, if it is known.
 */
export function takeOther(given: SourceBytes): Compiled {
  const { name, source, bytes } = given;
  const isWhole = bytes.byteLength >= HEADER_BYTES;
  if (!isWhole || identifyFile(bytes)?.kind !== "component") refuseOther(given);
  return {
    module: new WebAssembly.Module(EMPTY),
    info: undefined,
    imports: [],
    exported: [],
    hasBuiltins: true,
    name,
    source,
    bytes,
    component: bytes,
  };
}
