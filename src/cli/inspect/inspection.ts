import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { PlanStep } from "../../abi/plan_step.ts";
import type { ExternalKind, Producer } from "../../binary/types.ts";

/** A number from a binary: decimal text if a JavaScript number cannot represent it. */
export type Count = number | string;

/**
 * The output of `passage inspect --json`. Later versions of Passage may add fields; the meaning of
 * existing fields does not change as long as `version` stays the same.
 */
export interface Inspection {
  /** The version of this format. */
  readonly version: 1;
  /** The path or the URL as it was given, or `-` for standard input. */
  readonly source: string;
  /** The size of the file in bytes. */
  readonly byteLength: number;
  /**
   * The kind of file: `module`, `dynamic library`, `object file`, `component`, `text format`,
   * `gzip`, `html`, `unknown` and others.
   */
  readonly kind: string;
  /** The kind as part of a sentence: `an HTML or XML page`. */
  readonly is: string;
  /** What to do about a file that is not a module to load. */
  readonly hint?: string;
  /** The languages and tools that the module names. */
  readonly producers: readonly Producer[];
  /** The sections in the order of the file. */
  readonly sections: readonly InspectedSection[];
  /** The imports in the order of the file. */
  readonly imports: readonly InspectedImport[];
  /** The exports in the order of the file. */
  readonly exports: readonly InspectedExport[];
  /** The memories, imported ones first. */
  readonly memories: readonly InspectedMemory[];
  /** Whether it has a start function, which runs at instantiation. */
  readonly start: boolean;
  /** How text is passed; absent if there is no function that could pass any. */
  readonly convention?: InspectedConvention;
  /** The line of TypeScript that loads the guest. */
  readonly load?: string;
  /** The exported functions, in the order of the file. */
  readonly functions: readonly InspectedFunction[];
  /** The layout of guest memory, as far as it is known before the guest runs. */
  readonly layout?: MemoryLayout;
  /** The contents of a component; absent for other files, and for one that cannot be read. */
  readonly component?: InspectedComponent;
  /** Why the module cannot be loaded, or the component cannot be read. */
  readonly problem?: InspectedProblem;
}

/** The contents of a component. */
export interface InspectedComponent {
  /** The imports in the order of the file. */
  readonly imports: readonly InspectedExtern[];
  /** The exports in the order of the file. */
  readonly exports: readonly InspectedExtern[];
  /** The imports and exports with their types, as WIT. */
  readonly wit: string;
  /** The functions that it exports, those of its interfaces and resources included. */
  readonly functions: readonly InspectedComponentFunction[];
  /**
   * The features that it uses beyond those of the first release, and the offset of the first use.
   */
  readonly features: readonly { readonly feature: string; readonly offset: number }[];
  /** The core modules, those of nested components included. */
  readonly coreModules: readonly InspectedCoreModule[];
  /** The number of components within it, at any depth. */
  readonly nestedComponents: number;
}

/** One function that a component exports. */
export interface InspectedComponentFunction {
  /** The name with that of its interface: `test:linked/texts@1.2.0#twice`. */
  readonly name: string;
  /** The type, as WIT. */
  readonly type: string;
  /** The line of TypeScript that calls it. */
  readonly line: string;
}

/** One import or export of a component. */
export interface InspectedExtern {
  /** The name, such as that of an interface. */
  readonly name: string;
  /** The kind of item. */
  readonly sort: "function" | "type" | "instance" | "component" | "module";
  /** The interface that it implements, if the file names one. */
  readonly implements?: string;
  /** The name by which the host knows it, if the file has one. */
  readonly externalId?: string;
}

/** One core module in a component. */
export interface InspectedCoreModule {
  /** Where it is: `component 0, core module 1`. */
  readonly place: string;
  /** Where it begins, in bytes from the start of the file. */
  readonly offset: number;
  /** The size in bytes. */
  readonly byteLength: number;
  /** The number of imports. */
  readonly imports: number;
  /** The names of the exports. */
  readonly exports: readonly string[];
}

/** One section. */
export interface InspectedSection {
  /** The name, such as `code`; for a custom section its own name. */
  readonly name: string;
  /** Whether it is a custom section. */
  readonly custom: boolean;
  /** Where the section begins, in bytes from the start of the file. */
  readonly offset: number;
  /** The size in bytes, including the section's header. */
  readonly byteLength: number;
}

