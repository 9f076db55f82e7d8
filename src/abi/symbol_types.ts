import type { BytesInput, ElementsInput, NumericType, TypedArray } from "../base/numeric_types.ts";
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
import type {
  ClassDeclaration,
  EnumDeclaration,
  EnumValue,
  GlobalDeclaration,
} from "./property_declaration.ts";
import type { GuestObject, ObjectsType, ObjectType, ReferenceType } from "./managed.ts";
import type { InOutArgument, ReturnedValues, Returning } from "./out_parameter.ts";
import type { FieldArgument, FieldValue, Nullable, StructArgument, StructValue } from "./struct.ts";

/** A declared symbol: a function, or a property. */
export type AnySymbolDeclaration =
  | SymbolDeclaration
  | GlobalDeclaration
  | EnumDeclaration
  | ClassDeclaration;

/** Declared symbols by their names. */
export type SymbolDeclarations = Readonly<Record<string, AnySymbolDeclaration>>;

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
  : P extends { readonly type: "struct"; readonly fields: infer F } ? Nullable<P, StructArgument<F>>
  : P extends { readonly type: "list"; readonly item: infer I }
    ? Nullable<P, readonly FieldArgument<I>[]>
  : P extends ObjectType | ObjectsType | ReferenceType ? FieldArgument<P>
  : P extends { readonly type: "inout"; readonly value: infer V } ? InOutArgument<V>
  : P extends { readonly type: "out" } ? never
  : P extends "externref" ? unknown
  : number;

/** The JavaScript types of all parameters. */
export type ParameterValues<P extends readonly Parameter[]> = {
  -readonly [K in keyof P]: ParameterValue<P[K]>;
};

/** The JavaScript type of a result. */
export type ResultValue<R extends Result> = R extends { readonly when: unknown }
  ? PresentValue<R> | undefined
  : PresentValue<R>;

/** The JavaScript type of a result that is there. */
export type PresentValue<R extends Result> = R extends "void" ? void
  : R extends "i64" | "u64" | { readonly type: "i64" | "u64" } ? bigint
  : R extends "bool" | { readonly type: "bool" } ? boolean
  : R extends "string" | { readonly type: "string" } ? Nullable<R, string>
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, Uint8Array<ArrayBuffer>>
  : R extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<R, TypedArray<E>>
  : R extends { readonly type: "record"; readonly fields: infer F }
    ? Nullable<R, { [K in keyof F]: F[K] extends Result ? ResultValue<F[K]> : never }>
  : R extends { readonly type: "struct"; readonly fields: infer F } ? Nullable<R, StructValue<F>>
  : R extends
    & { readonly type: "list"; readonly item: infer I extends Result }
    & (
      | { readonly stride: unknown }
      | { readonly next: unknown }
    ) ? ResultValue<I>[]
  : R extends { readonly type: "list"; readonly item: infer I } ? FieldValue<I>[]
  : R extends { readonly type: "strings" } ? Nullable<R, string[]>
  : R extends { readonly type: "slice" } ? Nullable<R, string>
  : R extends { readonly type: "variant"; readonly cases: infer C } ? VariantValue<C>
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

/** Whether parameters that are known one by one have one of a type. */
export type HasParameter<P extends readonly unknown[], Type> = number extends P["length"] ? false
  : [Extract<P[number], { readonly type: Type }>] extends [never] ? false
  : true;

/** The JavaScript type of what a symbol returns, with the values of its parameters. */
export type SymbolResult<D extends Pick<SymbolDeclaration, "parameters" | "result">> =
  HasParameter<D["parameters"], "out" | "inout"> extends false ? ResultValue<D["result"]>
    : ReturnedValues<Returning<D["parameters"]>, ResultValue<D["result"]>>;

