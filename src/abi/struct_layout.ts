import type { NumericType } from "../base/numeric_types.ts";
import type { CodecName } from "../memory/text/codec.ts";
import type { ResultFreedBy } from "./block_source.ts";
import type { FunctionDeclaration, HostFunctionDeclaration } from "./declaration.ts";
import type { ContentKind, NumberName } from "./number.ts";

/** A C type with its size and alignment in bytes. */
export type Layout =
  | NumberLayout
  | DataLayout
  | StructLayout
  | PointedLayout
  | ItemsLayout
  | ListLayout
  | FunctionLayout
  | VariantLayout;

/** The size and the alignment in bytes. */
interface Extent {
  readonly size: number;
  readonly align: number;
}

/** A number, and its type in memory. */
export interface NumberLayout extends Extent {
  readonly kind: "number";
  readonly type: NumberName;
  readonly store: NumericType;
}

/** The place of a length: an integer at an offset from the pointer to the data. */
export interface LengthPlace {
  readonly offset: number;
  readonly store: NumericType;
}

/** Text, bytes or numbers: a pointer to them, or an array in the struct itself. */
export interface DataLayout extends Extent {
  readonly kind: "data";
  readonly content: ContentKind;
  readonly encoding: CodecName;
  /** The size of an element or a code unit in bytes, which is also its alignment. */
  readonly unit: number;
  /** The size of an array in the struct itself, in bytes; absent if there is a pointer. */
  readonly inline?: number | undefined;
  readonly length: "nul" | LengthPlace;
  readonly nullable: boolean;
  readonly freedBy: ResultFreedBy | undefined;
}

/** A struct. Fields that only contain the length of others are not among its fields. */
export interface StructLayout extends Extent {
  readonly kind: "struct";
  readonly fields: readonly PlacedField[];
}

/** A field at its offset. */
export interface PlacedField {
  readonly name: string;
  readonly offset: number;
  readonly layout: Layout;
}

/** A pointer to a struct. */
export interface PointedLayout extends Extent {
  readonly kind: "pointed";
  readonly to: StructLayout;
  readonly nullable: boolean;
}

/** Several values in place. */
export interface ItemsLayout extends Extent {
  readonly kind: "items";
  readonly item: Layout;
  readonly count: number;
}

/** A pointer to any number of values. */
export interface ListLayout extends Extent {
  readonly kind: "list";
  readonly item: Layout;
  readonly length: LengthPlace;
  readonly freedBy: ResultFreedBy | undefined;
}

/** The declaration of a function that is passed by the host or by the guest. */
export type EitherFunction = HostFunctionDeclaration & FunctionDeclaration;

/** A pointer to a function. */
export interface FunctionLayout extends Extent {
  readonly kind: "function";
  readonly declaration: EitherFunction;
  readonly nullable: boolean;
}

/** A tag, followed by the value of one of several cases. */
export interface VariantLayout extends Extent {
  readonly kind: "variant";
  readonly tag: NumericType;
  readonly cases: readonly VariantLayoutCase[];
}

/** A case of a variant, and the place of its value, if it has one. */
export interface VariantLayoutCase {
  readonly name: string;
  readonly is: number;
  readonly offset: number;
  readonly layout: Layout | undefined;
}
