import { ALLOCATORS, C_STRINGS } from "./_allocator_recipes.ts";
import type { Recipe } from "./_recipe.ts";
import { RESULTS } from "./_result_recipes.ts";
import { ASSEMBLYSCRIPT, TOOLCHAINS, WAT } from "./_toolchain_recipes.ts";

/** Every guest with an allocator, and the recipes that drive it. */
export const RECIPES: readonly Recipe[] = [
  ...RESULTS,
  ...ALLOCATORS,
  ...C_STRINGS,
  ...TOOLCHAINS,
  ...WAT,
  ...ASSEMBLYSCRIPT,
];
