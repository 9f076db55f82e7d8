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

/** The types of a module or a component that have been read so far. */
export interface TypeDraft {
  readonly types: DefinedType[];
  /**
   * The bound for type indices. Within a recursion group, types may refer to later ones in the
   * group.
   */
  typeLimit: number;
  readonly unsupported: Set<UnsupportedFeature>;
}

/** A module whose sections are being read. Its index spaces contain the items read so far. */
export interface Draft extends TypeDraft {
  /** The offset of the contents of the code section. */
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
  /** The number of data segments still to come, if the module has a data count section. */
  pendingDataSegments: number | undefined;
  readonly dataSegments: DataSegment[];
  readonly customSections: CustomSection[];
  readonly producers: Producer[];
  effects: ModuleInfo["effects"];
}
