// WebAssembly 3.0, section 5.3 "Types", and section 2.3 for the terms.

/** The four number types. */
export type NumberType = "i32" | "i64" | "f32" | "f64";

/**
 * A value type in the text format: an abbreviation if the specification has one (`externref`),
 * otherwise `(ref null 3)` or `(ref extern)`, with type indices.
 */
export type ValueType = NumberType | "v128" | `${string}ref` | `(ref ${string})`;

/** The kind of an import or an export. */
export type ExternalKind = "function" | "table" | "memory" | "global" | "tag";

/** The parameters and results of a function. */
export interface FunctionType {
  /** The types of the parameters, in order. */
  readonly parameters: readonly ValueType[];
  /** The types of the results, in order; none for a function that returns nothing. */
  readonly results: readonly ValueType[];
}

/** The type of a struct's field or of an array's elements. */
export interface FieldType {
  /** A value type, or the packed `i8` or `i16`. */
  readonly storage: ValueType | "i8" | "i16";
  /** Whether it can be set after its creation. */
  readonly mutable: boolean;
}

/** One entry of the type section; recursion groups are flattened, so that indices match. */
export type DefinedType =
  & {
    /** Whether it cannot have subtypes. */
    readonly final: boolean;
    /** Indices of the supertypes: none or one. */
    readonly supertypes: readonly number[];
    /** The index of its recursion group. */
    readonly group: number;
    /** Whether threads may share its values; absent if they may not. */
    readonly shared?: true;
    /** The index of the type of its custom descriptor, if it has one. */
    readonly descriptor?: number;
    /** The index of the type whose custom descriptor it is. */
    readonly describes?: number;
  }
  & (
    | { readonly kind: "function"; readonly function: FunctionType }
    | { readonly kind: "struct"; readonly fields: readonly FieldType[] }
    | { readonly kind: "array"; readonly element: FieldType }
    /** The index of the type of the functions that it suspends. */
    | { readonly kind: "continuation"; readonly continuation: number }
  );

/** Limits of a memory (in its pages) or of a table (in elements). */
export interface Limits {
  /** A bigint if `address` is `"i64"`, otherwise a number. */
  readonly minimum: number | bigint;
  /** A bigint if `address` is `"i64"`; absent if there is no maximum. */
  readonly maximum?: number | bigint;
  /** Whether several threads may use it at the same time. */
  readonly shared: boolean;
  /** The type of an address in it. */
  readonly address: "i32" | "i64";
}

/** The type of a linear memory. */
export interface MemoryType extends Limits {
  /** The size of a page in bytes: 65536 unless the module has a custom page size. */
  readonly pageSize: number;
}

/** The type of a table. */
export interface TableType extends Limits {
  /** The type of the references in it. */
  readonly element: ValueType;
}

/** The type of a global. */
export interface GlobalType {
  /** The type of its value. */
  readonly type: ValueType;
  /** Whether it can be set after its creation. */
  readonly mutable: boolean;
}

/** The type of a tag: the values that an exception carries. */
export interface TagType {
  /** A function type whose parameters are the values. */
  readonly function: FunctionType;
}

/** The type for each kind. */
export interface TypeOfKind {
  /** The type of a function. */
  function: FunctionType;
  /** The type of a table. */
  table: TableType;
  /** The type of a memory. */
  memory: MemoryType;
  /** The type of a global. */
  global: GlobalType;
  /** The type of a tag. */
  tag: TagType;
}

/** An import or an export of each kind, with the additional fields in `Extra`. */
export type OfKind<Extra> = {
  readonly [K in ExternalKind]:
    & { readonly name: string; readonly kind: K; readonly type: TypeOfKind[K] }
    & Extra;
}[ExternalKind];

/** One import, in the order of the binary. */
export type ImportInfo = OfKind<{ readonly module: string }>;

/** One export, in the order of the binary. */
export type ExportInfo = OfKind<{
  /** The index in the index space of its kind. */
  readonly index: number;
}>;

