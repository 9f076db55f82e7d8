import type { Plan, Step } from "../abi/plan.ts";
import type { Recipe, ResultRecipe } from "../abi/recipe.ts";

/** Lays out the steps of a call. */
export function planCall(recipe: Recipe): Plan {
  const { parameters, result, status, area, output } = recipe;
  const kept = slicedParameters(result);
  const usesStack = [...parameters, area, output].some((part) =>
    part !== undefined && "place" in part && part.place.kind === "stack"
  );
  const steps: Step[] = parameters.map((_, argument) => ({
    step: "lower",
    argument,
    keeps: kept.has(argument),
  }));
  steps.push({ step: "prepare" }, { step: "call" });
  // What reports a failure itself is no block before it is known that there was none.
  const isClaimedFirst = status?.value !== "result";
  if (isClaimedFirst) steps.push({ step: "claim" });
  if (status !== undefined) steps.push({ step: "check status" });
  if (!isClaimedFirst) steps.push({ step: "claim" });
  steps.push({ step: "lift" }, { step: "release" });
  if (usesStack) steps.push({ step: "restore stack" });
  return { export: recipe.export, steps, recipe, usesStack };
}

/** The parameters that a result takes parts of. */
export function slicedParameters(result: ResultRecipe): ReadonlySet<number> {
  switch (result.kind) {
    case "slice":
      return new Set([result.parameter]);
    case "cursor":
    case "elements":
      return slicedParameters(result.item);
    case "record":
      return new Set(result.fields.flatMap(([, field]) => [...slicedParameters(field)]));
    default:
      return new Set();
  }
}
