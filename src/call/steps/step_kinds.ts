import type { Step } from "../../abi/plan.ts";
import { callStep } from "./call_step.ts";
import { lowerStep } from "./lower_step.ts";
import { prepareStep } from "./prepare_step.ts";
import { releaseStep, restoreStep } from "./release_steps.ts";
import { claimStep, liftStep, statusStep } from "./result_steps.ts";
import type { StepKind, StepOf } from "./step.ts";

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
