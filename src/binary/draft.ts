import type {
  CustomSection,
  DataSegment,
  DefinedType,
  ExportInfo,
  FunctionType,
  GlobalInfo,
  ImportInfo,
  MemoryType,
  Producer,
  TableType,
  TagType,
  UnsupportedFeature,
} from "./types.ts";

/** A module while its sections are read: index spaces hold what came before. */
export interface Draft {
  readonly types: DefinedType[];
  /** Type indices must be below this: in a recursion group, types may name later ones of it. */
  typeLimit: number;
  readonly imports: ImportInfo[];
  readonly exports: ExportInfo[];
  readonly functions: FunctionType[];
  /** How many functions are declared whose bodies are still to come. */
  pendingBodies: number;
  readonly tables: TableType[];
  readonly memories: MemoryType[];
  readonly globals: GlobalInfo[];
  readonly tags: TagType[];
  start: number | undefined;
  /** How many data segments are announced and still to come, where a number was announced. */
  pendingDataSegments: number | undefined;
  readonly dataSegments: DataSegment[];
  readonly customSections: CustomSection[];
  readonly producers: Producer[];
  readonly unsupported: Set<UnsupportedFeature>;
}

/** A module of which nothing has been read. */
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
  };
}
