// DWARF 5, section 6.2 "Line Number Information", and version 4 of the same; "DWARF for
// WebAssembly" for addresses: they count from the start of the code section's contents.

import { DwarfCursor } from "./dwarf_cursor.ts";

/** A position in a source file. */
export interface SourcePlace {
  /** The path of the file, as the compiler wrote it. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1; 0 if the compiler did not record it. */
  readonly column: number;
}

/** The contents of the sections that a line table needs. */
export interface LineSections {
  readonly line: Uint8Array;
  /** `.debug_str` and `.debug_line_str`, which have the names in version 5. */
  readonly text: Uint8Array;
  readonly lineText: Uint8Array;
}

/** A row of the line table. */
interface Row {
  address: number;
  file: number;
  line: number;
  column: number;
}

/** The best position so far, and the size of its sequence in bytes of code. */
interface Found {
  place: SourcePlace;
  range: number;
}

/**
 * Finds the positions of addresses in one pass, without storing the table.
 *
 * @returns The positions in the order of the addresses; `undefined` if the table has none. If the
 * table is malformed, the rest of it is ignored.
 */
export function findPlaces(
  sections: LineSections,
  addresses: readonly number[],
): (SourcePlace | undefined)[] {
  const found: (Found | undefined)[] = addresses.map(() => undefined);
  const cursor = new DwarfCursor(sections.line);
  try {
    while (cursor.at < cursor.end) readUnit(cursor, sections, addresses, found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found.map((item) => item?.place);
}

/** A file of a unit, and the index of its directory. */
interface File {
  readonly name: string;
  readonly directory: number;
}

/** The directories and files of a unit, by the numbers that its rows use. */
interface Files {
  readonly directories: readonly string[];
  readonly files: readonly File[];
  /** The first number of a file. */
  readonly first: 0 | 1;
}

function readUnit(
  whole: DwarfCursor,
  sections: LineSections,
  addresses: readonly number[],
  found: (Found | undefined)[],
): void {
  const short = whole.u32();
  const isLong = short === 0xffff_ffff;
  const unit = whole.part(isLong ? whole.u64() : short);
  const version = unit.u16();
  if (version < 2 || version > 5) return;
  if (version === 5) unit.skip(2); // the sizes of an address and of a segment
  const header = unit.part(isLong ? unit.u64() : unit.u32());
  const step = header.u8();
  if (version >= 4) header.skip(1); // the operations of one instruction: it is 1
  header.skip(1); // whether rows begin statements
  const lineBase = header.i8(), lineRange = header.u8(), opcodeBase = header.u8();
  if (lineRange === 0) return;
  const lengths = Array.from({ length: opcodeBase - 1 }, () => header.u8());
  const names = version === 5 ? readFiles5(header, sections, isLong) : readFiles(header);

  let row: Row, before: Row | undefined, start: number, hits: { index: number; row: Row }[];
  const begin = () => {
    row = { address: 0, file: 1, line: 1, column: 0 };
    before = undefined;
    start = -1;
    hits = [];
  };
  begin();
  const add = () => {
    if (start! < 0) start = row!.address;
    if (before !== undefined) {
      for (const [index, address] of addresses.entries()) {
        if (before.address <= address && address < row!.address) {
          hits!.push({ index, row: before });
        }
      }
    }
    before = { ...row! };
  };
  const end = () => {
    add();
    // The linker keeps the lines of removed functions at address 0. The code section starts with a
    // count, so there is no instruction.
    if (start! > 0) {
      const range = row!.address - start!;
      for (const { index, row: hit } of hits!) {
        const known = found[index];
        const place = placeOf(hit, names);
        if (place !== undefined && (known === undefined || range < known.range)) {
          found[index] = { place, range };
        }
      }
    }
    begin();
  };
  while (unit.at < unit.end) {
    const opcode = unit.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      row!.address += step * Math.floor(adjusted / lineRange);
      row!.line += lineBase + adjusted % lineRange;
      add();
      continue;
    }
    switch (opcode) {
      case 0: {
        const extended = unit.part(unit.leb());
        const code = extended.u8();
        if (code === 1) end();
        else if (code === 2) {
          row!.address = extended.end - extended.at === 8 ? extended.u64() : extended.u32();
        }
        break;
      }
      case 1:
        add();
        break;
      case 2:
        row!.address += step * unit.leb();
        break;
      case 3:
        row!.line += unit.leb(true);
        break;
      case 4:
        row!.file = unit.leb();
        break;
      case 5:
        row!.column = unit.leb();
        break;
      case 8:
        row!.address += step * Math.floor((255 - opcodeBase) / lineRange);
        break;
      case 9:
        row!.address += unit.u16();
        break;
      default:
        for (let count = lengths[opcode - 1] ?? 0; count > 0; count--) unit.leb();
    }
  }
}

/** Reads the directories and files of version 2 to 4. Directory 0 is that of the compilation. */
function readFiles(header: DwarfCursor): Files {
  const directories = [""];
  for (let name = header.text(); name !== ""; name = header.text()) directories.push(name);
  const files: File[] = [];
  for (let name = header.text(); name !== ""; name = header.text()) {
    files.push({ name, directory: header.leb() });
    header.leb(); // the time
    header.leb(); // the size
  }
  return { directories, files, first: 1 };
}

/** Reads the directories and files of version 5, which describe their own format. */
function readFiles5(header: DwarfCursor, sections: LineSections, isLong: boolean): Files {
  const directories = readEntries(header, sections, isLong).map(({ name }) => name);
  return { directories, files: readEntries(header, sections, isLong), first: 0 };
}

const PATH = 1, DIRECTORY = 2;

function readEntries(
  header: DwarfCursor,
  { text, lineText }: LineSections,
  isLong: boolean,
): File[] {
  const format = Array.from({ length: header.u8() }, () => [header.leb(), header.leb()] as const);
  const count = header.leb();
  const offset = () => isLong ? header.u64() : header.u32();
  const read = (form: number): string | number => {
    switch (form) {
      case 0x08: // string
        return header.text();
      case 0x0e: // strp
        return new DwarfCursor(text, offset()).text();
      case 0x1f: // line_strp
        return new DwarfCursor(lineText, offset()).text();
      case 0x0b: // data1
        return header.u8();
      case 0x05: // data2
        return header.u16();
      case 0x06: // data4
        return header.u32();
      case 0x07: // data8
        return header.u64();
      case 0x0f: // udata
        return header.leb();
      case 0x1e: // data16, a checksum
        return header.skip(16);
      case 0x09: // block
        return header.skip(header.leb());
      default:
        throw new RangeError("an unknown form");
    }
  };
  const entries: File[] = [];
  if (format.length === 0) return entries;
  for (let index = 0; index < count; index++) {
    let name = "", directory = 0;
    for (const [content, form] of format) {
      const value = read(form);
      if (content === PATH && typeof value === "string") name = value;
      if (content === DIRECTORY && typeof value === "number") directory = value;
    }
    entries.push({ name, directory });
  }
  return entries;
}

function placeOf({ file, line, column }: Row, names: Files): SourcePlace | undefined {
  const found = names.files[file - names.first];
  // Line 0 means code that belongs to no line.
  if (found === undefined || line <= 0) return undefined;
  const folder = names.directories[found.directory] ?? "";
  const isWhole = folder === "" || folder === "." || /^(?:\/|[A-Za-z]:)/.test(found.name);
  return { file: isWhole ? found.name : `${folder}/${found.name}`, line, column };
}
