import type { NumericType } from "../base/numeric_types.ts";
import type { ResultFreedBy } from "./block_source.ts";
import type { NumberName } from "./number.ts";
import type { ConventionEncoding, Length, Value } from "./value.ts";

/** What a guest's error code means; nothing where that is not known. */
export type DescribeFailure = (code: number | bigint) => string | undefined;

/**
 * A JavaScript value that the guest throws: it is in a table, at the index that the failure's code
 * is. A guest that exports no such table has only the code.
 */
export interface ThrownValue {
  /** The table's export, or the only exported table with a value at that index. */
  readonly table: string;
  /** The export that frees the entry. */
  readonly drop: string;
}

/** When a call has failed, and where the guest says why. */
export interface Status {
  /** The number that tells. */
  readonly value: Value;
  /** Which values are failures; or which are not. */
  readonly fails: "negative" | "zero" | "nonzero" | { readonly except: readonly number[] };
  /** The number that says which failure it is, if it is not the one that tells. */
  readonly code?: Value;
  /** The guest's own error text, texts by code, what a function makes of the code, or a value. */
  readonly message?:
    | TextResult
    | Readonly<Record<number, string>>
    | DescribeFailure
    | ThrownValue;
  /** What else the guest says of a failure, such as where it is: `details` of the `GuestError`. */
  readonly details?: Readonly<Record<string, FieldDeclaration>>;
}

/** Where text or bytes of a result are. */
export interface TextResult {
  /** An export that is called first, without arguments: `"result"` is then what it returned. */
  readonly call?: string;
  /** Its address. */
  readonly pointer: Value;
  /** Its length, or what ends it. */
  readonly length: Length;
  /** What the length counts: bytes unless said. */
  readonly unit?: "bytes" | "codeUnits";
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: ResultFreedBy;
  /**
   * What a null pointer with a length of 0 is. An error unless said: most guests answer that where
   * memory ran out.
   */
  readonly nullIs?: "empty" | "error";
  /** What tells that the pointer is one to text at all: a class id, a type code. */
  readonly check?: { readonly value: Value; readonly is: number; readonly what: string };
}

/** The name of one of the shapes that toolchains produce: `RESULT_FORMS` has them. */
export type ResultFormName =
  | "packedPointerHigh"
  | "packedPointerLow"
  | "multiValue"
  | "multiValueResult"
  | "areaBefore"
  | "areaBeforeResult"
  | "areaAfter"
  | "pointedTo"
  | "terminated"
  | "prefixed"
  | "inPlace"
  | "reference";

/** A shape that a result can have: what the signature shows of it, and where the text then is. */
export interface ResultForm {
  /** What options and errors call it. */
  readonly name: string;
  /** The core results (`"p"`: a pointer's type, `"n"`: any integer), or any where it is absent. */
  readonly results?: readonly ("p" | "n" | "i64" | "externref")[];
  /** Whether the address of a return area is the first or the last argument. */
  readonly area?: "before" | "after";
  /** Where the text is. */
  readonly text: TextResult;
  /** How a call with this shape of result tells that it has failed. */
  readonly status?: Status;
}

/** A shape that a number can have, or nothing, where a failure comes beside it. */
export interface NumberForm {
  /** The core type of the number, `"p"` for a pointer, or nothing. */
  readonly of: "i32" | "i64" | "f32" | "f64" | "p" | "void";
  /** The core results (`"n"`: any integer). */
  readonly results: readonly ("n" | "i32" | "i64" | "f32" | "f64")[];
  /** Whether the address of a return area is the first argument. */
  readonly area?: "before";
  /** Where the number is. */
  readonly value: Value;
  /** How a call tells that it has failed. */
  readonly status: Status;
}

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
  readonly freedBy?: ResultFreedBy;
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
  readonly freedBy?: ResultFreedBy;
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
  readonly freedBy?: ResultFreedBy;
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
  /**
   * Who frees it and those of its fields that do not say so themselves, if it is not who the
   * convention says.
   */
  readonly freedBy?: ResultFreedBy;
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

/** A list that the guest gives item by item, until it has no more. */
export interface CursorDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** What each item is, and where: `"result"` in it is what `next` gave. */
  readonly item: Item;
  /** What is asked before each item; 0 when there are no more. */
  readonly next: Value;
  /** An export that is called first, without arguments: it goes back to the first item. */
  readonly call?: string;
  /** How many items there can be; a guest that has more is refused. 1,000,000 unless said. */
  readonly most?: number;
}

/** A list whose items lie in memory one after another. */
export interface ElementsDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** What each item is, and where: `"result"` in it is the item's address. */
  readonly item: Item;
  /** The address of the first item. */
  readonly pointer: Value;
  /** How many items there are. */
  readonly count: Value;
  /** How many bytes there are from one item to the next. */
  readonly stride: number;
  /** Who frees the items' memory as a whole, if it is not who the convention says. */
  readonly freedBy?: ResultFreedBy;
}

/** Any number of results of one kind. */
export type ListResultDeclaration = CursorDeclaration | ElementsDeclaration;

/**
 * A part of a text that was passed, by where the guest says that it begins and ends. It is taken
 * from the string itself: the encoding has to be one whose code units are those of latin1 or
 * UTF-16.
 */
export interface SliceDeclaration {
  /** Always `"slice"`. */
  readonly type: "slice";
  /** The text, counted among all parameters. */
  readonly of: number;
  /** Where the part begins, in code units. */
  readonly from: Value;
  /** Where it ends: the index behind its last code unit. */
  readonly to: Value;
  /** Whether it is `null` where it begins at a negative index; otherwise that is an error. */
  readonly nullable?: boolean;
}
