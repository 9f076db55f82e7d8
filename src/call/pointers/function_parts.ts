import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { ParameterPlan, ResultPlan } from "../../abi/plan_parts.ts";
import type { FunctionType } from "../../binary/types.ts";
import type { Home } from "../../instance/home.ts";

/** A parameter that takes a function. */
export type FunctionPlan = ParameterPlan & { readonly kind: "function" };

/** A result that is a function pointer. */
export type FunctionResultPlan = ResultPlan & { readonly kind: "function" };

/** A function of the guest that the host gets for a pointer. */
export type GuestFunctionPlan = Pick<FunctionResultPlan, "declaration" | "nullable">;

/** An entry of the table that a call has taken for a function in a struct. */
export interface Lent {
  readonly pointer: CoreValue;
  readonly own: { giveBack(pointer: CoreValue): void };
}

/** A host function that guests call through their tables. */
export interface FunctionForms {
  /** The type of the function in the table. */
  readonly type: FunctionType;
  /** Makes the core function of one instance. */
  on(callback: CoreFunction, home: Home): CoreFunction;
  /** Makes a function that calls what `current` returns. */
  dispatch(current: () => CoreFunction): CoreFunction;
}
