import type { HostRecipe } from "../conventions/host_recipe.ts";
import { answerLater, answerNow, lowerAnswer } from "./host_answer.ts";
import { compileDirectHostCall } from "./host_direct.ts";
import { compileHostSteps, HostFrame } from "./host_steps.ts";
import { whenOften } from "./often.ts";
import type { CoreFunction, Realm } from "./realm.ts";

/** What knows the instance that imports a host function, as soon as there is one. */
export interface Home {
  readonly realm: Realm | undefined;
}

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
  const make = () =>
    compileDirectHostCall({
      recipe,
      callback,
      realm,
      steps,
      slow,
      answer: (value, args) => lowerAnswer(value, new HostFrame(args), steps, realm),
    });
  return whenOften(slow, make, replace);
}
