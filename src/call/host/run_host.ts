import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { isPromise, silence } from "../../base/promises.ts";
import { quote } from "../../base/show.ts";
import { checkCallable } from "../../instance/callable.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";
import type { HostRecipe } from "../../plan/host_plan.ts";
import type { Stores } from "../blocks/store.ts";
import { HostFrame, type HostRuns, type LowerAnswer } from "./host_parts.ts";
import { compileArguments, compileGiveBack, liftAll } from "./lift_arguments.ts";
import { compileAnswer, takesPromise } from "./lower_answer.ts";

/**
 * Compiles the run forms of a host function's parts.
 *
 * @param realm The instance; without one, nothing that needs its memory can be passed.
 * @param stores Where the block of the answer comes from, if it takes one.
 */
export function compileRuns(
  recipe: HostRecipe,
  callback: CoreFunction,
  realm: Realm | undefined,
  stores: Stores,
): HostRuns {
  const lifts = compileArguments(recipe, realm);
  const giveBack = compileGiveBack(lifts);
  const call: FrameValue<unknown> = giveBack === undefined
    ? compileApply(callback, lifts.map(({ lift }) => lift))
    : (frame) => callback(...liftAll(frame, lifts, giveBack));
  return { recipe, callback, lifts, giveBack, call, lower: compileAnswer(recipe, realm, stores) };
}

/** A call of `fn` with what `picks` give; a spread costs more than the call. */
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

// What the host throws is noted, so that it is not taken for a trap of the guest, whatever it is; what
// the guest threw when it was asked for memory is the guest's. A store notes it: a call could throw.

/** The run form of a host function: it calls back and lowers what that returns. */
export function runNow(runs: HostRuns, realm: Realm | undefined): CoreFunction {
  const { recipe: { name }, call } = runs;
  const finish = compileFinish(runs, realm);
  return (...args) => {
    const frame = new HostFrame(args);
    const before = realm === undefined ? 0 : realm.hostDepth++;
    try {
      checkCallable(realm, "call", name);
      return finish(frame, call(frame));
    } catch (error) {
      if (!frame.inside && realm !== undefined) realm.thrown = error;
      throw error;
    } finally {
      if (realm !== undefined) realm.hostDepth = before;
    }
  };
}

/** Compiles lowering an answer, unless it is a promise or the guest has ended. */
export function compileFinish(
  { recipe, lower }: HostRuns,
  realm: Realm | undefined,
): LowerAnswer {
  const { name } = recipe;
  const takesAny = takesPromise(recipe);
  return (frame, value) => {
    if (!takesAny && isPromise(value)) {
      silence(value);
      throw promiseError(name);
    }
    checkCallable(realm, "return from", name);
    return lower(frame, value);
  };
}

function promiseError(name: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot return a promise from import ${quote(name)}: expected a host function declared with ` +
      "async: true, and a symbol with async: true to call the guest by",
  );
}

/**
 * The run form of an asynchronous host function: it calls back and lowers what its promise gives. The
 * engine suspends the guest until it settles.
 */
export function runLater(runs: HostRuns, realm: Realm | undefined): CoreFunction {
  const { recipe: { name }, call } = runs;
  return (...args) => {
    const frame = new HostFrame(args);
    const before = realm === undefined ? 0 : realm.hostDepth++;
    try {
      checkCallable(realm, "call", name);
      return settle(call(frame), frame, runs, realm);
    } catch (error) {
      if (!frame.inside && realm !== undefined) realm.thrown = error;
      throw error;
    } finally {
      if (realm !== undefined) realm.hostDepth = before;
    }
  };
}

async function settle(
  promise: unknown,
  frame: Frame,
  { recipe: { name }, lower }: HostRuns,
  realm: Realm | undefined,
): Promise<CoreValue> {
  try {
    const value = await promise;
    checkCallable(realm, "return from", name);
    return lower(frame, value);
  } catch (error) {
    if (!frame.inside && realm !== undefined) realm.thrown = error;
    throw error;
  }
}
