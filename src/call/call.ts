import type { Plan } from "../abi/plan.ts";
import { quote } from "../base/show.ts";
import { Frame, NO_ARGUMENTS } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { CallParts, PlanCall } from "./call_parts.ts";
import { compilePlan, throwCount } from "./compile.ts";
import { settleFailure } from "./failure.ts";
import { Forms, type Made } from "./forms.ts";
import { makeParts } from "./make_parts.ts";
import { waiting } from "./on_demand.ts";

/** A plan on one instance. */
export type Call = Made<PlanCall>;

/** A plan, and its compiled form once there is one: all instances of a module share them. */
export class PlanForms {
  readonly plan: Plan;
  readonly #forms: Forms<CallParts, PlanCall>;

  constructor(plan: Plan) {
    this.plan = plan;
    this.#forms = new Forms((parts) => compilePlan(plan, parts.instance.facts(), parts));
  }

  /** Binds the plan to an instance. */
  on(instance: Instance): Call {
    const { plan } = this;
    if (!plan.waits) {
      const parts = makeParts(plan, instance);
      return this.#forms.improve(parts, runPlan(parts));
    }
    const parts = makeParts(plan, instance, waiting.module.promising);
    return this.#forms.improve(parts, runWaiting(parts));
  }
}

/** Makes the run form of a plan: its steps one after another. */
function runPlan(parts: CallParts): PlanCall {
  const { plan: { export: symbol, parameters, usesStack }, instance, runs, claims } = parts;
  const held = parts.holds ? parts.release : undefined;
  const mayHold = parts.holds || usesStack;
  const count = parameters.length;
  const { stack } = instance;
  const guardsStack = instance.unwinds === "restores" || usesStack;
  // The frame is reused. Only a call that is entered again before it has ended needs another one.
  let spare: Frame | undefined = new Frame();

  return (...args) => {
    if (args.length !== count) throwCount(symbol, count, args.length);
    const frame = spare ?? new Frame();
    spare = undefined;
    const before = instance.enter(symbol);
    if (claims !== undefined) frame.outerClaim = instance.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      frame.args = args;
      for (let index = 0; index < runs.length; index++) runs[index]!(frame);
      return frame.value;
    } catch (error) {
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, instance, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) instance.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      frame.result =
        frame.value =
        frame.at =
        frame.asked =
          undefined;
      frame.args = NO_ARGUMENTS;
      frame.taken = frame.dropped = 0;
      spare = frame;
      if (claims !== undefined) instance.claim = frame.outerClaim;
      instance.depth = before;
    }
  };
}

/**
 * Makes the run form of a call that waits. Its plan calls the guest once, because the guest can wait
 * only in one call.
 */
function runWaiting(parts: CallParts): PlanCall {
  const { plan, instance, runs, claims, holds, release } = parts;
  const { export: symbol, parameters, usesStack } = plan;
  const held = holds ? release : undefined;
  const mayHold = holds || usesStack;
  const { callIn, untilGivenUp } = waiting.module;
  const at = callIn(parts);
  const { stack } = instance;
  const guardsStack = instance.unwinds === "restores" || usesStack;
  const count = parameters.length;

  return async (...args) => {
    if (args.length !== count) throwCount(symbol, count, args.length);
    const frame = new Frame();
    const before = instance.enterAsync(symbol);
    if (claims !== undefined) frame.outerClaim = instance.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      frame.args = args;
      for (let index = 0; index <= at; index++) runs[index]!(frame);
      const pending = frame.result;
      frame.inside = true;
      frame.result = await untilGivenUp(pending, instance);
      instance.giveUp = undefined;
      frame.inside = false;
      if (!instance.callable) throw instance.refuse(`complete ${quote(symbol)}`, symbol);
      for (let index = at + 1; index < runs.length; index++) runs[index]!(frame);
      return frame.value;
    } catch (error) {
      instance.giveUp = undefined;
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, instance, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) instance.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      if (claims !== undefined) instance.claim = frame.outerClaim;
      instance.depth = before;
      instance.pending = undefined;
    }
  };
}
