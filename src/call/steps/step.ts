import type { Step } from "../../abi/plan.ts";
import type { CallParts, Run } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import type { PlanLines } from "../report/plan_lines.ts";

/** The definition of a kind of step: its run form, its fast form and its lines in a report. */
export interface StepKind<S extends Step> {
  /** Binds the step to one instance. */
  run(step: S, parts: CallParts): Run;
  /**
   * Writes the step. If it is absent or returns `false`, the compiled function calls the run form.
   */
  write?(step: S, code: PlanCode, otherwise: Otherwise): boolean;
  /**
   * Writes the code after a call of the run form, and records facts for the writers of later steps.
   */
  ran?(step: S, code: PlanCode): void;
  /** Adds the lines of the step to the report of `guest.plan`; without it there are none. */
  report?(step: S, lines: PlanLines): void;
}

/** A step of one kind. */
export type StepOf<K extends Step["step"]> = Extract<Step, { readonly step: K }>;
