import type { CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { TYPED_ARRAYS } from "../../base/numeric_types.ts";
import { isPromise, silence } from "../../base/promises.ts";
import { quote, show } from "../../base/show.ts";
import { classOf } from "../../base/view.ts";
import { checkCallable, type Realm } from "../../instance/realm.ts";
import type { HostRecipe, HostTextRecipe } from "../../plan/host_plan.ts";
import { compileLowerNumber } from "../lower.ts";
import type { HostFrame, HostSteps, LowerReturn } from "./host_steps.ts";
import { compileFill, compilePlace } from "./place.ts";

// What the host throws is noted, so that it is not taken for a trap of the guest, whatever it is; what
// the guest threw when it was asked for memory is the guest's. A store notes it: a call could throw.

/** Calls back and lowers what that returns. */
export function answerNow(
  frame: HostFrame,
  steps: HostSteps,
  realm: Realm | undefined,
): CoreValue {
  const before = realm === undefined ? 0 : realm.hostDepth++;
  try {
    checkCallable(realm, "call", steps.name);
    return lower(steps.call(frame), frame, steps, realm);
  } catch (error) {
    if (!frame.inside && realm !== undefined) realm.thrown = error;
    throw error;
  } finally {
    if (realm !== undefined) realm.hostDepth = before;
  }
}

/** Lowers what a callback has returned. */
export function lowerAnswer(
  value: unknown,
  frame: HostFrame,
  steps: HostSteps,
  realm: Realm,
): CoreValue {
  try {
    return lower(value, frame, steps, realm);
  } catch (error) {
    if (!frame.inside) realm.thrown = error;
    throw error;
  }
}

/** Calls back and lowers what its promise gives: the engine suspends the guest until it settles. */
export function answerLater(
  frame: HostFrame,
  steps: HostSteps,
  realm: Realm | undefined,
): Promise<CoreValue> {
  const before = realm === undefined ? 0 : realm.hostDepth++;
  try {
    checkCallable(realm, "call", steps.name);
    return settle(steps.call(frame), frame, steps, realm);
  } catch (error) {
    if (!frame.inside && realm !== undefined) realm.thrown = error;
    throw error;
  } finally {
    if (realm !== undefined) realm.hostDepth = before;
  }
}

async function settle(
  promise: unknown,
  frame: HostFrame,
  { name, lower }: HostSteps,
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

function lower(
  value: unknown,
  frame: HostFrame,
  { lower, name, takesPromise }: HostSteps,
  realm: Realm | undefined,
): CoreValue {
  if (!takesPromise && isPromise(value)) {
    silence(value);
    throw promiseError(name);
  }
  checkCallable(realm, "return from", name);
  return lower(frame, value);
}

function promiseError(name: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot return a promise from import ${quote(name)}: expected a host function declared with ` +
      "async: true, and a symbol with async: true to call the guest by",
  );
}

/**
 * Compiles what a callback returned into core results.
 *
 * @param needRealm The instance, or an error that says why there is none.
 */
export function compileReturn(recipe: HostRecipe, needRealm: () => Realm): LowerReturn {
  const { name, result, type } = recipe;
  const action = `return a value from import ${quote(name)}`;
  switch (result.kind) {
    case "void":
      return () => undefined;
    case "number": {
      const lower = compileLowerNumber(result.type, type?.results[0], action);
      return (_frame, value) => lower(value);
    }
    case "reference": {
      const { content, nullable } = result;
      if (content === "any") return (_frame, value) => value;
      return (_frame, value) => {
        if (typeof value === "string" || (value === null && nullable)) return value;
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      };
    }
    case "text": {
      const { target } = result;
      const lower = target.kind === "output"
        ? compileFill(result, target, recipe, needRealm())
        : compilePlace(result, target, recipe, needRealm());
      const { is, expected } = expectation(result);
      return (frame, value) => {
        if (is(value)) return lower(frame, value);
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
      };
    }
  }
}

/** What a callback has to return for text, bytes or an array. */
function expectation(
  { content, nullable }: HostTextRecipe,
): { is: (value: unknown) => boolean; expected: string } {
  if (content === "string") {
    return nullable
      ? { is: (value) => typeof value === "string" || value === null, expected: "a string or null" }
      : { is: (value) => typeof value === "string", expected: "a string" };
  }
  const { name } = content === "bytes" ? Uint8Array : TYPED_ARRAYS[content.element];
  return {
    is: (value) => classOf(value) === name || (nullable === true && value === null),
    expected: `a ${name}${nullable ? " or null" : ""}`,
  };
}
