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

/** The types that have been read so far, of a module or of a component. */
export interface TypeDraft {
  readonly types: DefinedType[];
  /**
   * Type indices must be below this. Within a recursion group, types may refer to later ones of it.
   */
  typeLimit: number;
  readonly unsupported: Set<UnsupportedFeature>;
}

/** A module while its sections are read. Its index spaces hold the items read so far. */
export interface Draft extends TypeDraft {
  /** Where the contents of the code section begin. */
  codeOffset: number | undefined;
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
  effects: ModuleInfo["effects"];
}
