import type { NumericType } from "../base/numeric_types.ts";
import type { StructField } from "./struct.ts";
import type { Condition } from "./value.ts";

// Parameters through whose addresses an export returns values.

/**
 * A parameter through which the export returns a value, such as `int *code` in C. It takes no
 * argument: the result is an object that has the value by its name, and the export's own result as
 * `result`.
 */
export interface OutParameter<Value = StructField> {
  /** Always `"out"`. */
  readonly type: "out";
  /** The name of the value in the result. */
  readonly name: string;
  /**
   * The type of the value at the address. The `length` of text, bytes, an array or a list can be in
   * another out-parameter, which is then not part of the result.
   */
  readonly value: Value;
  /**
   * The condition for the export to have written the value; otherwise it is `undefined` in the
   * result. Always read unless set.
   */
  readonly when?: Condition;
}

/** A parameter through which a host function returns a value, which is always present. */
export type HostOut = Omit<OutParameter, "when">;

/** Several values at an address, whose number is passed along with it. */
export type Counted =
  | { readonly type: "list"; readonly item: StructField }
  | { readonly type: "array"; readonly element: NumericType }
  | "bytes";

/**
 * A parameter whose value the export may change. It takes an argument, and the result is an object
 * that has the value after the call by its name.
 */
export interface InOutParameter<Value = StructField | Counted> {
  /** Always `"inout"`. */
  readonly type: "inout";
  /** The name of the value in the result. */
  readonly name: string;
  /**
   * The type of the value at the address. A list, an array or bytes without a `length` pass their
   * number of items, elements or bytes along with their address, as parameters of these types do.
   */
  readonly value: Value;
}

/** The parameters that are part of the result. */
export type Returning<Parameters extends readonly unknown[]> = Extract<
  Parameters[number],
  { readonly type: "out" | "inout"; readonly name: string; readonly value: unknown }
>;
