import type { NumericType } from "../numbers.ts";
import type {
  ConventionEncoding,
  FreedBy,
  Length,
  Pass,
  Place,
  ResultForm,
  Slot,
  Status,
  Value,
} from "./convention.ts";
import type { ResultFormName } from "./forms.ts";
import type { NumberName } from "./recipe.ts";

/** A number that a symbol takes or returns: `"pointer"` and `"bool"` beside the numeric types. */
export type { NumberName, NumericType };

/** A parameter by its type alone. */
export type ParameterName = NumberName | "string" | "bytes" | "externref";

/** A parameter of text or bytes with parts of its own. */
export interface TextParameter<Type extends "string" | "bytes" = "string" | "bytes"> {
  readonly type: Type;
  readonly encoding?: ConventionEncoding;
  /** Where it goes, if not where the convention says. */
  readonly place?: Place;
  /** What the export gets for it. */
  readonly pass?: readonly Pass[];
  /** Whether a NUL follows it. */
  readonly terminated?: boolean;
  readonly freedBy?: FreedBy;
}

/** A parameter of a symbol. */
export type Parameter = ParameterName | TextParameter;

/** A result by its type alone. */
export type ResultName = ParameterName | "void";

/** A result of text or bytes with parts of its own. */
export interface TextResultDeclaration<Type extends "string" | "bytes" = "string" | "bytes"> {
  readonly type: Type;
  readonly encoding?: ConventionEncoding;
  /** Where it is: a form by its name or its parts; or the two that follow. */
  readonly form?: ResultFormName | Omit<ResultForm, "name">;
  readonly pointer?: Value;
  readonly length?: Length;
  /** What the length counts: bytes unless said. */
  readonly unit?: "bytes" | "codeUnits";
  /** An export that is called first, without arguments. */
  readonly call?: string;
  readonly freedBy?: FreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  readonly trailingNul?: "keep" | "trim";
}

/** A number that is found elsewhere than in the result. */
export interface NumberResultDeclaration<Type extends NumberName = NumberName> {
  readonly type: Type;
  readonly value: Value;
}

/** A result of a symbol. */
export type Result = ResultName | TextResultDeclaration | NumberResultDeclaration;

/** The buffer that a symbol's export writes its result into. */
export interface Output {
  /**
   * Its size in bytes: a number, a function of the arguments, or `"query"`, which calls the export
   * with a null pointer and a capacity of 0 to learn it.
   */
  // deno-lint-ignore no-explicit-any -- the arguments that the symbol declares
  readonly capacity: number | "query" | ((...args: any[]) => number);
  readonly place?: Place;
}

/** An exported function with declared parameter and result types, as in `Deno.dlopen`. */
export interface SymbolDeclaration {
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  /** The export's name, if it is not the symbol's. */
  readonly name?: string;
  /** All core arguments in their order, where the signature alone can not tell. */
  readonly arguments?: readonly Slot[];
  readonly output?: Output;
  readonly status?: Status;
}