/** One import. */
export interface InspectedImport {
  /** The module that it is imported from. */
  readonly module: string;
  /** The name within that module. */
  readonly name: string;
  /** The kind of item. */
  readonly kind: ExternalKind;
  /** The whole signature, or the type with its limits. */
  readonly type: string;
  /** Whether Passage provides it: a memory, WASI, or an import from a toolchain's JavaScript. */
  readonly provided: boolean;
}

/** One export. */
export interface InspectedExport {
  /** The name. */
  readonly name: string;
  /** The kind of item. */
  readonly kind: ExternalKind;
  /** The whole signature, or the type with its limits. */
  readonly type: string;
  /** The value of a global, if it is a constant. */
  readonly value?: Count;
}

/** One memory. */
export interface InspectedMemory {
  /** The name under which it is imported (`env.memory`) or exported; absent if it is neither. */
  readonly name?: string;
  /** Whether the module imports it. */
  readonly imported: boolean;
  /** The size of a page in bytes. */
  readonly pageSize: number;
  /** The initial number of pages. */
  readonly minimum: Count;
  /** The maximum number of pages; absent if there is no limit. */
  readonly maximum?: Count;
  /** Whether threads may share it. */
  readonly shared: boolean;
  /** The type of an address in it. */
  readonly address: "i32" | "i64";
}

/** How the guest passes text and the reason for it, or why that is unknown. */
export interface InspectedConvention {
  /** The name; absent if none is detected, or several fit. */
  readonly name?: string;
  /** The option of `load` that sets the same. */
  readonly option?: string;
  /** Why it was chosen. */
  readonly reason?: string;
  /** The buffer of a static buffer, if it is known before the guest runs. */
  readonly buffer?: InspectedBuffer;
  /** Why it is open. */
  readonly problem?: InspectedProblem;
}

/** A buffer of the guest. */
export interface InspectedBuffer {
  /** Where it begins. */
  readonly address: number;
  /** Its size in bytes. */
  readonly byteLength: number;
  /** Whether the size is exact or an upper bound. */
  readonly capacity: "exact" | "upper bound";
  /** The source of the size or the bound. */
  readonly reason: string;
}

/** Why something is impossible, and the options that would settle it. */
export interface InspectedProblem {
  /** The code of the error. */
  readonly code: string;
  /** The whole message of the error. */
  readonly message: string;
  /** The value that was found. */
  readonly found?: string;
  /** The options that would settle it. */
  readonly settledBy?: string;
}

/** One exported function. */
export interface InspectedFunction {
  /** The name. */
  readonly name: string;
  /** The whole signature. */
  readonly type: string;
  /**
   * Its role: `text` takes and returns a text, `numbers` is declared with its core types,
   * `declared` with the objects that the binary shows, `convention` and `toolchain` are helpers of
   * those, `start` runs at the start or by `guest.run()`, and `raw` has types that cannot be
   * declared.
   */
  readonly role: "text" | "numbers" | "declared" | "convention" | "toolchain" | "start" | "raw";
  /** The declaration of its parameters and result. */
  readonly declaration?: SymbolDeclaration;
  /** How its types were derived, if the binary shows more than its core type. */
  readonly understood?: string;
  /** The line of TypeScript that calls it. */
  readonly line: string;
  /** The option of `load` that the line needs. */
  readonly needs?: string;
  /** The steps of the call; none if the function is not called with a plan. */
  readonly steps: readonly PlanStep[];
  /** Why it does not pass text by convention; absent if the convention is unknown. */
  readonly textProblem?: InspectedProblem;
}

/** The layout of a memory. */
export interface MemoryLayout {
  /** The initial size of the memory in bytes. */
  readonly byteLength: number;
  /** The ranges by address. They may overlap: a buffer is within data. */
  readonly ranges: readonly MemoryRange[];
  /** Exported addresses, such as `__heap_base`. */
  readonly marks: readonly { readonly name: string; readonly address: number }[];
}

/** A range of memory. */
export interface MemoryRange {
  /** The kind of contents. */
  readonly kind: "data" | "buffer" | "stack" | "heap";
  /** A description, such as `data segment 0`. */
  readonly what: string;
  /** Where it begins. */
  readonly address: number;
  /** The size in bytes. */
  readonly byteLength: number;
}
