import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import type { Problem } from "../../base/errors.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ResolveContext } from "../../plan/context.ts";
import type { Lower } from "../blocks/bound_source.ts";
import type { PlanCode } from "../code/call_code.ts";

/** A parameter that takes a function. */
export type FunctionPlan = ParameterPlan & { readonly kind: "function" };

/** The code for parameters that take functions, for guests with a table of functions. */
export interface FunctionParts {
  /** Plans the functions that a symbol takes, or returns why the guest cannot call one of them. */
  settle(plan: PlanParts, instance: Instance, context: ResolveContext): Problem | undefined;
  /** Compiles putting the function of an argument into the guest's table. */
  lower(index: number, plan: PlanParts, instance: Instance, core: ValueType | undefined): Lower;
  /** Compiles removing the functions of a call from the guest's table. */
  remove(plan: PlanParts, instance: Instance): (frame: Frame) => void;
  /** Writes putting the function of an argument into the guest's table. */
  writeLower(index: number, code: PlanCode, core: ValueType | undefined): true;
  /** Writes removing the function of an argument from the guest's table. */
  writeRemove(index: number, code: PlanCode): string;
}
