import type { Step } from "../../abi/plan.ts";
import type { CallParts, Run } from "../call_parts.ts";
import type { Otherwise } from "../code/call_code.ts";
import type { PlanCode } from "../code/plan_code.ts";
import type { Telling } from "../telling/types.ts";

/** What a kind of step is: how it is carried out, how it is written, and how it is told. */
export interface StepKind<S extends Step> {
  /** The step on one instance. */
  run(step: S, parts: CallParts): Run;
  /**
   * Writes the step; without it, or where it returns `false`, the compiled function calls the run
   * form.
   */
  write?(step: S, code: PlanCode, otherwise: Otherwise): boolean;
  /** Adds the lines that `guest.plan` has for the step; without it there are none. */
  tell?(step: S, told: Telling): void;
}

/** A step of one kind. */
export type StepOf<K extends Step["step"]> = Extract<Step, { readonly step: K }>;
