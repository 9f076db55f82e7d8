import type { NumericType } from "../numbers.ts";
import type { StringsParameter } from "./compound.ts";
import type {
  ConventionEncoding,
  FreedBy,
  Length,
  Pass,
  Place,
  ResultForm,
  ResultFormName,
  Slot,
  Status,
  Value,
} from "./convention.ts";
import type { ListResultDeclaration, SliceDeclaration } from "./list.ts";
import type { NumberName } from "./recipe.ts";

/** A number that a symbol takes or returns: `"pointer"` and `"bool"` beside the numeric types. */
export type { NumberName, NumericType };

/** A parameter by its type alone. */
export type ParameterName = NumberName | "string" | "bytes" | "externref";

/** A parameter of text or bytes with parts of its own. */
export interface TextParameter<Type extends "string" | "bytes" = "string" | "bytes"> {
  /** Text, or bytes as they are. */
  readonly type: Type;
  /** Its encoding, if it is not the convention's. */
  readonly encoding?: ConventionEncoding;
  /**
   * Where it goes, if not where the convention says. Then a convention that was recognised says
   * nothing of it: text is UTF-8, and the host frees its block, unless set.
   */
  readonly place?: Place;
  /** What the export gets for it. */
  readonly pass?: readonly Pass[];
  /**
   * Whether a NUL follows it. Unless set, one follows text that the guest is not told the length of;
   * bytes with a place of their own never have one.
   */
  readonly terminated?: boolean;
  /** How many bytes it must have, where the guest is not told: width times height times 4. */
  readonly byteLength?: Value;
  /** The class of bytes in AssemblyScript, where the guest has several: `"Uint8Array"`. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether `null` can be passed, as a null pointer of length 0. */
  readonly nullable?: boolean;
}

/** A parameter of numbers of one type: a typed array, copied. */
export interface ArrayParameter<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** Where it goes, if not where the convention says. */
  readonly place?: Place;
  /** What the export gets for it; `"codeUnits"` is the number of elements. */
  readonly pass?: readonly Pass[];
  /** Its class in AssemblyScript, where the guest has several that fit: `"Array<f64>"`. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether `null` can be passed, as a null pointer of length 0. */
  readonly nullable?: boolean;
}

/** A parameter of a symbol. */
export type Parameter = ParameterName | TextParameter | ArrayParameter | StringsParameter;

/** A result by its type alone. */
export type ResultName = ParameterName | "void";

/** A result of text or bytes with parts of its own. */
export interface TextResultDeclaration<Type extends "string" | "bytes" = "string" | "bytes"> {
  /** Text, or bytes as they are. */
  readonly type: Type;
  /** Its encoding, if it is not the convention's. */
  readonly encoding?: ConventionEncoding;
  /**
   * Where it is: a form by its name or its parts; or the two that follow. Then a convention that was
   * recognised says no more of it than who frees it: text is UTF-8 and keeps its NULs unless set.
   */
  readonly form?: ResultFormName | Omit<ResultForm, "name">;
  /** Its address. */
  readonly pointer?: Value;
  /** Its length, or what ends it; a NUL unless said. */
  readonly length?: Length;
  /** What the length counts: bytes unless said. */
  readonly unit?: "bytes" | "codeUnits";
  /** An export that is called first, without arguments. */
  readonly call?: string;
  /** The class that a host function gives to AssemblyScript, where the guest has several that fit. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /** Whether NULs at its end belong to it, if not as the convention says. */
  readonly trailingNul?: "keep" | "trim";
}

/** A result of numbers of one type: a typed array, a copy. */
export interface ArrayResultDeclaration<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** Where it is: a form by its name or its parts; or the two that follow. */
  readonly form?: ResultFormName | Omit<ResultForm, "name">;
  /** Its address. */
  readonly pointer?: Value;
  /** Its length. */
  readonly length?: Length;
  /** What the length counts: bytes unless said; `"codeUnits"` is elements. */
  readonly unit?: "bytes" | "codeUnits";
  /** The class that a host function gives to AssemblyScript, where the guest has several that fit. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A result of several strings: an `Array<string>` or a `StaticArray<string>` of AssemblyScript. */
export interface StringsResultDeclaration {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** The address of its object; the result unless set. */
  readonly pointer?: Value;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A field of a record, or an item of a list. */
export type FieldDeclaration =
  | TextResultDeclaration
  | ArrayResultDeclaration
  | StringsResultDeclaration
  | NumberResultDeclaration
  | RecordResultDeclaration
  | ListResultDeclaration
  | SliceDeclaration;

/** Several results under names of their own. */
export interface RecordResultDeclaration {
  /** Always `"record"`. */
  readonly type: "record";
  /** What each field is, and where: numbers by `value`, text and bytes by `pointer` and `length`. */
  readonly fields: Readonly<Record<string, FieldDeclaration>>;
  /** Whether a result of 0 is `null`. */
  readonly nullable?: boolean;
}

/** A number that is found elsewhere than in the result. */
export interface NumberResultDeclaration<Type extends NumberName = NumberName> {
  /** The type of the number. */
  readonly type: Type;
  /** Where it is. */
  readonly value: Value;
}

/** A result of a symbol. */
export type Result = ResultName | FieldDeclaration;

/** The buffer that a symbol's export writes its result into. */
export interface Output {
  /**
   * Its size in bytes: a number, where one is found, a function of the arguments, or `"query"`,
   * which calls the export with a null pointer and a capacity of 0 to learn it.
   */
  // deno-lint-ignore no-explicit-any -- the arguments that the symbol declares
  readonly capacity: Value | "query" | ((...args: any[]) => number);
  /** When asking for the size has failed: it is checked before the buffer is taken. */
  readonly status?: Status;
  /** Where it is taken, if not where the convention says. */
  readonly place?: Place;
}

/** An export that a guest is called by, with all core arguments where its type does not tell. */
export type PieceDeclaration = string | {
  readonly export: string;
  readonly arguments: readonly Slot[];
};

/** The exports of a guest that takes its one text, or its bytes, in pieces. */
export interface Pieces {
  /** The parameter that is passed in pieces, counted among all; the first text or bytes unless said. */
  readonly parameter?: number;
  /** Begins; takes all numbers or none. */
  readonly init?: PieceDeclaration;
  /** Takes as much as the buffer holds, as often as need be: the byte length, or pointer and length. */
  readonly update: PieceDeclaration;
  /** Ends, and gives the result; takes all numbers or none. */
  readonly final: PieceDeclaration;
}

/** An exported function with declared parameter and result types, as in `Deno.dlopen`. */
export interface SymbolDeclaration {
  /** What the function takes. */
  readonly parameters: readonly Parameter[];
  /** What it returns. */
  readonly result: Result;
  /** The export's name, if it is not the symbol's. */
  readonly name?: string;
  /** All core arguments in their order, where the signature alone can not tell. */
  readonly arguments?: readonly Slot[];
  /**
   * What the words of the return area hold before the call: a struct that the export is given, and
   * may change. `{ area: 0 }` among the arguments is its address; unless said all words are 0.
   */
  readonly area?: readonly Slot[];
  /** The buffer that the export writes its result into, where it takes one. */
  readonly output?: Output;
  /** When a call has failed, if not as the convention says. */
  readonly status?: Status;
  /** The exports that are called instead of one, where the guest takes its text in pieces. */
  readonly pieces?: Pieces;
  /** Whether the symbol gives a promise, because host functions that it calls do. */
  readonly async?: boolean;
}
