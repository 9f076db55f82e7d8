// WebAssembly 3.0, section 5.3.12 "Limits"; the threads proposal and custom page sizes add flags.

import { LoadError } from "../base/errors.ts";
import type { GuestLimits } from "../base/limits.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import { readReferenceType } from "../binary/defined_types.ts";
import type { Draft } from "../binary/draft.ts";
import { readExternalType } from "../binary/externals.ts";
import { HEADER_BYTES, Reader } from "../binary/reader.ts";
import { readConstant } from "../binary/segments.ts";
import type { Limits, MemoryType, ModuleInfo, TableType } from "../binary/types.ts";

/**
 * The maximum size of all memories of a guest together, and of all its tables; `Infinity` means no
 * limit.
 */
export interface Caps {
  /** Bytes. */
  readonly memory: number;
  readonly tableElements: number;
}

/** Returns the caps among the limits, if there are any. */
export function capsOf(limits: GuestLimits | undefined): Caps | undefined {
  const { memory = Infinity, tableElements = Infinity } = limits ?? {};
  return memory === Infinity && tableElements === Infinity ? undefined : { memory, tableElements };
}

/** What a cap leaves to a memory or a table. */
export interface Lowered {
  /** Pages or elements. */
  readonly maximum: number;
  /** Bytes or elements, for messages: the cap itself if it is for this one alone. */
  readonly allowed: number;
}

/** What caps leave to the memories and tables whose own maximum is higher, by their types. */
export type LoweredMaxima = ReadonlyMap<MemoryType | TableType, Lowered>;

/** Where a core module is in the binary of a component. */
export interface PartRange {
  readonly contents: number;
  readonly byteLength: number;
}

/** The declarations of a core module, and the maxima that it gets. */
export interface CappedPart {
  readonly before: ModuleInfo;
  readonly maxima: LoweredMaxima;
}

/** The memories and tables of a module, or of several. */
type Owned = Pick<ModuleInfo, "memories" | "tables">;

/**
 * Divides what caps leave beyond the sizes at the start among all memories, and among all tables,
 * because code that grows one of them does not see how large the others are.
 */
export function lowerMaxima({ memories, tables }: Owned, caps: Caps): LoweredMaxima {
  const found = new Map<MemoryType | TableType, Lowered>();
  for (
    const [type, lowered] of [
      ...divide(memories, caps.memory),
      ...divide(tables, caps.tableElements),
    ]
  ) {
    // If a type is that of several, the first has the least.
    if (!found.has(type)) found.set(type, lowered);
  }
  return found;
}

function divide(
  types: readonly (MemoryType | TableType)[],
  cap: number,
): (readonly [MemoryType | TableType, Lowered])[] {
  let left = cap;
  const growing = types.map((type) => {
    const unit = unitOf(type), size = Number(type.minimum) * unit;
    left -= size;
    return { type, unit, room: Number(type.maximum ?? mostOf(type)) * unit - size };
  });
  // What one cannot take is left to those that can grow further.
  growing.sort((one, other) => one.room - other.room);
  return growing.flatMap(({ type, unit, room }, index) => {
    const share = Math.max(0, Math.floor(left / (types.length - index) / unit));
    left -= Math.min(room, share * unit);
    if (room <= share * unit) return [];
    const most = "pageSize" in type ? MOST_MEMORY / unit : Infinity;
    const maximum = Math.min(most, Number(type.minimum) + share);
    return [[type, { maximum, allowed: types.length === 1 ? cap : maximum * unit }] as const];
  });
}

/** V8 refuses memories with a larger maximum; those with 64-bit addresses can have one. */
const MOST_MEMORY = 2 ** 34;

/** Returns the bytes of a page; a table has elements. */
function unitOf(type: MemoryType | TableType): number {
  return "pageSize" in type ? type.pageSize : 1;
}

/** Returns the maximum size of a memory or a table without a declared maximum. */
function mostOf(type: MemoryType | TableType): number {
  const addresses = 2 ** (type.address === "i64" ? 64 : 32);
  return "pageSize" in type ? addresses / type.pageSize : addresses - 1;
}

/**
 * Refuses a module whose memories or tables together are larger than a cap from the start: there
 * can be 100,000 of them.
 *
 * @throws {LoadError} with the code `limits`.
 */
export function refuseLarge(
  { memories, tables }: Owned,
  caps: Caps,
  { name, source }: { readonly name: string; readonly source: string },
): void {
  const refuse = (
    kind: string,
    kinds: string,
    all: readonly (MemoryType | TableType)[],
    option: keyof Caps,
    unit: string,
  ) => {
    const size = all.reduce(
      (sum, type) => sum + Number(type.minimum) * unitOf(type),
      0,
    );
    if (size <= caps[option]) return;
    throw new LoadError(
      "limits",
      `Cannot load ${name}: ${all.length > 1 ? `its ${kinds} together have` : `its ${kind} has`} ` +
        `${size} ${unit} at the start, expected at most ${caps[option]}, or limits.${option} of ` +
        `${size} or more`,
      { source },
    );
  };
  refuse("memory", "memories", memories, "memory", "bytes");
  refuse("table", "tables", tables, "tableElements", "elements");
}