/** The value of a constant initialiser, as far as it is known without instantiating the module. */
export type ConstantValue =
  /** A number, signed as in the instruction; a bigint for `i64`. */
  | { readonly value: number | bigint }
  /** The value of another global. */
  | { readonly global: number }
  /** A reference, a vector, or an expression of several instructions. */
  | { readonly expression: true };

/** A global, imported or the module's own. */
export interface GlobalInfo extends GlobalType {
  /** Absent for an imported global. */
  readonly initial?: ConstantValue;
}

/** Where a data segment goes. */
export interface DataSegment {
  /** Absent for a passive segment. */
  readonly memory?: number;
  /** Absent for a passive segment. */
  readonly offset?: ConstantValue;
  /** The length of its contents in bytes. */
  readonly byteLength: number;
}

/** A custom section: its name and the range of its contents. */
export interface CustomSection {
  /** The name, which need not be unique. */
  readonly name: string;
  /** The offset of the contents, after the name, in the binary. */
  readonly offset: number;
  /** The length of the contents in bytes. */
  readonly byteLength: number;
}

/** One line of the `producers` section, such as `processed-by` "clang" "14.0.6". */
export interface Producer {
  /** The kind of line: `language`, `processed-by` or `sdk`. */
  readonly field: string;
  /** The name of the language or the tool. */
  readonly name: string;
  /** The version as the tool writes it; may be empty. */
  readonly version: string;
}

/** A proposal that this engine does not support. */
export type UnsupportedFeature =
  | "custom page size"
  | "compact imports"
  | "custom descriptors"
  | "stack switching"
  | "shared types";

/** The effects of a function, including the effects of all functions that it calls. */
export interface FunctionEffects {
  /** Whether it has a loop or is recursive. */
  readonly loops: boolean;
  /** Whether it reads memory. */
  readonly reads: boolean;
  /** Whether it reads single bytes. */
  readonly peeks: boolean;
  /** Whether it writes memory, or sets a global. */
  readonly writes: boolean;
  /** Whether it calculates with two nonconstant numbers, unlike `length + 1`. */
  readonly calculates: boolean;
  /** Whether it calculates with a constant. */
  readonly offsets: boolean;
}

/** The declarations in a module's binary. Index spaces begin with the imports. */
export interface ModuleInfo {
  /** The type section; recursion groups are flattened. */
  readonly types: readonly DefinedType[];
  /** The imports in the order of the binary. */
  readonly imports: readonly ImportInfo[];
  /** The exports in the order of the binary. */
  readonly exports: readonly ExportInfo[];
  /** The types of all functions. */
  readonly functions: readonly FunctionType[];
  /** The types of all tables. */
  readonly tables: readonly TableType[];
  /** The types of all memories. */
  readonly memories: readonly MemoryType[];
  /** All globals with their initialisers. */
  readonly globals: readonly GlobalInfo[];
  /** The types of all tags. */
  readonly tags: readonly TagType[];
  /**
   * The offset of the contents of the code section in the binary, to which DWARF addresses are
   * relative. Absent unless the module has the section `.debug_line`.
   */
  readonly codeOffset?: number;
  /** The index of the start function. */
  readonly start?: number;
  /** Where the data segments go. */
  readonly dataSegments: readonly DataSegment[];
  /** The custom sections in the order of the binary. */
  readonly customSections: readonly CustomSection[];
  /** The `producers` section; empty if it is absent or malformed. */
  readonly producers: readonly Producer[];
  /** The features that this V8 does not support. Such a module can still be read. */
  readonly unsupported: readonly UnsupportedFeature[];
  /**
   * The effects of each exported function that takes at most two values and returns one integer, by
   * its name. Absent if no body shows all effects of its function.
   */
  readonly effects?: ReadonlyMap<string, FunctionEffects>;
  /**
   * The minimum number of arguments of each export with optional arguments. Absent if the module
   * does not export AssemblyScript's `__setArgumentsLength`.
   */
  readonly optionalArguments?: ReadonlyMap<string, number> | undefined;
}
