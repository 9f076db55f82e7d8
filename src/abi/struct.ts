import type { NumericType } from "../base/numeric_types.ts";
import type { BlockSource, CoreArgument, FreedBy, Pass, ResultFreedBy } from "./block_source.ts";
import type { NumberName } from "./number.ts";
import type { ParameterName } from "./parameter.ts";
import type { Encoding, OnInvalid } from "../memory/text/codec.ts";
import type { Value } from "./value.ts";

// Values with a C layout in memory: structs, and lists of anything.

/**
 * Where the length of a field is: in another field of the same struct, or in the word after the
 * pointer (`"pair"`). A number means that there is no pointer: the field itself contains that many
 * items, like `char name[16]`.
 */
export type FieldLength = number | "pair" | { readonly field: string };

/**
 * A field of text: the address of NUL-terminated text, unless `length` is set. If `length` is a
 * number, the field is an array of code units in the struct, in which a NUL ends the text.
 */
export interface TextField {
  /** Always `"string"`. */
  readonly type: "string";
  /** Where its length is, in bytes; `"nul"` unless set. */
  readonly length?: "nul" | FieldLength;
  /** The encoding: UTF-8 unless set. */
  readonly encoding?: Encoding;
  /** How invalid text is handled: as `load` sets it, unless set. */
  readonly onInvalid?: OnInvalid;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /** Who frees it in a result, if it differs from the struct. */
  readonly freedBy?: ResultFreedBy;
}

/** A field of bytes: their address, or the bytes themselves if the length is a number. */
export interface BytesField {
  /** Always `"bytes"`. */
  readonly type: "bytes";
  /** Where its length is, in bytes. */
  readonly length: FieldLength;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /** Who frees it in a result, if it differs from the struct. */
  readonly freedBy?: ResultFreedBy;
}

/** A field of numbers of one type: their address, or the numbers themselves. */
export interface ArrayField<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** Where the number of elements is. */
  readonly length: FieldLength;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
  /** Who frees it in a result, if it differs from the struct. */
  readonly freedBy?: ResultFreedBy;
}

/** A field of several values: the address of the first one, or the values themselves. */
export interface ListField<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item. */
  readonly item: Item;
  /** Where the number of items is. */
  readonly length: FieldLength;
  /** Who frees it in a result, if it differs from the struct. */
  readonly freedBy?: ResultFreedBy;
}

/** The type of a parameter or a result of a function in a struct. */
export type FunctionPart = ParameterName | { readonly type: string };

/**
 * A field that is a function pointer. In a struct that is passed it is a host function, which is in
 * the guest's table for the duration of the call, like one that is a parameter; callbacks from
 * `guest.functions()` stay longer. In a struct that is returned it is a function of the guest,
 * which can be called until a reset.
 */
