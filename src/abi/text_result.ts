import type { LengthUnit, ResultFreedBy } from "./block_source.ts";
import type { Length, Value } from "./value.ts";

// Where the text of a result is, and the values that guests throw.

/** Explains a guest's error code; `undefined` for an unknown code. */
export type DescribeFailure = (code: number | bigint) => string | undefined;

/**
 * A JavaScript value that the guest throws. It is in a table, at the index that is the failure's
 * code. If the guest exports no such table, there is only the code.
 */
export interface ThrownValue {
  /** The table's export, or the only exported table with a value at that index. */
  readonly table: string;
  /** The export that frees the entry. */
  readonly drop: string;
}

/** Where the text or the bytes of a result are. */
export interface TextResult {
  /** An export to call first, without arguments; `"result"` is then its result. */
  readonly call?: string;
  /** The address. */
  readonly pointer: Value;
  /** The length, or what ends the text. */
  readonly length: Length;
  /** The unit of the length: bytes unless set, and elements of an array. */
  readonly unit?: LengthUnit;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: ResultFreedBy;
  /**
   * The meaning of a null pointer with a length of 0: an error unless set, because most guests
   * return that when memory runs out.
   */
  readonly nullIs?: "empty" | "error";
  /** A check that the pointer refers to text, such as a class id or a type code. */
  readonly check?: { readonly value: Value; readonly is: number; readonly what: string };
}

/** The name of a shape that toolchains produce; see `RESULT_FORMS`. */
export type ResultFormName =
  | "packedPointerHigh"
  | "packedPointerLow"
  | "multiValue"
  | "multiValueResult"
  | "areaBefore"
  | "areaBeforeResult"
  | "areaAfter"
  | "pointedTo"
  | "terminated"
  | "prefixed"
  | "inPlace"
  | "reference";
