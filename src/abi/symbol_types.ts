import type { SymbolDeclaration } from "./declaration.ts";
import type { GuestObject } from "./managed.ts";
import type {
  ClassDeclaration,
  EnumDeclaration,
  EnumValue,
  GlobalDeclaration,
} from "./property_declaration.ts";
import type { FieldValue, ParameterValues, SymbolFunction } from "./value_types.ts";

/** A declared symbol: a function, or a property. */
export type AnySymbolDeclaration =
  | SymbolDeclaration
  | GlobalDeclaration
  | EnumDeclaration
  | ClassDeclaration;

/** Declared symbols by their names. */
export type SymbolDeclarations = Readonly<Record<string, AnySymbolDeclaration>>;

/** The JavaScript type of a declared symbol. */
export type SymbolValue<D extends AnySymbolDeclaration, Name = string> =
  // An unknown declaration is treated as that of a function.
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

/** A part of a declaration, or an empty type if it is absent. */
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
