import type { ParameterRecipe, Recipe } from "../../abi/recipe.ts";
import type { Realm } from "../../instance/realm.ts";
import { settlePlace } from "./choice.ts";
import { classesOf } from "./classes.ts";
import { compileContents, compileReadString } from "./contents.ts";
import { arrayStore, stringsStore } from "./store.ts";
import type { ManagedEngine } from "./types.ts";

function settle(recipe: Recipe, realm: Realm): Recipe {
  const { parameters } = recipe;
  const isOpen = ({ kind, ...rest }: ParameterRecipe) =>
    kind === "text" && "place" in rest && rest.place.kind === "managedArray";
  if (!parameters.some(isOpen)) return recipe;
  return {
    ...recipe,
    parameters: parameters.map((parameter) => {
      if (parameter.kind !== "text" || parameter.place.kind !== "managedArray") return parameter;
      const { place, content } = parameter;
      if (content === "string") return parameter;
      return { ...parameter, place: settlePlace(place, content, realm, recipe.export) };
    }),
  };
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
