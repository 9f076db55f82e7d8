// WebAssembly 3.0, section 3.5.1 "Module": code can only refer to functions that are named elsewhere.

import { readGlobalSection, readTableSection } from "../binary/definitions.ts";
import type { Draft } from "../binary/draft.ts";
import { Reader } from "../binary/reader.ts";
import { readElementSection } from "../binary/segments.ts";
import type { ModuleInfo } from "../binary/types.ts";

const SECTIONS = { 4: readTableSection, 6: readGlobalSection, 9: readElementSection } as const;

/** Reads a section, and notes the functions that it names. */
class NotingReader extends Reader {
  readonly functions: Set<number>;

  constructor({ bytes, position, end }: Reader, functions: Set<number>) {
    super(bytes, position, end);
    this.functions = functions;
  }

  override index(what: string, length: number): number {
    const index = super.index(what, length);
    if (what === "element" || what === "ref.func") this.functions.add(index);
    return index;
  }
}

/** Finds the functions that can be called through references, and the start function. */
export function findReferences(
  sections: ReadonlyMap<number, Reader>,
  info: ModuleInfo,
): ReadonlySet<number> {
  const found = new Set<number>();
  if (info.start !== undefined) found.add(info.start);
  const { tables, globals } = info;
  for (const [id, read] of Object.entries(SECTIONS)) {
    const section = sections.get(Number(id));
    if (section === undefined) continue;
    const draft = { ...info, tables: [...tables], globals: [...globals], unsupported: new Set() };
    read(new NotingReader(section, found), draft as unknown as Draft);
  }
  return found;
}
