import type { ParameterRecipe, Recipe } from "../../abi/recipe.ts";
import { allOf, Problem } from "../../base/errors.ts";
import type { Realm } from "../../instance/realm.ts";
import { chooseClass, settlePlace } from "./choice.ts";
import { classesOf } from "./classes.ts";
import { compileContents, compileReadString } from "./contents.ts";
import { arrayStore, stringsStore } from "./store.ts";
import type { ManagedEngine } from "./types.ts";

function settle(recipe: Recipe, realm: Realm): Recipe | Problem {
  const { parameters } = recipe;
  const isOpen = (parameter: ParameterRecipe) =>
    "place" in parameter && parameter.place.kind === "managedArray";
  if (!parameters.some(isOpen)) return recipe;
  const settled = allOf(
    parameters.map((parameter) => settleParameter(parameter, realm, recipe.export)),
  );
  return settled instanceof Problem ? settled : { ...recipe, parameters: settled };
}

function settleParameter(
  parameter: ParameterRecipe,
  realm: Realm,
  symbol: string,
): ParameterRecipe | Problem {
  if (!("place" in parameter) || parameter.place.kind !== "managedArray") return parameter;
  const { kind, place } = parameter;
  if (kind === "strings") {
    // Its store chooses the class: here it is only found out whether there is one.
    const chosen = chooseClass(place, "strings", realm, symbol);
    return chosen instanceof Problem ? chosen : parameter;
  }
  const { content } = parameter;
  if (content === "string") return parameter;
  const settled = settlePlace(place, content, realm, symbol);
  return settled instanceof Problem ? settled : { ...parameter, place: settled };
}

/** What is loaded for the guests of AssemblyScript. */
export const engine: ManagedEngine = {
  settle,
  settlePlace,
  arrayStore,
  stringsStore,
  compileContents,
  compileReadString,
  classNameOf: (realm, id) => classesOf(realm).all?.[id]?.name,
};
