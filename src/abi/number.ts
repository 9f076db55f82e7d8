import type { NumericType } from "../base/numeric_types.ts";

/** The types of numbers that a symbol can declare. */
export type NumberName = NumericType | "bool" | "pointer";

/** The classes of JavaScript that returned bytes can be, besides `Uint8Array`. */
export type BytesClass = "ArrayBuffer" | "Uint8ClampedArray";

/** The contents of a block: text, bytes, or numbers of one type. */
export type ContentKind = "string" | "bytes" | { readonly element: NumericType };
