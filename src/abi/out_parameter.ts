import type { BytesInput, ElementsInput, NumericType, TypedArray } from "../base/numeric_types.ts";
import type { FieldArgument, FieldValue, LengthFields, StructField } from "./struct.ts";

// Parameters through whose addresses an export returns values.

/**
 * A parameter through whose address the export returns a value, as `int *code` in C. It takes no
 * argument: the result is an object that has the value by its name, and what the export itself
 * returns as `result`.
 */
export interface OutParameter<Value = StructField> {
  /** Always `"out"`. */
  readonly type: "out";
  /** The name of the value in the result. */
  readonly name: string;
  /**
   * The type of the value at the address. The `length` of text, bytes, an array or a list can be in
   * another out-parameter, which is then no part of the result.
   */
  readonly value: Value;
}

/** Several values that lie at an address, and whose number is passed beside it. */
export type Counted =
  | { readonly type: "list"; readonly item: StructField }
  | { readonly type: "array"; readonly element: NumericType }
  | "bytes";

/**
 * A parameter whose value the export may change. It takes an argument, and the result is an object
 * that has the value by its name, as the export left it.
 */
export interface InOutParameter<Value = StructField | Counted> {
  /** Always `"inout"`. */
  readonly type: "inout";
  /** The name of the value in the result. */
  readonly name: string;
  /**
   * The type of the value at the address. A list, an array or bytes without a `length` pass their
   * number of items, elements or bytes beside their address, as parameters of these types do.
   */
  readonly value: Value;
}

/** The parameters that are a part of the result. */
export type Returning<Parameters extends readonly unknown[]> = Extract<
  Parameters[number],
  { readonly type: "out" | "inout"; readonly name: string; readonly value: unknown }
>;

/**
 * The values that parameters return, by their names, and what the function itself returns: as they
 * are lifted, or given by the host. Those that only count others are left out.
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
    : OutValue<Extract<P, { readonly name: Name }>["value"]>;
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
