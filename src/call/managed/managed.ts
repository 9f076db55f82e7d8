import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { allOf, Problem } from "../../base/errors.ts";
import type { Instance } from "../../instance/instance.ts";
import { chooseClass, settlePlace } from "./choice.ts";
import { classesOf } from "./classes.ts";
import { compileContents, compileReadString } from "./contents.ts";
import { bindArray, bindStrings } from "./bind_array.ts";
import type { ManagedEngine } from "./types.ts";

function settle(plan: PlanParts, instance: Instance): PlanParts | Problem {
  const { parameters } = plan;
  const isOpen = (parameter: ParameterPlan) =>
    "place" in parameter && parameter.place.kind === "managedArray";
  if (!parameters.some(isOpen)) return plan;
  const settled = allOf(
    parameters.map((parameter) => settleParameter(parameter, instance, plan.export)),
  );
  return settled instanceof Problem ? settled : { ...plan, parameters: settled };
}

function settleParameter(
  parameter: ParameterPlan,
  instance: Instance,
  symbol: string,
): ParameterPlan | Problem {
  if (!("place" in parameter) || parameter.place.kind !== "managedArray") return parameter;
  const { kind, place } = parameter;
  if (kind === "strings") {
    // The class is chosen when the parameter is bound; this only checks that there is one.
    const chosen = chooseClass(place, "strings", instance, symbol);
    return chosen instanceof Problem ? chosen : parameter;
  }
  const { content } = parameter;
  if (content === "string") return parameter;
  const settled = settlePlace(place, content, instance, symbol);
  return settled instanceof Problem ? settled : { ...parameter, place: settled };
}

/** The code that is loaded for the guests of AssemblyScript. */
export const engine: ManagedEngine = {
  settle,
  settlePlace,
  bindArray,
  bindStrings,
  compileContents,
  compileReadString,
  classNameOf: (instance, id) => classesOf(instance).all?.[id]?.name,
};
