import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { GuestError } from "../../base/errors.ts";
import { quote, show } from "../../base/show.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Home } from "../../instance/home.ts";
import type { KnownForm } from "../../instance/known_form.ts";
import { type Realm, unbornError } from "../../instance/realm.ts";
import type { HostParameterRecipe, HostRecipe } from "../../plan/host_plan.ts";
import { payOwed } from "../blocks/release.ts";
import { type Lift, noteRest } from "../lift.ts";
import { liftNumber } from "../lower.ts";
import { compileText } from "../text_result.ts";
import { whenOften } from "../when_often.ts";
import { answerLater, answerNow, compileReturn, lowerAnswer } from "./answer.ts";
import { compileDirectHostCall } from "./direct.ts";
import { HostFrame, type HostSteps } from "./host_steps.ts";

/** Compiles an import that gets lifted arguments, and whose answer is lowered. */
export function compileHostCall(
  recipe: HostRecipe,
  callback: (...args: never[]) => unknown,
  isAsync: boolean,
  home: Home,
): CoreFunction {
  let call: CoreFunction = (...args) => {
    const { realm } = home;
    const keep = (made: CoreFunction) => call = made;
    const compiled = compileKnown(recipe, callback as CoreFunction, isAsync, realm, keep);
    // A start function runs before there is an instance to know; nothing made for it is kept.
    if (realm !== undefined) call = compiled;
    return compiled(...args);
  };
  // The arities that imports have in practice get a closure each: an array costs more than the call.
  switch (recipe.arity) {
    case 0:
      return () => call();
    case 1:
      return (a) => call(a);
    case 2:
      return (a, b) => call(a, b);
    case 3:
      return (a, b, c) => call(a, b, c);
    case 4:
      return (a, b, c, d) => call(a, b, c, d);
    default:
      return (...args) => call(...args);
  }
}

/** Compiles the calls of one instance; `replace` is given a faster form where they are many. */
function compileKnown(
  recipe: HostRecipe,
  callback: CoreFunction,
  isAsync: boolean,
  realm: Realm | undefined,
  replace: (made: CoreFunction) => void,
): CoreFunction {
  const steps = compileHostSteps(recipe, callback, realm);
  const answer = isAsync ? answerLater : answerNow;
  const slow: CoreFunction = (...args) => answer(new HostFrame(args), steps, realm);
  if (isAsync || realm === undefined) return slow;
  const make = (known?: KnownForm) =>
    compileDirectHostCall({
      recipe,
      callback,
      realm,
      steps,
      slow,
      answer: (value, args) => lowerAnswer(value, new HostFrame(args), steps, realm),
    }, known);
  return whenOften(slow, make, replace, realm.knownForm(`import ${recipe.name}`));
}

/**
 * Compiles the steps of an import.
 *
 * @param realm The instance; without one, nothing that needs its memory can be passed.
 */
export function compileHostSteps(
  recipe: HostRecipe,
  callback: (...args: never[]) => unknown,
  realm: Realm | undefined,
): HostSteps {
  const { name, parameters, result } = recipe;
  const isPart = parameters.filter(({ kind }) => kind === "text").length > 1;
  const lifts = parameters.map((parameter, block) =>
    compileArgument(parameter, block, recipe, realm, isPart)
  );
  const frees = lifts.some(({ releaseResult }) => releaseResult !== undefined);
  const picks = lifts.map(({ lift }) => lift);
  const call = callback as CoreFunction;
  return {
    name,
    call: frees ? (frame) => call(...liftAndRelease(frame, lifts)) : compileApply(call, picks),
    lower: compileReturn(recipe, () => needRealm(realm, name)),
    takesPromise: result.kind === "reference" && result.content === "any",
  };
}

/** A lifted argument, and how its block is given back if the host owns it. */
type Argument = Pick<Lift, "lift" | "note" | "releaseResult">;

function compileArgument(
  parameter: HostParameterRecipe,
  block: number,
  { name, parameters: { length } }: HostRecipe,
  realm: Realm | undefined,
  isPart: boolean,
): Argument {
  switch (parameter.kind) {
    case "number": {
      const { type, at } = parameter;
      return { lift: (frame) => liftNumber(type, argumentsOf(frame)[at] as number | bigint) };
    }
    case "reference":
      return { lift: compileReference(parameter, block, name) };
    case "text": {
      const known = needRealm(realm, name);
      const word = known.address64 ? 8 : 4;
      const { lift, note, release } = compileText(parameter, {
        realm: known,
        layout: { area: length, output: length, word, symbol: name },
        symbol: name,
        subject: `argument ${block} of import ${quote(name)}`,
        block,
        shared: true,
        isPart,
        holder: () => undefined,
      });
      return { lift, note, releaseResult: release };
    }
  }
}

function compileReference(
  { content, nullable, at }: HostParameterRecipe & { kind: "reference" },
  index: number,
  name: string,
): FrameValue {
  if (content === "any") return (frame) => argumentsOf(frame)[at];
  return (frame) => {
    const value = argumentsOf(frame)[at];
    if (typeof value === "string" || (value === null && nullable)) return value;
    throw new GuestError(
      value === null ? "null-pointer" : "invalid-text",
      `Cannot lift argument ${index} of import ${quote(name)}: it is ${
        show(value)
      }, expected a string`,
      { export: name },
    );
  };
}

/** A call of `fn` with what `picks` give; a spread costs more than the call. */
function compileApply(fn: CoreFunction, picks: readonly FrameValue[]): FrameValue {
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

/** Lifts all arguments and frees those that the host owns, also where one can not be lifted. */
function liftAndRelease(frame: Frame, lifts: readonly Argument[]): unknown[] {
  let tried = 0;
  try {
    const values: unknown[] = [];
    while (tried < lifts.length) values.push(lifts[tried++]!.lift(frame));
    return values;
  } finally {
    // After a trap nothing of the guest is called.
    if (!frame.inside) {
      noteRest(frame, lifts.slice(tried));
      for (const { releaseResult } of lifts) releaseResult?.(frame);
      payOwed(frame);
    }
  }
}

/** The core arguments of the import. */
function argumentsOf(frame: Frame): CoreValue[] {
  return frame.result as CoreValue[];
}

function needRealm(realm: Realm | undefined, name: string): Realm {
  if (realm === undefined) throw unbornError(name);
  return realm;
}
