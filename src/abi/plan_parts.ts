import type { NumericType } from "../base/numeric_types.ts";
import type { ValueType } from "../binary/types.ts";
import type { BlockCall, BlockSource, CoreArgument } from "./block_source.ts";
import type { CustomConvention } from "./custom_convention.ts";
import type { FunctionDeclaration, HostFunctionDeclaration } from "./declaration.ts";
import type { ManagedPlan } from "./managed_layout.ts";
import type { BytesClass, ContentKind, NumberName } from "./number.ts";
import type { Status } from "./result.ts";
import type { DescribeFailure, TextResult, ThrownValue } from "./text_result.ts";
import type { Layout } from "./struct_layout.ts";
import type { NumberTest, PlannedEncoding, Value } from "./value.ts";

/** One parameter of a symbol, fully resolved. */
export type ParameterPlan =
  | { readonly kind: "number"; readonly type: NumberName }
  | {
    readonly kind: "reference";
    /** The kind of value that is passed; bytes and arrays cannot be. */
    readonly content: "string" | "bytes" | "any";
    readonly nullable?: boolean;
  }
  | { readonly kind: "custom"; readonly content: "string" | "bytes" }
  | StringsPlan
  | CompoundPlan
  | ManagedPlan
  | {
    readonly kind: "function";
    readonly declaration: HostFunctionDeclaration;
    readonly nullable: boolean;
  }
  | {
    readonly kind: "text";
    readonly content: ContentKind;
    readonly encoding: PlannedEncoding;
    readonly place: BlockSource;
    readonly terminated: "always" | "where there is room" | "never";
    readonly free?: BlockCall | undefined;
    readonly nullable?: boolean;
    /** The number of bytes that it must have, if the guest relies on it. */
    readonly byteLength?: Value | undefined;
    /** Whether the host would have to free it but does not know how to. */
    readonly unfreed?: boolean;
  };

/** Several texts, and the array of pointers to them. */
export interface StringsPlan {
  readonly kind: "strings";
  readonly encoding: PlannedEncoding;
  readonly place: BlockSource;
  readonly layout: "pointers" | "pairs";
  readonly terminated: boolean;
  readonly free: BlockCall | undefined;
}

/** A struct or a list with its C layout. */
export interface CompoundPlan {
  readonly kind: "compound";
  /** Whether it is a list; `layout` is then that of each item. */
  readonly isList: boolean;
  readonly layout: Layout;
  /** The alignment of its block. */
  readonly align: number;
  readonly place: BlockSource;
  readonly free: BlockCall | undefined;
  /** Whether it can be `null`; absent if no declaration allows that. */
  readonly nullable?: boolean | undefined;
  /** The type of its only number, if that is passed instead of an address. */
  readonly scalar?: NumericType | undefined;
}

/** The result of a symbol, fully resolved. */
export type ResultPlan =
  | { readonly kind: "void" }
  | { readonly kind: "number"; readonly type: NumberName; readonly value: Value }
  | {
    readonly kind: "reference";
    /** The kind of value that is passed; bytes and arrays cannot be. */
    readonly content: "string" | "bytes" | "any";
    readonly nullable: boolean;
  }
  | {
    readonly kind: "function";
    readonly declaration: FunctionDeclaration;
    readonly value: Value;
    readonly nullable: boolean;
  }
  | {
    readonly kind: "record";
    readonly fields: readonly (readonly [name: string, result: ResultPlan])[];
    /**
     * Whether an address of 0 is `null`; otherwise it is an error. Absent if no data is needed
     * there.
     */
    readonly nullable?: boolean | undefined;
    /** That address; the result if absent. */
    readonly pointer?: Value | undefined;
    /** The calls that free all of it, given the result of the export. */
    readonly whole?: readonly BlockCall[] | undefined;
  }
  | { readonly kind: "custom"; readonly content: "string" | "bytes" }
  | {
    readonly kind: "slice";
    readonly parameter: number;
    readonly from: Value;
    readonly to: Value;
    readonly nullable: boolean;
  }
  | ChoicePlan
  | ListPlan
  | ManagedPlan
  | TextResultPlan;

