import type { ValueType } from "../binary/types.ts";
import type { BlockCall, Place, Slot } from "./block_source.ts";
import type { OwnConvention } from "./custom.ts";
import type { ContentKind, NumberName } from "./number.ts";
import type { DescribeFailure, Status, TextResult, ThrownValue } from "./result.ts";
import type { ConventionEncoding, Value } from "./value.ts";

/** One parameter of a symbol, with nothing left open. */
export type ParameterRecipe =
  | { readonly kind: "number"; readonly type: NumberName }
  | {
    readonly kind: "reference";
    readonly content: "string" | "bytes" | "any";
    readonly nullable?: boolean;
  }
  | { readonly kind: "own"; readonly content: "string" | "bytes" }
  | StringsRecipe
  | {
    readonly kind: "text";
    readonly content: ContentKind;
    readonly encoding: ConventionEncoding;
    readonly place: Place;
    readonly terminated: "always" | "where there is room" | "never";
    readonly free?: BlockCall | undefined;
    readonly nullable?: boolean;
    /** The number of bytes that it must have, if the guest relies on it. */
    readonly byteLength?: Value | undefined;
    /** Whether the host would have to free it, but does not know how. */
    readonly unfreed?: boolean;
  };

/** Several texts, and the array that shows where they are. */
export interface StringsRecipe {
  readonly kind: "strings";
  readonly encoding: ConventionEncoding;
  readonly place: Place;
  readonly layout: "pointers" | "pairs";
  readonly terminated: boolean;
  readonly free: BlockCall | undefined;
}

/** What a symbol returns, with nothing left open. */
export type ResultRecipe =
  | { readonly kind: "void" }
  | { readonly kind: "number"; readonly type: NumberName; readonly value: Value }
  | {
    readonly kind: "reference";
    readonly content: "string" | "bytes" | "any";
    readonly nullable: boolean;
  }
  | {
    readonly kind: "record";
    readonly fields: readonly (readonly [name: string, result: ResultRecipe])[];
    readonly nullable: boolean;
    /** The calls that free all of it, given the result of the export. */
    readonly whole?: readonly BlockCall[] | undefined;
  }
  | { readonly kind: "own"; readonly content: "string" | "bytes" }
  | {
    readonly kind: "slice";
    readonly parameter: number;
    readonly from: Value;
    readonly to: Value;
    readonly nullable: boolean;
  }
  | ListRecipe
  | TextResultRecipe;

/** Any number of results of one kind, returned one after another or found in memory. */
export type ListRecipe = CursorRecipe | ElementsRecipe;

/** Items that the guest returns one after another. */
export interface CursorRecipe {
  readonly kind: "cursor";
  readonly item: ResultRecipe;
  readonly next: Value;
  readonly call: string | undefined;
  readonly most: number;
}

/** Items that lie in memory one after another. */
export interface ElementsRecipe {
  readonly kind: "elements";
  readonly item: ResultRecipe;
  /** All of them as one run of bytes. */
  readonly bytes: TextResultRecipe;
  readonly count: Value;
  readonly stride: number;
  /** The calls that free all of it, given the result of the export. */
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Text or bytes that a symbol returns. */
export interface TextResultRecipe {
  readonly kind: "text";
  readonly content: ContentKind | "strings";
  readonly encoding: ConventionEncoding;
  readonly text: TextResult;
  /** The calls that free it, given its address. */
  readonly free?: readonly BlockCall[] | undefined;
  /** The calls that free the block that the export returned. */
  readonly whole?: readonly BlockCall[] | undefined;
  /** Whether it may be a block that the host would have to free, but does not know how. */
  readonly unfreed?: boolean;
  readonly nullable: boolean;
  readonly nullIs: "empty" | "error";
  readonly trailingNul: "keep" | "trim";
}

/** When a call has failed, and where the guest reports why. */
export interface StatusRecipe extends Pick<Status, "value" | "fails"> {
  readonly code?: Value | undefined;
  readonly message?:
    | TextResultRecipe
    | { readonly kind: "function"; readonly describe: DescribeFailure }
    | { readonly kind: "thrown"; readonly thrown: ThrownValue }
    | undefined;
  readonly details?: ResultRecipe | undefined;
}

/** The buffer that an export writes its result into. */
export interface OutputRecipe {
  /** The size in bytes; `"query"` calls the export itself with a null buffer of 0 bytes. */
  readonly capacity: Value | "query" | ((...args: never[]) => number);
  /** When the query for the size has failed. */
  readonly status?: StatusRecipe | undefined;
  readonly place: Place;
  readonly free?: BlockCall | undefined;
}

/** One call of a guest that takes its input in chunks. */
export interface PieceCall {
  readonly export: string;
  readonly slots: readonly Slot[];
}

/** How to call one symbol, with nothing left open. */
export interface Recipe {
  /** The name of the export, also in errors. */
  readonly export: string;
  readonly parameters: readonly ParameterRecipe[];
  readonly slots: readonly Slot[];
  /** The number of arguments to pass, if the last ones are optional; all if absent. */
  readonly passed?: number | undefined;
  /** The core types of the arguments, if the binary is known. */
  readonly core: readonly ValueType[] | undefined;
  readonly result: ResultRecipe;
  readonly status?: StatusRecipe | undefined;
  /** The size of the return area in words, and its block source. */
  readonly area?: {
    readonly words: number;
    /** The words before the call; 0 unless set. */
    readonly holds?: readonly Slot[] | undefined;
    readonly place: Place;
    readonly free?: BlockCall | undefined;
  };
  readonly output?: OutputRecipe | undefined;
  /** The calls of a guest that takes parameter number `parameter` in chunks. */
  readonly pieces?: {
    readonly parameter: number;
    readonly init?: PieceCall | undefined;
    readonly update: PieceCall;
    readonly final: PieceCall;
  } | undefined;
  /** A custom convention, which lowers and lifts by itself. */
  readonly own?: OwnConvention | undefined;
}
