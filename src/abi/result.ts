import type { NumericType } from "../base/numeric_types.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { LengthUnit, ResultFreedBy } from "./block_source.ts";
import type { BytesClass, NumberName } from "./number.ts";
import type { DescribeFailure, ResultFormName, TextResult, ThrownValue } from "./text_result.ts";
import type { Condition, ConventionEncoding, Length, NumberTest, Value } from "./value.ts";

/** When a call has failed, and where the guest explains why. */
export interface Status {
  /** The number that shows whether the call has failed. */
  readonly value: Value;
  /** The values that mean failure, or those that do not. */
  readonly fails: NumberTest;
  /** The error code, if it is another number. */
  readonly code?: Value;
  /** The guest's own error text, texts by code, a function of the code, or a value. */
  readonly message?:
    | TextResult
    | Readonly<Record<number, string>>
    | DescribeFailure
    | ThrownValue;
  /** Further values about a failure, such as its position: the `details` of the `GuestError`. */
  readonly details?: Readonly<Record<string, FieldDeclaration>>;
}

/** A shape of a result: its part of the signature, and where the text is. */
export interface ResultForm {
  /** The name in options and errors. */
  readonly name: string;
  /** The core results (`"p"`: the type of pointers, `"n"`: any integer); any results if absent. */
  readonly results?: readonly ("p" | "n" | "i64" | "externref")[];
  /** Whether the address of a return area is the first or the last argument. */
  readonly area?: "before" | "after";
  /** Where the text is. */
  readonly text: TextResult;
  /** How a call with this shape of result shows that it has failed. */
  readonly status?: Status;
}

/** A shape of a number or a void result that comes with a status. */
export interface NumberForm {
  /** The core type of the number, `"p"` for a pointer, or nothing. */
  readonly of: "i32" | "i64" | "f32" | "f64" | "p" | "void";
  /** The core results (`"n"`: any integer). */
  readonly results: readonly ("n" | "i32" | "i64" | "f32" | "f64")[];
  /** Whether the address of a return area is the first argument. */
  readonly area?: "before";
  /** Where the number is. */
  readonly value: Value;
  /** How a call shows that it has failed. */
  readonly status: Status;
}

