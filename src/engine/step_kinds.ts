import type { CallCode, Otherwise } from "./call_code.ts";
import type { CallParts, Run } from "./call_parts.ts";
import type { Step } from "./plan.ts";
import { callStep } from "./step_call.ts";
import { lowerStep } from "./step_lower.ts";
import { prepareStep } from "./step_prepare.ts";
import { releaseStep, restoreStep } from "./step_release.ts";
import { claimStep, liftStep, statusStep } from "./step_result.ts";

/** What a kind of step is: how it is carried out, and how it is written. */
export interface StepKind<S extends Step> {
  /** The step on one instance. */
  run(step: S, parts: CallParts): Run;
  /**
   * Writes the step; without it, or where it returns `false`, the compiled function calls the run
   * form.
   */
  write?(step: S, code: CallCode, otherwise: Otherwise): boolean;
}

/** A step of one kind. */
export type StepOf<K extends Step["step"]> = Extract<Step, { readonly step: K }>;

/** Every kind of step. */
export const STEP_KINDS: { readonly [K in Step["step"]]: StepKind<StepOf<K>> } = {
  "lower": lowerStep,
  "prepare": prepareStep,
  "call": callStep,
  "claim": claimStep,
  "check status": statusStep,
  "lift": liftStep,
  "release": releaseStep,
  "restore stack": restoreStep,
};
