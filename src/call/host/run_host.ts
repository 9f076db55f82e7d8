import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { isPromise, silence } from "../../base/show.ts";
import { checkCallable, thrownInto } from "../../instance/import_refusal.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import { valueLimits } from "../on_demand.ts";
import { HostFrame, type HostRuns, type LowerResult } from "./host_parts.ts";
import { compileArguments, compileGiveBack, liftAll } from "./lift_arguments.ts";
import { compileLowerResult, takesPromise } from "./lower_result.ts";

/**
 * Compiles the run forms of a host function's parts.
 *
 * @param instance The instance; without one, no data that needs its memory can be passed.
 * @param sources The source of the result's block, if it takes one.
 */
export function compileRuns(
  hostPlan: HostPlan,
  given: CoreFunction,
  instance: Instance | undefined,
  sources: BoundSources,
): HostRuns {
  const callback = valueLimits.loaded?.limitHost(hostPlan, instance, given) ?? given;
  const lifts = compileArguments(hostPlan, instance);
  const giveBack = compileGiveBack(lifts);
  const call: FrameValue<unknown> = giveBack === undefined
    ? compileApply(callback, lifts.map(({ lift }) => lift))
    : (frame) => callback(...liftAll(frame, lifts, giveBack));
  return {
    hostPlan,
    callback,
    lifts,
    giveBack,
    call,
    lower: compileLowerResult(hostPlan, instance, sources),
  };
}

/** Calls `fn` with the results of `picks`; a spread costs more than the call. */
function compileApply(
  fn: CoreFunction,
  picks: readonly FrameValue<unknown>[],
): FrameValue<unknown> {
  const [a, b, c] = picks as [FrameValue, FrameValue, FrameValue];
  switch (picks.length) {
    case 0:
      return () => fn();
    case 1:
      return (frame) => fn(a(frame));
    case 2:
      return (frame) => fn(a(frame), b(frame));
    case 3:
      return (frame) => fn(a(frame), b(frame), c(frame));
    default:
      return (frame) => fn(...picks.map((pick) => pick(frame)));
  }
}

// The host's own error is recorded, so that it is not treated as a trap of the guest. An error that
// the guest threw when it was asked for memory is the guest's; only a block source can cause one.

/**
 * Makes the run form of a host function: it calls back and lowers the result. The engine suspends
 * the guest until the promise of an asynchronous one settles.
 */
export function compileRun(
  runs: HostRuns,
  instance: Instance | undefined,
  isAsync: boolean,
): CoreFunction {
  const { hostPlan: { name, label }, call } = runs;
  const finish = isAsync ? compileSettle(runs, instance) : compileFinish(runs, instance);
  return (...args) => {
    const frame = new HostFrame(args);
    const before = instance === undefined ? 0 : instance.hostDepth++;
    try {
      checkCallable(instance, "call", name, label);
      return finish(frame, call(frame)) as CoreValue;
    } catch (error) {
      if (!frame.inside && instance !== undefined) instance.thrown = error;
      throw instance?.refusal === undefined ? error : thrownInto(error);
    } finally {
      if (instance !== undefined) instance.hostDepth = before;
    }
  };
}

/** Compiles lowering a result, unless it is a promise or the guest has ended. */
export function compileFinish(
  { hostPlan, lower }: HostRuns,
  instance: Instance | undefined,
): LowerResult {
  const { name, label } = hostPlan;
  const takesAny = takesPromise(hostPlan);
  return (frame, value) => {
    if (!takesAny && isPromise(value)) {
      silence(value);
      throw promiseError(label);
    }
    checkCallable(instance, "return from", name, label);
    return lower(frame, value);
  };
}

function promiseError(label: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot return a promise from ${label}: expected a host function declared with ` +
      "async: true, and a symbol with async: true to call the guest by",
  );
}

/** Compiles lowering the value of a promise, when it settles. */
function compileSettle(
  { hostPlan: { name, label }, lower }: HostRuns,
  instance: Instance | undefined,
): (frame: Frame, promise: unknown) => Promise<CoreValue> {
  return async (frame, promise) => {
    try {
      const value = await promise;
      instance?.limiter?.returned();
      checkCallable(instance, "return from", name, label);
      return lower(frame, value);
    } catch (error) {
      if (!frame.inside && instance !== undefined) instance.thrown = error;
      throw instance?.refusal === undefined ? error : thrownInto(error);
    }
  };
}
