import type { NumericType } from "../base/numeric_types.ts";
import type { BytesInput, ElementsInput, TypedArray } from "../base/typed_arrays.ts";
import type {
  FunctionParameter,
  FunctionResult,
  HostFunctionDeclaration,
  HostFunctionParameter,
  HostFunctionResult,
  HostParameter,
  HostResult,
  Parameter,
  Result,
  SymbolDeclaration,
} from "./declaration.ts";
import type { GuestObject, ObjectsType, ObjectType, ReferenceType } from "./managed.ts";
import type { Returning } from "./out_parameter.ts";
import type { LengthFields, Nullable, VariantField } from "./struct.ts";

// The JavaScript types of arguments and results. They are in one file because they are mutually
// recursive: a function takes structs, and a struct contains functions.

/** A value that can be passed as a pointer: an offset into linear memory, or an object with one. */
export type PointerValue = number | bigint | { readonly pointer: number | bigint };

/** The JavaScript type of a parameter. */
export type ParameterValue<P extends Parameter> = P extends "i64" | "u64" ? bigint
  : P extends "pointer" ? PointerValue
  : P extends "bool" ? boolean
  : P extends "string" | { readonly type: "string" } ? Nullable<P, string>
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, BytesInput>
  : P extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<P, ElementsInput<E>>
  : P extends { readonly type: "strings" } ? readonly string[]
  : P extends FunctionParameter ? Nullable<P, HostCallback<P> | { readonly pointer: number }>
  : P extends { readonly type: "struct" | "variant" } ? Nullable<P, FieldArgument<P>>
  : P extends { readonly type: "list"; readonly item: infer I }
    ? Nullable<P, readonly FieldArgument<I>[]>
  : P extends ObjectType | ObjectsType | ReferenceType ? FieldArgument<P>
  : P extends { readonly type: "inout"; readonly value: infer V } ? InOutArgument<V>
  : P extends { readonly type: "out" } ? never
  : P extends "externref" ? unknown
  : number;

/** The JavaScript type of bytes that the guest returns, or passes to a host function. */
export type BytesValue<R> = R extends { readonly as: "ArrayBuffer" } ? ArrayBuffer
  : R extends { readonly as: "Uint8ClampedArray" } ? Uint8ClampedArray<ArrayBuffer>
  : Uint8Array<ArrayBuffer>;

/** The JavaScript types of all parameters. */
export type ParameterValues<P extends readonly Parameter[]> = {
  -readonly [K in keyof P]: ParameterValue<P[K]>;
};

/** The JavaScript type of a result. */
export type ResultValue<R extends Result> = R extends { readonly when: unknown }
  ? PresentValue<R> | undefined
  : PresentValue<R>;

/** The JavaScript type of a result that is present. */
export type PresentValue<R extends Result> = R extends "void" ? void
  : R extends "i64" | "u64" | { readonly type: "i64" | "u64" } ? bigint
  : R extends "bool" | { readonly type: "bool" } ? boolean
  : R extends "string" | { readonly type: "string" } ? Nullable<R, string>
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, BytesValue<R>>
  : R extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<R, TypedArray<E>>
  : R extends { readonly type: "record"; readonly fields: infer F }
    ? Nullable<R, { [K in keyof F]: F[K] extends Result ? ResultValue<F[K]> : never }>
  : R extends { readonly type: "struct" } | VariantField<unknown> ? Nullable<R, FieldValue<R>>
  : R extends
    & { readonly type: "list"; readonly item: infer I extends Result }
    & (
      | { readonly stride: unknown }
      | { readonly next: unknown }
    ) ? ResultValue<I>[]
  : R extends { readonly type: "list"; readonly item: infer I } ? FieldValue<I>[]
  : R extends { readonly type: "strings" } ? Nullable<R, string[]>
  : R extends { readonly type: "slice" } ? Nullable<R, string>
  : R extends { readonly type: "variant"; readonly cases: infer C } ? Nullable<R, VariantValue<C>>
  : R extends ObjectType | ObjectsType | ReferenceType ? FieldValue<R>
  : R extends FunctionResult ? Nullable<R, SymbolFunction<R>>
  : R extends "externref" ? unknown
  : number;

/** The JavaScript type of a variant: one of the cases, which `tag` distinguishes. */
export type VariantValue<Cases> = {
  [K in keyof Cases]: Cases[K] extends { readonly value: infer F extends Result }
    ? { tag: K; value: ResultValue<F> }
    : { tag: K };
}[keyof Cases];

/** The JavaScript types of a symbol's arguments: out-parameters take none. */
export type SymbolArguments<P extends readonly Parameter[]> = HasParameter<P, "out"> extends false
  ? ParameterValues<P>
  : P extends readonly [infer First, ...infer Rest extends readonly Parameter[]]
    ? First extends { readonly type: "out" } ? SymbolArguments<Rest>
    : [ParameterValue<Extract<First, Parameter>>, ...SymbolArguments<Rest>]
  : [];