/** The function of a declared symbol. */
export type SymbolFunction<D extends SymbolDeclaration> = (
  ...args: SymbolArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<SymbolResult<D>> : SymbolResult<D>;

/** The JavaScript type of a declared symbol. */
export type SymbolValue<D extends AnySymbolDeclaration, Name = string> =
  // A declaration that is not known is that of a function.
  AnySymbolDeclaration extends D ? SymbolFunction<SymbolDeclaration>
    : D extends SymbolDeclaration ? SymbolFunction<D>
    : D extends EnumDeclaration<infer Members> ? EnumValue<Members>
    : D extends ClassDeclaration ? ClassValue<D, Name>
    : D extends GlobalDeclaration ? FieldValue<D["type"]>
    : never;

/** The functions of methods or of static functions. */
export type MethodFunctions<Methods> = {
  readonly [K in keyof Methods]: Methods[K] extends SymbolDeclaration ? SymbolFunction<Methods[K]>
    : never;
};

/** The values of the properties of an object. */
export type AccessorValues<Accessors> =
  & {
    readonly [K in keyof Accessors]: Accessors[K] extends { readonly type: infer T } ? FieldValue<T>
      : never;
  }
  & {
    -readonly [K in MutableNames<Accessors>]: Accessors[K] extends { readonly type: infer T }
      ? FieldValue<T>
      : never;
  };

/** A part of a declaration; nothing if it is absent. */
export type PartOf<D, Key extends PropertyKey> = D extends { readonly [K in Key]: infer Part }
  ? Part
  : Record<never, never>;

/** A class of the guest: its constructor and its static functions. */
export type ClassValue<D extends ClassDeclaration, Name> =
  & {
    new (
      ...args: ParameterValues<D["parameters"]>
    ):
      & GuestObject<D extends { readonly name: infer Other extends string } ? Other : Name & string>
      & MethodFunctions<PartOf<D, "methods">>
      & AccessorValues<PartOf<D, "properties">>;
  }
  & MethodFunctions<PartOf<D, "statics">>;

/** The globals that the host can set. */
export type MutableNames<S> = {
  [K in keyof S]: S[K] extends { readonly mutable: true } ? K : never;
}[keyof S];

/** The functions and the properties of all declared symbols. Without declarations it is empty. */
export type SymbolFunctions<S extends SymbolDeclarations> =
  & { readonly [K in keyof S]: SymbolValue<S[K], K> }
  & { -readonly [K in MutableNames<S>]: SymbolValue<S[K]> };

/** The JavaScript type of a host function's argument. */
export type HostArgument<P extends HostParameter> = P extends "pointer" ? number
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, Uint8Array<ArrayBuffer>>
  : P extends { readonly type: "array"; readonly element: infer E extends NumericType }
    ? Nullable<P, TypedArray<E>>
  : P extends HostFunctionParameter ? Nullable<P, SymbolFunction<P>>
  : P extends { readonly type: "struct"; readonly fields: infer F } ? Nullable<P, StructValue<F>>
  : P extends { readonly type: "list"; readonly item: infer I } ? FieldValue<I>[]
  : P extends ObjectType | ObjectsType | ReferenceType ? FieldValue<P>
  : P extends { readonly type: "inout"; readonly value: infer V } ? FieldValue<V>
  : ParameterValue<Extract<P, Parameter>>;

/** The JavaScript types of all arguments of a host function: out-parameters are none. */
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
  : R extends { readonly type: "struct"; readonly fields: infer F } ? Nullable<R, StructArgument<F>>
  : R extends { readonly type: "list"; readonly item: infer I } ? readonly FieldArgument<I>[]
  : R extends ObjectType | ObjectsType | ReferenceType ? FieldArgument<R>
  : ResultValue<Extract<R, Result>>;

/** The callback of a host function. */
export type HostCallback<D extends HostFunctionDeclaration> = (
  ...args: HostArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<HostReturn<D>> : HostReturn<D>;

/** The JavaScript type of what a host function returns, with the values behind pointers. */
export type HostReturn<D extends Pick<HostFunctionDeclaration, "parameters" | "result">> =
  HasParameter<D["parameters"], "out" | "inout"> extends false ? HostAnswer<D["result"]>
    : ReturnedValues<Returning<D["parameters"]>, HostAnswer<D["result"]>, "given">;
