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
    /** How many bytes it must have, where the guest takes that for granted. */
    readonly byteLength?: Value | undefined;
    /** Whether the host would have to free it, and does not know how. */
    readonly unfreed?: boolean;
  };

/** Several texts, and the array that says where they are. */
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
    /** The calls that free all of it, by what the export returned. */
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

/** Any number of results of one kind: got one after another, or found in memory. */
export type ListRecipe = CursorRecipe | ElementsRecipe;

/** Items that the guest gives one after another. */
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
  /** The calls that free all of it, by what the export returned. */
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Text or bytes that a symbol returns. */
export interface TextResultRecipe {
  readonly kind: "text";
  readonly content: ContentKind | "strings";
  readonly encoding: ConventionEncoding;
  readonly text: TextResult;
  /** The calls that free it, by where it lies. */
  readonly free?: readonly BlockCall[] | undefined;
  /** The calls that free what the export returned. */
  readonly whole?: readonly BlockCall[] | undefined;
  /** Whether it may be a block that the host would have to free, and was not told to. */
  readonly unfreed?: boolean;
  readonly nullable: boolean;
  readonly nullIs: "empty" | "error";
  readonly trailingNul: "keep" | "trim";
}

/** When a call has failed, and what the guest says of it. */
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
  /** Its size in bytes; `"query"` asks the export itself with a null buffer of 0 bytes. */
  readonly capacity: Value | "query" | ((...args: never[]) => number);
  /** When asking for the size has failed. */
  readonly status?: StatusRecipe | undefined;
  readonly place: Place;
  readonly free?: BlockCall | undefined;
}

/** One call of a guest that takes its input in pieces. */
export interface PieceCall {
  readonly export: string;
  readonly slots: readonly Slot[];
}

/** How one symbol is called: what the engine carries out. */
export interface Recipe {
  /** The export, and what errors call it. */
  readonly export: string;
  readonly parameters: readonly ParameterRecipe[];
  readonly slots: readonly Slot[];
  /** How many of them are passed, where the last ones are left to the export; all if absent. */
  readonly passed?: number | undefined;
  /** The core types of the arguments, where the binary is known. */
  readonly core: readonly ValueType[] | undefined;
  readonly result: ResultRecipe;
  readonly status?: StatusRecipe | undefined;
  /** How many words of return area the call needs, and where. */
  readonly area?: {
    readonly words: number;
    /** What the words hold before the call; 0 unless said. */
    readonly holds?: readonly Slot[] | undefined;
    readonly place: Place;
    readonly free?: BlockCall | undefined;
  };
  readonly output?: OutputRecipe | undefined;
  /** The calls of a guest that takes parameter number `parameter` in pieces. */
  readonly pieces?: {
    readonly parameter: number;
    readonly init?: PieceCall | undefined;
    readonly update: PieceCall;
    readonly final: PieceCall;
  } | undefined;
  /** A convention that is not a record: it lowers and lifts by itself. */
  readonly own?: OwnConvention | undefined;
}
