import type { NumericType } from "../base/numeric_types.ts";

/** The numbers that a symbol can declare. */
export type NumberName = NumericType | "bool" | "pointer";

/** What a block holds: text, bytes, or numbers of one type. */
export type ContentKind = "string" | "bytes" | { readonly element: NumericType };
