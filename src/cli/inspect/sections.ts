// WebAssembly 3.0, section 5.5.2 "Sections", for modules; the component model's binary format for
// components.

import { HEADER_BYTES, Reader } from "../../binary/reader.ts";
import type { InspectedSection } from "./inspection.ts";

/** The names of a module's sections, by their ids. */
const OF_MODULE = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];

/** The names of a component's sections, by their ids. */
const OF_COMPONENT = [
  "custom",
  "core module",
  "core instance",
  "core type",
  "component",
  "instance",
  "alias",
  "type",
  "canonical function",
  "start",
  "import",
  "export",
  "value",
];

/**
 * Lists the sections of a module or of a component, without reading them.
 *
 * @throws {WasmFormatError} if a section reaches beyond the end of the file.
 */
export function listSections(bytes: Uint8Array, isComponent: boolean): InspectedSection[] {
  const names = isComponent ? OF_COMPONENT : OF_MODULE;
  const sections: InspectedSection[] = [];
  eachSection(bytes, (id, offset, contents) => {
    const custom = id === 0;
    sections.push({
      name: custom ? contents.name("custom section name") : names[id] ?? `section ${id}`,
      custom,
      offset,
      byteLength: contents.end - offset,
    });
  });
  return sections;
}

/**
 * Visits the sections of a module or of a component.
 *
 * @param visit Gets the id, where the section begins, and its contents.
 * @throws {WasmFormatError} if a section reaches beyond the end of the file.
 */
export function eachSection(
  bytes: Uint8Array,
  visit: (id: number, offset: number, contents: Reader) => void,
): void {
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const offset = reader.position;
    const id = reader.u8("section id");
    visit(id, offset, reader.range(reader.u32("section size"), "section"));
  }
}