/** Whether a tuple of parameters includes one of a type. */
export type HasParameter<P extends readonly unknown[], Type> = number extends P["length"] ? false
  : [Extract<P[number], { readonly type: Type }>] extends [never] ? false
  : true;

/** The JavaScript type of a symbol's result, including values that parameters return. */
export type SymbolResult<D extends Pick<SymbolDeclaration, "parameters" | "result">> =
  HasParameter<D["parameters"], "out" | "inout"> extends false ? ResultValue<D["result"]>
    : ReturnedValues<Returning<D["parameters"]>, ResultValue<D["result"]>>;

/** The function of a declared symbol. */
export type SymbolFunction<D extends SymbolDeclaration> = (
  ...args: SymbolArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<SymbolResult<D>> : SymbolResult<D>;

/** The JavaScript type of a host function's argument. */
export type HostArgument<P extends HostParameter> = P extends "pointer" ? number
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, BytesValue<P>>
  : P extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<P, TypedArray<E>>
  : P extends HostFunctionParameter ? Nullable<P, SymbolFunction<P>>
  : P extends { readonly type: "struct" | "variant" } ? Nullable<P, FieldValue<P>>
  : P extends { readonly type: "list"; readonly item: infer I } ? FieldValue<I>[]
  : P extends ObjectType | ObjectsType | ReferenceType ? FieldValue<P>
  : P extends { readonly type: "inout"; readonly value: infer V } ? FieldValue<V>
  : ParameterValue<Extract<P, Parameter>>;

/** The JavaScript types of all arguments of a host function, without out-parameters. */
export type HostArguments<P extends readonly HostParameter[]> = HasParameter<P, "out"> extends false
  ? { -readonly [K in keyof P]: HostArgument<P[K]> }
  : P extends readonly [infer First, ...infer Rest extends readonly HostParameter[]]
    ? First extends { readonly type: "out" } ? HostArguments<Rest>
    : [HostArgument<Extract<First, HostParameter>>, ...HostArguments<Rest>]
  : [];

/** The JavaScript type of a host function's result. */
export type HostAnswer<R extends HostResult> = R extends "pointer" ? number | bigint
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, BytesInput>
  : R extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<R, ElementsInput<E>>
  : R extends HostFunctionResult ? Nullable<R, HostCallback<R> | { readonly pointer: number }>
  : R extends { readonly type: "struct" | "variant" } ? Nullable<R, FieldArgument<R>>
  : R extends { readonly type: "list"; readonly item: infer I } ? readonly FieldArgument<I>[]
  : R extends ObjectType | ObjectsType | ReferenceType ? FieldArgument<R>
  : ResultValue<Extract<R, Result>>;

/** The callback of a host function. */
export type HostCallback<D extends HostFunctionDeclaration> = (
  ...args: HostArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<HostReturn<D>> : HostReturn<D>;

/** The JavaScript type of a host function's result, including the values behind pointers. */
export type HostReturn<D extends Pick<HostFunctionDeclaration, "parameters" | "result">> =
  HasParameter<D["parameters"], "out" | "inout"> extends false ? HostAnswer<D["result"]>
    : ReturnedValues<Returning<D["parameters"]>, HostAnswer<D["result"]>, "given">;

/** The JavaScript value of a struct that the guest returns. */
export type StructValue<Fields> = {
  -readonly [K in Exclude<keyof Fields, LengthFields<Fields>>]: FieldValue<Fields[K]>;
};

/** The class name of a reference. */
export type ClassOf<Field> = Field extends { readonly class: infer Class extends string } ? Class
  : string;

/**
 * The JavaScript value of a field or an item that the guest returns, within the objects `Around`.
 */
export type FieldValue<Field, Around = never> = Field extends "i64" | "u64" ? bigint
  : Field extends "bool" ? boolean
  : Field extends "string" ? string
  : Field extends "bytes" ? Uint8Array<ArrayBuffer>
  : Field extends { readonly type: "string" } ? Nullable<Field, string>
  : Field extends { readonly type: "bytes" } ? Nullable<Field, Uint8Array<ArrayBuffer>>
  : Field extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<Field, TypedArray<E>>
  : Field extends { readonly type: "list"; readonly item: infer Item } ? FieldValue<Item>[]
  : Field extends { readonly type: "struct"; readonly fields: infer Fields }
    ? Nullable<Field, StructValue<Fields>>
  : Field extends { readonly type: "strings" } ? Nullable<Field, string[]>
  : Field extends { readonly type: "object"; readonly fields: infer Fields } ? Nullable<
      Field,
      { -readonly [K in keyof Fields]: FieldValue<Fields[K], Inside<Field, Fields, Around>> }
    >
  : Field extends { readonly type: "object" }
    ? Enclosing<Field, Around> extends { readonly fields: infer Fields }
      ? Nullable<Field, { -readonly [K in keyof Fields]: FieldValue<Fields[K], Around> }>
    : never
  : Field extends { readonly type: "objects"; readonly item: infer Item }
    ? Nullable<Field, FieldValue<Item, Around>[]>
  : Field extends { readonly type: "objects" } ? Nullable<Field, number[] | bigint[]>
  : Field extends { readonly type: "reference" } ? Nullable<Field, GuestObject<ClassOf<Field>>>
  : Field extends { readonly type: "variant"; readonly cases: infer Cases } ? {
      [K in keyof Cases]: Cases[K] extends { readonly value: infer Inner }
        ? { tag: K; value: FieldValue<Inner> }
        : { tag: K };
    }[keyof Cases]
  : Field extends FunctionResult ? Nullable<Field, SymbolFunction<Field>>
  : number;

/** The JavaScript value of a struct that is passed. */
export type StructArgument<Fields> = {
  readonly [K in Exclude<keyof Fields, LengthFields<Fields>>]: FieldArgument<Fields[K]>;
};

/** The JavaScript value of a field or an item that is passed, within the objects `Around`. */
export type FieldArgument<Field, Around = never> = Field extends "pointer"
  ? number | bigint | { readonly pointer: number | bigint }
  : Field extends "bytes" ? BytesInput
  : Field extends { readonly type: "variant"; readonly cases: infer Cases } ? {
      [K in keyof Cases]: Cases[K] extends { readonly value: infer Inner }
        ? { readonly tag: K; readonly value: FieldArgument<Inner> }
        : { readonly tag: K };
    }[keyof Cases]
  : Field extends FunctionParameter
    ? Nullable<Field, HostCallback<Field> | { readonly pointer: number }>
  : Field extends { readonly type: "bytes" } ? Nullable<Field, BytesInput>
  : Field extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<Field, ElementsInput<E>>
  : Field extends { readonly type: "list"; readonly item: infer Item }
    ? readonly FieldArgument<Item>[]
  : Field extends { readonly type: "struct"; readonly fields: infer Fields }
    ? Nullable<Field, StructArgument<Fields>>
  : Field extends { readonly type: "strings" } ? Nullable<Field, readonly string[]>
  : Field extends { readonly type: "object"; readonly fields: infer Fields } ? Nullable<
      Field,
      { readonly [K in keyof Fields]: FieldArgument<Fields[K], Inside<Field, Fields, Around>> }
    >
  : Field extends { readonly type: "object" }
    ? Enclosing<Field, Around> extends { readonly fields: infer Fields }
      ? Nullable<Field, { readonly [K in keyof Fields]: FieldArgument<Fields[K], Around> }>
    : never
  : Field extends { readonly type: "objects"; readonly item: infer Item }
    ? Nullable<Field, readonly FieldArgument<Item, Around>[]>
  : Field extends { readonly type: "objects" }
    ? Nullable<Field, readonly number[] | readonly bigint[]>
  : FieldValue<Field>;

/**
 * The values that parameters return, by name, and the function's own result, as lifted or as given
 * by the host. Values that only count others are left out.
 */
export type ReturnedValues<
  P extends { readonly name: string; readonly value: unknown },
  Own,
  By = "lifted",
> = {
  [
    Name in
      | ([Own] extends [void] ? never : "result")
      | Exclude<
        P["name"],
        LengthFields<
          {
            [
              One in Extract<
                P,
                { readonly type: By extends "given" ? unknown : "out" }
              > as One["name"]
            ]: One["value"];
          }
        >
      >
  ]: Name extends "result" ? Own
    : By extends "given" ? InOutArgument<Extract<P, { readonly name: Name }>["value"]>
    :
      | OutValue<Extract<P, { readonly name: Name }>["value"]>
      | (Extract<P, { readonly name: Name }> extends { readonly when: unknown } ? undefined
        : never);
};

/** The JavaScript value that a parameter returns. */
export type OutValue<Value> = Value extends "bytes" ? Uint8Array<ArrayBuffer>
  : Value extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? TypedArray<E>
  : FieldValue<Value>;

/** The JavaScript value that is passed for a parameter that the export may change. */
export type InOutArgument<Value> = Value extends "bytes" ? BytesInput
  : Value extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? ElementsInput<E>
  : FieldArgument<Value>;

/** The declaration of the enclosing object of the same class. */
export type Enclosing<Field, Around> = Field extends { readonly class: infer Class }
  ? Extract<Around, { readonly class: Class }>
  : never;

/** The objects that enclose a field, without those whose fields are unknown. */
export type Inside<Field, Fields, Around> = string extends keyof Fields ? Around : Around | Field;
