import type { NumericType } from "../base/numeric_types.ts";
import type { BlockSource } from "./block_source.ts";
import type { NumberName } from "./number.ts";

/** An AssemblyScript value: a number in place, or a reference to an object. */
export type ManagedLayout =
  | { readonly kind: "number"; readonly type: NumberName; readonly store: NumericType }
  | ManagedObject;

/** A value that is an object. */
export type ManagedObject =
  | { readonly kind: "string"; readonly nullable: boolean }
  | {
    readonly kind: "data";
    readonly content: "bytes" | { readonly element: NumericType };
    readonly class: string | undefined;
    readonly nullable: boolean;
  }
  | {
    readonly kind: "items";
    readonly item: ManagedObject;
    readonly class: string | undefined;
    readonly nullable: boolean;
  }
  | ManagedNumbers
  | ManagedFields
  | ManagedAgain
  | ManagedReference;

/** A plain array of numbers. */
export interface ManagedNumbers {
  readonly kind: "numbers";
  /** The type of each number; absent if the class shows it. */
  readonly item: NumberName | undefined;
  readonly class: string | undefined;
  readonly nullable: boolean;
}

/** An object with the fields of the nearest enclosing object of its class. */
export interface ManagedAgain {
  readonly kind: "again";
  readonly class: string;
  readonly nullable: boolean;
}

/** An object with declared fields. */
export interface ManagedFields {
  readonly kind: "object";
  readonly class: string | undefined;
  readonly fields: readonly ManagedField[];
  /** The size in bytes, up to the end of the last field. */
  readonly size: number;
  readonly nullable: boolean;
}

/** A field at its offset. */
export interface ManagedField {
  readonly name: string;
  readonly offset: number;
  readonly layout: ManagedLayout;
}

/** An object that stays in the guest. */
export interface ManagedReference {
  readonly kind: "reference";
  readonly class: string | undefined;
  readonly nullable: boolean;
}

/** A parameter or a result that is an object in the guest. */
export interface ManagedPlan {
  readonly kind: "managed";
  readonly layout: ManagedObject;
  /** The classes of the convention's objects. */
  readonly objects: BlockSource & { readonly kind: "managedArray" };
}