/** A result of text or bytes that differs from the convention. */
export interface TextResultDeclaration<Type extends "string" | "bytes" = "string" | "bytes"> {
  /** Text or bytes. */
  readonly type: Type;
  /** The encoding, if it differs from the convention. */
  readonly encoding?: ConventionEncoding;
  /** How invalid text is handled, if it differs from the convention. */
  readonly onInvalid?: OnInvalid;
  /**
   * Where it is: the name of a form, its parts, or the next two fields. Then a detected convention
   * determines only who frees it: text is UTF-8 and keeps its NULs unless set otherwise.
   */
  readonly form?: ResultFormName | Omit<ResultForm, "name">;
  /** The address. */
  readonly pointer?: Value;
  /** The length, or what ends the text; a NUL unless set. */
  readonly length?: Length;
  /**
   * The unit of the length: bytes unless set. It does not apply to an end, such as a NUL, or to the
   * byte length of a parameter.
   */
  readonly unit?: LengthUnit;
  /** An export to call first, without arguments. */
  readonly call?: string;
  /** The class of a host function's result in AssemblyScript, if the guest has several that fit. */
  readonly class?: string;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /** Whether trailing NULs belong to it, if it differs from the convention. */
  readonly trailingNul?: "keep" | "trim";
  /** The JavaScript class for returned bytes: `Uint8Array` unless set. */
  readonly as?: BytesClass;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A result of numbers of one type: a typed array, which is a copy. */
export interface ArrayResultDeclaration<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** Where it is: the name of a form, its parts, or the next two fields. */
  readonly form?: ResultFormName | Omit<ResultForm, "name">;
  /** The address. */
  readonly pointer?: Value;
  /** The length. */
  readonly length?: Length;
  /** The unit of the length, as for text: elements (`"codeUnits"`) unless set. */
  readonly unit?: LengthUnit;
  /** The class of a host function's result in AssemblyScript, if the guest has several that fit. */
  readonly class?: string;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A result of several strings: an `Array<string>` or a `StaticArray<string>` of AssemblyScript. */
export interface StringsResultDeclaration {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** The address of the object; the result unless set. */
  readonly pointer?: Value;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A field of a record, or an item of a list. */
export type FieldDeclaration =
  | TextResultDeclaration
  | ArrayResultDeclaration
  | StringsResultDeclaration
  | NumberResultDeclaration
  | RecordResultDeclaration
  | ListResultDeclaration
  | SliceDeclaration
  | VariantDeclaration;

/** A function pointer in a struct, which becomes part of a record. */
export interface PointedDeclaration {
  /** Always `"pointed"`. */
  readonly type: "pointed";
  /** The declaration of the function. */
  readonly declaration: object;
  /** Where the pointer is. */
  readonly pointer: Value;
  /** Whether a null pointer is `null`. */
  readonly nullable: boolean;
}

/** One case of a variant. */
export interface VariantCase<Type extends FieldDeclaration = FieldDeclaration> {
  /** The tags of this case. */
  readonly is: NumberTest;
  /** The value, if it has one, and where it is. */
  readonly value?: Type;
}

/**
 * A value whose type depends on a tag, such as a tagged union: `{ tag: "circle", value: 2 }`. An
 * unknown tag is an error that shows its value.
 */
export interface VariantDeclaration<
  Cases extends Readonly<Record<string, VariantCase>> = Readonly<Record<string, VariantCase>>,
> {
  /** Always `"variant"`. */
  readonly type: "variant";
  /** Where the tag is. */
  readonly tag: Value;
  /** The cases by their `tag` in JavaScript. The first case that applies is used. */
  readonly cases: Cases;
  /**
   * Who frees it and its values unless they set that themselves, if it differs from the convention.
   */
  readonly freedBy?: ResultFreedBy;
  /** Whether an address of 0 is `null`; with `false` it is always an error. */
  readonly nullable?: boolean;
  /** The address to which `nullable` applies; the result unless set. */
  readonly pointer?: Value;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** Several results with names. */
export interface RecordResultDeclaration {
  /** Always `"record"`. */
  readonly type: "record";
  /**
   * The type of each field and where it is: numbers by `value`, text and bytes by `pointer` and
   * `length`.
   */
  readonly fields: Readonly<Record<string, FieldDeclaration>>;
  /**
   * Who frees it and its fields unless they set that themselves, if it differs from the convention.
   */
  readonly freedBy?: ResultFreedBy;
  /** Whether an address of 0 is `null`; with `false` it is always an error. */
  readonly nullable?: boolean;
  /** The address to which `nullable` applies; the result unless set. */
  readonly pointer?: Value;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A number that is not the result itself. */
export interface NumberResultDeclaration<Type extends NumberName = NumberName> {
  /** The type of the number. */
  readonly type: Type;
  /** Where the number is. */
  readonly value: Value;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A list that the guest returns item by item, until there are no more. */
export interface CursorDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item and where it is: `"result"` in it is the value of `next`. */
  readonly item: Item;
  /** The number that is determined before each item; 0 if there are no more. */
  readonly next: Value;
  /** An export to call first, without arguments, which goes back to the first item. */
  readonly call?: string;
  /** The maximum number of items, 1,000,000 unless set. More items are an error. */
  readonly most?: number;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A list whose items are consecutive in memory. */
export interface ElementsDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item and where it is: `"result"` in it is the item's address. */
  readonly item: Item;
  /** The address of the first item. */
  readonly pointer: Value;
  /** The number of items. */
  readonly count: Value;
  /**
   * The number of bytes from one item to the next. If items differ in size, it is a value of each
   * item: `{ load: "u16", at: "result" }` is the number in its first two bytes. An item smaller
   * than its fields is an error.
   */
  readonly stride: Value;
  /** Who frees the items' memory as a whole, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** Any number of results of one kind. */
export type ListResultDeclaration = CursorDeclaration | ElementsDeclaration;

/**
 * A part of a text that was passed, whose start and end come from the guest. It is taken from the
 * JavaScript string, so the encoding has to be latin1 or UTF-16, whose code units correspond to
 * those of the string.
 */
export interface SliceDeclaration {
  /** Always `"slice"`. */
  readonly type: "slice";
  /** The text, counted among all parameters. */
  readonly of: number;
  /** Where the part starts, in code units. */
  readonly from: Value;
  /** Where the part ends: the index after its last code unit. */
  readonly to: Value;
  /** Whether a part that starts at a negative index is `null`; otherwise that is an error. */
  readonly nullable?: boolean;
  /**
   * The condition for there to be a value; otherwise it is `undefined`. Always a value unless set.
   */
  readonly when?: Condition;
}

/** A result that consists of others, or of part of an argument. */
export type CompoundDeclaration =
  | RecordResultDeclaration
  | ListResultDeclaration
  | SliceDeclaration
  | VariantDeclaration
  | PointedDeclaration;
