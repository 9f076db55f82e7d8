import type { Plan } from "../abi/plan.ts";
import { promising } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { Frame, NO_ARGUMENTS } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { CallParts, PlanCall } from "./call_parts.ts";
import { compilePlan, throwCount } from "./compile.ts";
import { settleFailure } from "./failure.ts";
import { Forms, type Made } from "./forms.ts";
import { makeParts } from "./make_parts.ts";

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
    const parts = makeParts(this.plan, instance);
    return this.#forms.improve(parts, runPlan(parts));
  }
}

/** Makes the run form of a plan: its steps one after another. */
function runPlan(parts: CallParts): PlanCall {
  const { plan: { export: symbol, parameters, usesStack }, instance, runs, claims } = parts;
  const held = heldBy(parts);
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
 * Makes the asynchronous call of a symbol that waits for asynchronous host functions. Its plan calls
 * the guest once, because the guest can wait only in one call.
 */
export function callAsync(plan: Plan, instance: Instance): Call {
  const { export: symbol, parameters, usesStack } = plan;
  const parts = makeParts(plan, instance, promising);
  const { invoke, claims } = parts;
  const held = heldBy(parts);
  const mayHold = parts.holds || usesStack;
  const at = plan.steps.findIndex(({ step }) => step === "call");
  const first = parts.runs.slice(0, at), rest = parts.runs.slice(at + 1);
  const { stack } = instance;
  const guardsStack = instance.unwinds === "restores" || usesStack;
  const count = parameters.length;

  async function call(...args: unknown[]): Promise<unknown> {
    if (args.length !== count) throwCount(symbol, count, args.length);
    const frame = new Frame();
    const before = instance.enterAsync(symbol);
    if (claims !== undefined) frame.outerClaim = instance.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      frame.args = args;
      for (const run of first) run(frame);
      const pending = invoke(frame);
      frame.inside = true;
      frame.result = await untilGivenUp(pending, instance);
      instance.giveUp = undefined;
      frame.inside = false;
      if (!instance.callable) throw instance.refuse(`complete ${quote(symbol)}`, symbol);
      for (const run of rest) run(frame);
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
  }
  return { call, compiled: undefined };
}

/**
 * Settles as `promise` does, or rejects if the guest is closed first: a promise may never settle.
 */
function untilGivenUp(promise: unknown, instance: Instance): Promise<unknown> {
  return new Promise((resolve, reject) => {
    instance.giveUp = reject;
    (promise as Promise<unknown>).then(resolve, reject);
  });
}

/** Makes the function that gives back the blocks of a call; absent if the call never holds any. */
function heldBy({ holds, release }: CallParts): CallParts["release"] | undefined {
  return holds ? release : undefined;
}