export interface FunctionField {
  /** Always `"function"`. */
  readonly type: "function";
  /** The types of its parameters, as for a host function. */
  readonly parameters: readonly FunctionPart[];
  /** The type of its result, as for a host function. */
  readonly result: FunctionPart | "void";
  /** All core arguments in order, if the guest's types do not show them. */
  readonly arguments?: readonly CoreArgument[];
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** One of the values that a variant can be. */
export interface VariantFieldCase<Field = StructField> {
  /** The tag of this case. */
  readonly is: number;
  /** The type of its value, if it has one. */
  readonly value?: Field;
}

/**
 * A tagged union: a struct of a tag and a union, as `struct { int tag; union { … } }` in C. The
 * value is `{ tag: "circle", value: 2 }`, or `{ tag: "none" }` for a case without a value.
 */
export interface VariantField<
  Cases = { readonly [name: string]: VariantFieldCase },
> {
  /** Always `"variant"`. */
  readonly type: "variant";
  /** The type of the tag. */
  readonly tag: "i8" | "u8" | "i16" | "u16" | "i32" | "u32";
  /** The cases by their `tag` in JavaScript. */
  readonly cases: Cases;
}

/** The fields of a struct by name, in their order in memory. */
export type StructFields = { readonly [name: string]: StructField };

/** A struct in another struct or in a list. */
export interface StructType<Fields = StructFields> {
  /** Always `"struct"`. */
  readonly type: "struct";
  /** Its fields in order. Their offsets and the padding are those of C. */
  readonly fields: Fields;
  /** Whether there is no padding, as with `__attribute__((packed))`. */
  readonly packed?: boolean;
  /** Whether the field is a pointer to it. */
  readonly pointed?: boolean;
  /** Whether a null pointer to it is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/**
 * The type of a value in memory: a number, where `bool` takes one byte; `"string"`, the address of
 * NUL-terminated text; or an object.
 */
export type StructField =
  | NumberName
  | "string"
  | TextField
  | BytesField
  | ArrayField
  | ListField
  | FunctionField
  | VariantField
  | StructType;

/** A parameter that is a struct. */
export interface StructParameter<Fields = StructFields> {
  /** Always `"struct"`. */
  readonly type: "struct";
  /** Its fields in order. Their offsets and the padding are those of C. */
  readonly fields: Fields;
  /** Whether there is no padding, as with `__attribute__((packed))`. */
  readonly packed?: boolean;
  /**
   * How C declares the parameter. Both ways pass the address of a copy, except that by value a
   * struct of one number is passed as that number.
   */
  readonly by?: "pointer" | "value";
  /**
   * The block source of the struct and of everything that it points to. Unless set, it is the
   * guest's stack if the stack pointer can be set, or otherwise the allocator of the convention.
   */
  readonly place?: BlockSource;
  /** Who frees that block: the host unless set. */
  readonly freedBy?: FreedBy;
  /** Whether you can pass `null`, which becomes a null pointer. */
  readonly nullable?: boolean;
}

/**
 * A parameter that is a tagged union. Its address is passed like that of a struct, however C
 * declares it.
 */
export interface VariantParameter<Cases = VariantField["cases"]>
  extends VariantField<Cases>, Pick<StructParameter, "by" | "place" | "freedBy" | "nullable"> {}

/** A parameter that is a list of anything, consecutive in memory. */
export interface ListParameter<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item. */
  readonly item: Item;
  /** The core arguments for it: the address and the number of items unless set. */
  readonly pass?: readonly Pass[];
  /**
   * The block source of the items and of everything that they point to. Unless set, it is the
   * allocator of the convention, or the guest's stack.
   */
  readonly place?: BlockSource;
  /** Who frees that block: the host unless set. */
  readonly freedBy?: FreedBy;
  /** Whether you can pass `null`, which becomes a null pointer and no items. */
  readonly nullable?: boolean;
}

/** A result that is a struct. */
export interface StructResultDeclaration<Fields = StructFields> {
  /** Always `"struct"`. */
  readonly type: "struct";
  /** Its fields in order. Their offsets and the padding are those of C. */
  readonly fields: Fields;
  /** Whether there is no padding, as with `__attribute__((packed))`. */
  readonly packed?: boolean;
  /**
   * How C declares the result. By value, the export writes it to the address in its first argument,
   * except that a struct of one number is returned as that number.
   */
  readonly by?: "pointer" | "value";
  /** The address of the struct; the result unless set. */
  readonly pointer?: Value;
  /** Who frees it and what it points to, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A result that is a tagged union, which is returned like a struct. */
export interface VariantResultDeclaration<Cases = VariantField["cases"]>
  extends
    VariantField<Cases>,
    Pick<StructResultDeclaration, "by" | "pointer" | "freedBy" | "nullable"> {}

/** A result that is a list whose items are consecutive in memory, with their C layout. */
export interface ItemsDeclaration<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item, without its place. */
  readonly item: Item;
  /** The address of the first item. */
  readonly pointer: Value;
  /** The number of items. */
  readonly count: Value;
  /** Who frees the items' memory as a whole, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
}

/** The names of fields that only contain lengths of others and are not part of values. */
export type LengthFields<Fields> = {
  [K in keyof Fields]: Fields[K] extends
    { readonly length: { readonly field: infer Name extends string } } ? Name : never;
}[keyof Fields];

/** The type of a parameter, a result or a field that may be `null`. */
export type Nullable<Part, V> = Part extends { readonly nullable: true } ? V | null : V;
