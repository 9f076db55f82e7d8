import type { BlockSource, LengthUnit } from "../abi/block_source.ts";
import type { FunctionDeclaration, HostFunctionDeclaration } from "../abi/declaration.ts";
import type { ManagedPlan } from "../abi/managed_layout.ts";
import type { StructLayout } from "../abi/struct_layout.ts";
import type { NumberName } from "../abi/number.ts";
import type { CompoundPlan, ParameterPlan, ResultPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type { NumericType } from "../base/numeric_types.ts";
import type { FunctionType } from "../binary/types.ts";

/** The place where a guest finds data that a host function returns. */
export type Target =
  /** In the buffer whose address and size it passed. */
  | { readonly kind: "output"; readonly pointer: number; readonly capacity: number }
  /** One i64, with the pointer in this half and the length in the other. */
  | { readonly kind: "packed"; readonly pointer: "high" | "low" }
  /**
   * The result is the pointer. The text is NUL-terminated, its length is right before it, or the
   * guest knows it: from its allocator, or because it is fixed.
   */
  | { readonly kind: "pointer"; readonly length: "nul" | "u8" | "u16" | "u32" | "u64" | "known" }
  /** The result is the pointer, and the length goes into a word of memory. */
  | { readonly kind: "counted"; readonly length: Word }
  /** Two results, of which this one is the pointer. */
  | { readonly kind: "results"; readonly pointer: 0 | 1 }
  /** Two words of memory whose addresses it passed. */
  | { readonly kind: "area"; readonly pointer: Word; readonly length: Word }
  /** The JavaScript value itself is the result. */
  | { readonly kind: "reference" };

/** A word of memory: at this index from the address in a core argument. */
export interface Word {
  readonly argument: number;
  readonly words: number;
}

/** How one parameter of a host function is lifted. */
export type HostParameterPlan =
  /** The core argument of this index, as a number. */
  | { readonly kind: "number"; readonly type: NumberName; readonly at: number }
  /** The core argument of this index, unchanged. */
  | {
    readonly kind: "reference";
    readonly content: "string" | "any";
    readonly nullable: boolean;
    readonly at: number;
  }
  /** The core argument of this index: a pointer to a function of the guest. */
  | {
    readonly kind: "function";
    readonly declaration: FunctionDeclaration;
    readonly nullable: boolean;
    readonly at: number;
  }
  /** The core argument of this index: an object of AssemblyScript. */
  | ManagedPlan & { readonly at: number }
  /** A value in memory; the core arguments take the place of several results. */
  | TextResultPlan
  | Extract<ResultPlan, { readonly kind: "record" | "choice" | "elements" | "number" }>;

/** The result of an import. */
export type HostResultPlan =
  | { readonly kind: "void" }
  | Extract<ParameterPlan, { readonly kind: "number" | "reference" | "function" }>
  | ManagedPlan
  | HostTextPlan
  | HostStructPlan
  | {
    readonly kind: "returned";
    /** The import's own result. */
    readonly own: HostOwnResult;
    readonly outs: HostOutsPlan;
  };

/** An import's own result, without the values behind pointers. */
export type HostOwnResult = Exclude<HostResultPlan, { kind: "returned" }>;

/** The values that an import returns through pointers: the fields of one object. */
export interface HostOutsPlan {
  /** The object, as if it were a struct. */
  readonly layout: StructLayout;
  /** The parts of that struct, and the core arguments with their addresses. */
  readonly pieces: readonly {
    readonly argument: number;
    readonly at: number;
    readonly byteLength: number;
  }[];
  /** The source of blocks for data behind pointers, if there is any. */
  readonly place: BlockSource | undefined;
}

/** A struct or a list as an import's result. */
export type HostStructPlan = Pick<CompoundPlan, "kind" | "isList" | "layout" | "nullable"> & {
  /** The source of its blocks, if it takes any. */
  readonly place: BlockSource | undefined;
  readonly target: StructTarget;
  /** The number of items, if the guest relies on it. */
  readonly count?: number | undefined;
};

/** The place where a guest finds a struct or a list that a host function returns. */
export type StructTarget =
  /** At the address in this core argument. */
  | { readonly kind: "at"; readonly argument: number }
  /** The result is its only number. */
  | { readonly kind: "number"; readonly type: NumericType }
  /** In a separate block. */
  | BlockTarget;

/** How a guest is given the address of a block. */
export type BlockTarget = Exclude<Target, { kind: "output" | "reference" }>;

/** Text, bytes or an array as an import's result. */
export type HostTextPlan = Extract<ParameterPlan, { readonly kind: "text" }> & {
  /** The place in which the guest finds it. */
  readonly target: Exclude<Target, { kind: "reference" }>;
  /** The unit of its length. */
  readonly unit: LengthUnit;
};

/** A plan for a call from the guest to the host through one import. */
export interface HostPlan {
  /** The name that errors use for the import: `env.log`. */
  readonly name: string;
  /** The description for errors: `import "env.log"`, or another host function. */
  readonly label: string;
  /** The number of core arguments. */
  readonly arity: number;
  /** How each parameter is lifted. */
  readonly parameters: readonly HostParameterPlan[];
  readonly result: HostResultPlan;
  /** Its type, if the binary is known. */
  readonly type: FunctionType | undefined;
}

/** An import that is a host function. */
export interface HostImport {
  /** The name that errors use for the import: `env.log`. */
  readonly name: string;
  /** The description for errors, if it is not an import. */
  readonly label?: string | undefined;
  readonly declaration: HostFunctionDeclaration;
  /** Its type, if the binary is known. */
  readonly type: FunctionType | undefined;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
}
