// The component model's explainer, "Type Definitions", for the terms.

import type { ExternalType } from "../binary/externals.ts";

/** The types without parts. */
export type Primitive =
  | "bool"
  | "s8"
  | "u8"
  | "s16"
  | "u16"
  | "s32"
  | "u32"
  | "s64"
  | "u64"
  | "f32"
  | "f64"
  | "char"
  | "string";

/** A field of a record or a parameter. */
export interface Labeled {
  readonly name: string;
  readonly type: ValueType;
}

/** The type of a value. */
export type ValueType =
  | { readonly kind: "primitive"; readonly name: Primitive }
  | { readonly kind: "record"; readonly fields: readonly Labeled[] }
  | { readonly kind: "variant"; readonly cases: readonly Case[] }
  | { readonly kind: "list"; readonly type: ValueType }
  | { readonly kind: "option"; readonly type: ValueType }
  | { readonly kind: "tuple"; readonly types: readonly ValueType[] }
  | { readonly kind: "flags"; readonly names: readonly string[] }
  | { readonly kind: "enum"; readonly names: readonly string[] }
  | {
    readonly kind: "result";
    readonly ok: ValueType | undefined;
    readonly error: ValueType | undefined;
  }
  | { readonly kind: "own" | "borrow"; readonly resource: ResourceUse }
  | { readonly kind: "stream" | "future"; readonly type: ValueType | undefined }
  | { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType }
  | NamedType;

/** A case of a variant, with the type of its payload. */
export interface Case {
  readonly name: string;
  readonly type: ValueType | undefined;
}

/** A type under the name of an import or an export. It equals the type that it names. */
export interface NamedType {
  readonly kind: "named";
  readonly name: string;
  /** The name of the imported or exported instance that has it. */
  readonly owner: string | undefined;
  readonly type: Type;
}

/** A resource type. Two are the same only if they are one object. */
export interface ResourceType {
  readonly kind: "resource";
  /** The offset where it is defined, imported or exported. */
  readonly offset: number;
  /** The index of the destructor in the component that defines it. */
  readonly destructor: number | undefined;
}

/** A resource type, or a name of one. */
export type ResourceUse = ResourceType | NamedType;

/** The type of a function. */
export interface FunctionType {
  readonly kind: "function";
  readonly isAsync: boolean;
  readonly parameters: readonly Labeled[];
  readonly result: ValueType | undefined;
}

/** The type of an instance. */
export interface InstanceType {
  readonly kind: "instance";
  readonly exports: readonly Extern[];
  /** The resource types that each instance has anew. */
  readonly resources: readonly ResourceType[];
}

/** The type of a component. */
export interface ComponentType {
  readonly kind: "component";
  readonly imports: readonly Extern[];
  readonly exports: readonly Extern[];
  /** The resource types that each instance has anew. */
  readonly resources: readonly ResourceType[];
}

/** The type of a core module. */
export interface ModuleType {
  readonly kind: "module";
  readonly imports: readonly CoreImport[];
  readonly exports: readonly CoreExtern[];
}

/** An import or an export of a core module. Its type is unknown if the binary of the module is. */
export type CoreExtern =
  & { readonly name: string }
  & (ExternalType | { readonly kind: string; readonly type?: never });

/** An import of a core module. */
export type CoreImport = CoreExtern & { readonly module: string };

/** An entry of the index space of types, or the type of a core module. */
export type Type =
  | ValueType
  | ResourceType
  | FunctionType
  | InstanceType
  | ComponentType
  | ModuleType;

/** What is imported or exported under a name. */
export interface Extern {
  readonly name: string;
  /** The interface that it implements, if the binary names one. */
  readonly implements?: string;
  /** The name by which the host knows it, if the binary has one. */
  readonly externalId?: string;
  readonly type: ExternType;
}

/** The type of an import or an export, by its sort. */
export type ExternType =
  | { readonly sort: "function"; readonly type: FunctionType }
  | { readonly sort: "type"; readonly type: Type }
  | { readonly sort: "instance"; readonly type: InstanceType }
  | { readonly sort: "component"; readonly type: ComponentType }
  | { readonly sort: "module"; readonly type: ModuleType };

/** The sorts of core definitions. */
export type CoreSort =
  | "core function"
  | "core table"
  | "core memory"
  | "core global"
  | "core tag"
  | "core type"
  | "module"
  | "core instance";

/** The sorts of definitions, each of which has an index space. */
export type Sort = CoreSort | "function" | "type" | "component" | "instance";

/** A definition by its sort and its index. */
export interface SortIndex {
  readonly sort: Sort;
  readonly index: number;
}

/** A name for a definition: an argument or an export. */
export interface NamedIndex extends SortIndex {
  readonly name: string;
}

/** A feature that a component uses, and the place of its first use. */
export interface FeatureUse {
  readonly feature: string;
  readonly offset: number;
}

/** How values pass between a function of a component and a core function. */
export interface CanonOptions {
  readonly encoding: "utf8" | "utf16" | "latin1+utf16";
  /** Indices of core definitions. */
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
  readonly callback?: number;
  readonly isAsync: boolean;
}

/** A canonical definition. All but a lifted function are core functions. */
export type Canon =
  | {
    readonly canon: "lift";
    readonly core: number;
    readonly options: CanonOptions;
    readonly type: FunctionType;
  }
  | {
    readonly canon: "lower";
    readonly function: number;
    readonly options: CanonOptions;
    readonly type: FunctionType;
  }
  | {
    readonly canon: "resource.new" | "resource.drop" | "resource.rep";
    readonly resource: ResourceUse;
  }
  /** One of those for asynchronous calls. */
  | {
    readonly canon: "async";
    readonly name: string;
    readonly type: ValueType | undefined;
    readonly options: CanonOptions | undefined;
  };

/** A definition of a component. The order is that of the binary, which is that of instantiation. */
export type Definition =
  & { readonly offset: number }
  & (
    | {
      readonly kind: "core module";
      readonly contents: number;
      readonly byteLength: number;
      readonly type: ModuleType;
    }
    | {
      readonly kind: "core instance";
      /** The name for debugging, if the binary has one. */
      readonly name?: string;
      /** Absent for an instance that is made of exports. */
      readonly module?: number;
      readonly items: readonly NamedIndex[];
    }
    | { readonly kind: "component"; readonly component: Component }
    | {
      readonly kind: "instance";
      /** Absent for an instance that is made of exports. */
      readonly component?: number;
      readonly items: readonly NamedIndex[];
      readonly type: InstanceType;
    }
    | {
      readonly kind: "alias";
      readonly sort: Sort;
      readonly of: "export" | "core export";
      readonly instance: number;
      readonly name: string;
    }
    | {
      readonly kind: "alias";
      readonly sort: Sort;
      readonly of: "outer";
      /** The number of components outwards; 0 is the component itself. */
      readonly outer: number;
      readonly index: number;
    }
    | { readonly kind: "type"; readonly type: Type }
    | ({ readonly kind: "canon" } & Canon)
    | { readonly kind: "import"; readonly import: Extern }
    | { readonly kind: "export"; readonly export: Extern; readonly item: SortIndex }
  );

/** A component as its binary describes it. */
export interface Component {
  /** Bytes from the start of the file to the component's own start. */
  readonly offset: number;
  readonly byteLength: number;
  readonly definitions: readonly Definition[];
  /** The type, which has the imports and the exports. */
  readonly type: ComponentType;
  /** The released features beyond the first release that it or a nested component uses. */
  readonly features: readonly FeatureUse[];
}
