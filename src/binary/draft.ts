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
  /** Where the contents of the code section begin. */
  codeOffset: number | undefined;
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