/** A result that depends on a number: one of several values, or an optional value. */
export interface ChoicePlan {
  readonly kind: "choice";
  readonly value: Value;
  readonly cases: readonly {
    readonly is: NumberTest;
    /** The tag of the value; absent if the value has none. */
    readonly name?: string;
    /** The value of the case; absent if it has only a tag. */
    readonly item?: ResultPlan;
  }[];
  /** Whether the value is absent if no case applies; otherwise that is an error. */
  readonly isOpen: boolean;
  /**
   * Whether an address of 0 is `null`; otherwise it is an error. Absent if no data is needed there.
   */
  readonly nullable?: boolean | undefined;
  /** That address; the result if absent. */
  readonly pointer?: Value | undefined;
  /** The calls that free what the export returned. */
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Any number of results of one kind, returned one by one or found in memory. */
export type ListPlan = CursorPlan | ElementsPlan;

/** Items that the guest returns one by one. */
export interface CursorPlan {
  readonly kind: "cursor";
  readonly item: ResultPlan;
  readonly next: Value;
  readonly call: string | undefined;
  readonly most: number;
}

/** Items that are consecutive in memory. */
export interface ElementsPlan {
  readonly kind: "elements";
  readonly item: ResultPlan;
  /** The memory of all items, as one block. */
  readonly bytes: TextResultPlan;
  readonly count: Value;
  /** The bytes from one item to the next: a number, or a value of each item. */
  readonly stride: Value;
  /** The calls that free all of it, given the result of the export. */
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Text or bytes that a symbol returns. */
export interface TextResultPlan {
  readonly kind: "text";
  readonly content: ContentKind | "strings";
  readonly encoding: PlannedEncoding;
  readonly text: TextResult;
  /** The calls that free it, given its address. */
  readonly free?: readonly BlockCall[] | undefined;
  /** The calls that free the block that the export returned. */
  readonly whole?: readonly BlockCall[] | undefined;
  /** Whether it may be a block that the host would have to free but does not know how to. */
  readonly unfreed?: boolean;
  /** The options that settle who frees it, if that is open. */
  readonly settle?: string;
  readonly nullable: boolean;
  readonly nullIs: "empty" | "error";
  readonly trailingNul: "keep" | "trim";
  /** The JavaScript class for bytes: `Uint8Array` unless set. */
  readonly as?: BytesClass;
}

/** How a call shows that it has failed, and where the guest gives the reason. */
export interface StatusPlan extends Pick<Status, "value" | "fails"> {
  readonly code?: Value | undefined;
  readonly message?:
    | TextResultPlan
    | { readonly kind: "function"; readonly describe: DescribeFailure }
    | { readonly kind: "thrown"; readonly thrown: ThrownValue }
    | undefined;
  readonly details?: ResultPlan | undefined;
}

/** The buffer that an export writes its result into. */
export interface OutputPlan {
  /** The size in units; `"query"` calls the export itself with a null buffer of 0 bytes. */
  readonly capacity: Value | "query";
  /** The bytes of a unit, such as an element; 1 unless set. */
  readonly unit?: number;
  /** When the query for the size has failed. */
  readonly status?: StatusPlan | undefined;
  readonly place: BlockSource;
  readonly free?: BlockCall | undefined;
}

/** One call of a guest that takes chunked input. */
export interface ChunkCall {
  readonly export: string;
  readonly coreArguments: readonly CoreArgument[];
}

/**
 * The purposes of the calls of a guest that takes chunked input; `more` is an update without input.
 */
export type ChunkPurpose = "init" | "update" | "more" | "drain" | "final" | "destroy";

/** The calls of a guest that takes parameter number `parameter` in chunks. */
export interface ChunkedPlan {
  readonly parameter: number;
  readonly calls: Readonly<Partial<Record<ChunkPurpose, ChunkCall>>> & {
    readonly update: ChunkCall;
  };
  /** Whether there is a handle: the last parameter. */
  readonly hasHandle: boolean;
  /** Whether each update returns a part of the result. */
  readonly parts: boolean;
  /** The exports that are called again until they return nothing. */
  readonly repeats: readonly ("update" | "final")[];
  readonly taken?: Value | undefined;
}

/** The parts of a plan, fully resolved. */
export interface PlanParts {
  /** The name of the export, which errors also use. */
  readonly export: string;
  readonly parameters: readonly ParameterPlan[];
  readonly coreArguments: readonly CoreArgument[];
  /** The number of arguments to pass if the last ones are optional; all of them if absent. */
  readonly passed?: number | undefined;
  /** The core types of the arguments, if the binary is known. */
  readonly core: readonly ValueType[] | undefined;
  readonly result: ResultPlan;
  readonly status?: StatusPlan | undefined;
  /** The size of the return area in words, and its block source. */
  readonly area?: {
    readonly words: number;
    /** The words before the call; 0 unless set. */
    readonly holds?: readonly CoreArgument[] | undefined;
    readonly place: BlockSource;
    readonly free?: BlockCall | undefined;
  } | undefined;
  readonly output?: OutputPlan | undefined;
  /** The calls that it is made of, if the guest takes its input in chunks. */
  readonly chunked?: ChunkedPlan | undefined;
  /** The parameter of which the call takes as much as the buffer has room for. */
  readonly chunk?: number | undefined;
  /** The custom convention, if there is one. */
  readonly custom?: CustomConvention | undefined;
}