const CUSTOM = 0, IMPORT = 2, TABLE = 4, MEMORY = 5;

/** The kinds of imports, and what begins a table that has an initial value. */
const TABLE_KIND = 1, MEMORY_KIND = 2, HAS_INITIALISER = 0x40;

/** Source maps count the bytes of the whole binary. */
const SOURCE_MAP = "sourceMappingURL";

/**
 * Writes caps into the limits of all memories and tables of a module. Its code does not change.
 *
 * @param bytes The whole binary; the engine validates it.
 * @param info Its declarations.
 * @param lowered The maxima to write.
 */
export function capLimits(
  bytes: Uint8Array,
  info: ModuleInfo,
  lowered: LoweredMaxima,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(bytes.length + 1024);
  writer.copy(bytes, 0, HEADER_BYTES);
  const reader = new Reader(bytes, HEADER_BYTES);
  // Types and globals are those of the whole module, which was read before.
  const draft = {
    ...info,
    typeLimit: info.types.length,
    unsupported: new Set(),
  } as object as Draft;
  const imported = (kind: string) => info.imports.filter((item) => item.kind === kind).length;
  while (reader.remaining > 0) {
    const start = reader.position;
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section size"), "section");
    const capper = new Capper(bytes, section, lowered);
    if (id === IMPORT) capImports(capper, info, draft);
    else if (id === TABLE) capTables(capper, info.tables.slice(imported("table")), draft);
    else if (id === MEMORY) capMemories(capper, info.memories.slice(imported("memory")));
    else {
      const isMap = id === CUSTOM && section.name("custom section name") === SOURCE_MAP;
      if (!isMap) writer.copy(bytes, start, section.end);
      continue;
    }
    writer.u8(id);
    writer.counted(() => capper.finish(writer));
  }
  return writer.bytes;
}

function capImports(capper: Capper, info: ModuleInfo, draft: Draft): void {
  const { section } = capper;
  section.u32("import count");
  for (const { kind, type } of info.imports) {
    section.name("import module");
    section.name("import name");
    const code = section.peek("import kind");
    if (code !== TABLE_KIND && code !== MEMORY_KIND) {
      readExternalType(section, draft);
      continue;
    }
    section.skip(1, "import kind");
    if (kind === "table") readReferenceType(section, draft);
    capper.cap(type as MemoryType | TableType);
  }
}

function capTables(capper: Capper, tables: readonly TableType[], draft: Draft): void {
  const { section } = capper;
  section.u32("table count");
  for (const type of tables) {
    const hasInitialiser = section.peek("table") === HAS_INITIALISER;
    if (hasInitialiser) section.skip(2, "table");
    readReferenceType(section, draft);
    capper.cap(type);
    if (hasInitialiser) readConstant(section, draft, type.element);
  }
}

function capMemories(capper: Capper, memories: readonly MemoryType[]): void {
  capper.section.u32("memory count");
  for (const type of memories) capper.cap(type);
}

const HAS_MAXIMUM = 0x01, CUSTOM_PAGE_SIZE = 0x08;

/** Writes a section with other limits. */
class Capper {
  readonly section: Reader;
  readonly #bytes: Uint8Array;
  readonly #lowered: LoweredMaxima;
  readonly #written = new ByteWriter();
  /** What comes before this is written. */
  #copied: number;

  constructor(bytes: Uint8Array, section: Reader, lowered: LoweredMaxima) {
    this.section = section;
    this.#bytes = bytes;
    this.#lowered = lowered;
    this.#copied = section.position;
  }

  /** Reads the limits of a memory or a table, and writes them with a lower maximum if need be. */
  cap(type: MemoryType | TableType): void {
    const { section } = this;
    const start = section.position;
    const flags = section.u8("limits");
    readBound(section, type);
    const end = section.position;
    if ((flags & HAS_MAXIMUM) !== 0) readBound(section, type);
    const rest = section.position;
    if ((flags & CUSTOM_PAGE_SIZE) !== 0) section.u32("page size");
    const lowered = this.#lowered.get(type);
    if (lowered === undefined) return;
    this.#written.copy(this.#bytes, this.#copied, start);
    this.#written.u8(flags | HAS_MAXIMUM);
    this.#written.copy(this.#bytes, start + 1, end);
    this.#written.unsigned(lowered.maximum);
    this.#copied = rest;
  }

  finish(writer: ByteWriter): void {
    writer.copy(this.#written.bytes);
    writer.copy(this.#bytes, this.#copied, this.section.end);
  }
}

function readBound(section: Reader, { address }: Limits): void {
  if (address === "i64") section.u64("limits");
  else section.u32("limits");
}
