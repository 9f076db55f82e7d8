import type {
  CustomSection,
  DataSegment,
  DefinedType,
  ExportInfo,
  FunctionType,
  GlobalInfo,
  ImportInfo,
  MemoryType,
  ModuleInfo,
  Producer,
  TableType,
  TagType,
  UnsupportedFeature,
} from "./types.ts";

/** A module while its sections are read. Its index spaces hold the items read so far. */
export interface Draft {
  readonly types: DefinedType[];
  /**
   * Type indices must be below this. Within a recursion group, types may refer to later ones of it.
   */
  typeLimit: number;
  readonly imports: ImportInfo[];
  readonly exports: ExportInfo[];
  readonly functions: FunctionType[];
  /** The number of declared functions whose bodies are still to come. */
  pendingBodies: number;
  readonly tables: TableType[];
  readonly memories: MemoryType[];
  readonly globals: GlobalInfo[];
  readonly tags: TagType[];
  start: number | undefined;
  /**
   * The number of data segments that are announced and still to come, if a number was announced.
   */
  pendingDataSegments: number | undefined;
  readonly dataSegments: DataSegment[];
  readonly customSections: CustomSection[];
  readonly producers: Producer[];
  readonly unsupported: Set<UnsupportedFeature>;
  effects: ModuleInfo["effects"];
}

/** Makes a module of which nothing has been read. */
export function emptyDraft(): Draft {
  return {
    types: [],
    typeLimit: 0,
    imports: [],
    exports: [],
    functions: [],
    pendingBodies: 0,
    tables: [],
    memories: [],
    globals: [],
    tags: [],
    start: undefined,
    pendingDataSegments: undefined,
    dataSegments: [],
    customSections: [],
    producers: [],
    unsupported: new Set(),
    effects: undefined,
  };
}

// WebAssembly JavaScript Interface, section "Implementation-defined limits": the limits that
// engines agreed on. A count above these is refused before anything is allocated for it.

/** Recursion groups, and types of each of them. */
export const MAX_TYPES = 1_000_000;

/** Parameters of a function. */
export const MAX_PARAMETERS = 1000;

/** Results of a function. */
export const MAX_RESULTS = 1000;

/** Fields of a struct. */
export const MAX_FIELDS = 10_000;

/** Imports. */
export const MAX_IMPORTS = 1_000_000;

/** Exports. */
export const MAX_EXPORTS = 1_000_000;

/** Functions that the module defines. */
export const MAX_FUNCTIONS = 1_000_000;

/** Tables. */
export const MAX_TABLES = 100_000;

/** Memories; V8 allows more than the interface does. */
export const MAX_MEMORIES = 100_000;

/** Globals. */
export const MAX_GLOBALS = 1_000_000;

/** Tags. */
export const MAX_TAGS = 1_000_000;

/** Element segments. */
export const MAX_ELEMENT_SEGMENTS = 10_000_000;

/** Elements of one segment. */
export const MAX_ELEMENTS = 10_000_000;

/** Data segments. */
export const MAX_DATA_SEGMENTS = 100_000;
