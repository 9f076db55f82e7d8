import type { CoreValue } from "../../abi/core_value.ts";
import type { ParameterPlan, PlanParts, ResultPlan } from "../../abi/plan_parts.ts";
import type { FunctionLayout, Layout } from "../../abi/struct_layout.ts";
import type { Problem } from "../../base/errors.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ResolveContext } from "../../plan/context.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import type { CallbackContext } from "../../plan/plan_callback.ts";
import type { Lower } from "../blocks/bound_source.ts";
import type { CallCode, PlanCode } from "../code/call_code.ts";
import type { Scope } from "../code/scope.ts";
import type { Lift, TextContext } from "../text_context.ts";

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

/** The code for functions in structs that are passed. */
export interface LendingParts {
  /** Compiles putting a function in a struct into the table, for a call or permanently. */
  lend(layout: FunctionLayout, action: string, instance: Instance): (fn: unknown) => Lent;
  keep(layout: FunctionLayout, action: string, instance: Instance): (fn: unknown) => CoreValue;
  /** Releases the entries of a call. */
  giveBack(lent: readonly Lent[] | undefined): void;
}

/** The code for functions that are passed as pointers, for guests with a function table. */
export interface FunctionParts {
  /** Plans the functions of a symbol, or returns why the guest cannot have one of them. */
  settle(plan: PlanParts, instance: Instance, context: ResolveContext): Problem | undefined;
  /** Plans the functions of a host function, or returns why the guest cannot have one of them. */
  settleHost(plan: HostPlan, context: CallbackContext): Problem | undefined;
  /** Plans the functions of a struct in memory, or returns why one cannot be called. */
  settleStruct(
    layout: Layout,
    label: string,
    instance: Instance,
    context: CallbackContext,
  ): Problem | undefined;
  /** Compiles putting the function of an argument into the guest's table. */
  lower(index: number, plan: PlanParts, instance: Instance, core: ValueType | undefined): Lower;
  /** Compiles removing the functions of a call from the guest's table. */
  remove(plan: PlanParts, instance: Instance): ((frame: Frame) => void) | undefined;
  /** Writes putting the function of an argument into the guest's table. */
  writeLower(index: number, code: PlanCode, core: ValueType | undefined): true;
  /** Writes removing the function of an argument from the guest's table. */
  writeRemove(index: number, code: PlanCode): string;
  /** Compiles turning a pointer into a function; errors name it by `subject`. */
  lift(plan: GuestFunctionPlan, subject: string, instance: Instance): (pointer: number) => unknown;
  /**
   * Writes the same into `local`; `otherwise` is the source for a pointer that was not read before.
   */
  writeLift(
    plan: GuestFunctionPlan,
    pointer: string,
    local: string,
    otherwise: string,
    code: CallCode,
  ): void;
  /** Compiles lifting a result that is a function pointer. */
  liftResult(result: FunctionResultPlan, context: TextContext): Lift;
  /** Writes the same; `undefined` if the run form has to do it. */
  writeResult(result: FunctionResultPlan, scope: Scope, code: CallCode): string | undefined;
  /** Compiles putting the function that a host function returns into the guest's table. */
  lowerResult(plan: HostPlan, instance: Instance): (value: unknown) => CoreValue;
}
