import type { Step } from "../../abi/plan.ts";
import { callStep } from "./call.ts";
import { lowerStep } from "./lower.ts";
import { prepareStep } from "./prepare.ts";
import { releaseStep, restoreStep } from "./release.ts";
import { claimStep, liftStep, statusStep } from "./result.ts";
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
