import type { Slot } from "../abi/block_source.ts";
import type { ParameterRecipe, Recipe } from "../abi/recipe.ts";
import { fits32 } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import { slicedParameters } from "../plan/plan_call.ts";

/** What no step of a call can do that a declaration asks for. */
export function stepProblems(recipe: Recipe, address64: boolean): string[] {
  const { result, area } = recipe;
  return [
    ...[...slicedParameters(result)].map((argument) => sliceProblem(argument, recipe)),
    ...(area?.holds ?? []).map((slot, index) => wordProblem(slot, index, recipe, address64)),
  ].filter((problem) => problem !== undefined);
}

/** Why a result can take no parts of an argument: the guest's indices would not be those of a string. */
function sliceProblem(index: number, { export: symbol, parameters }: Recipe): string | undefined {
  const parameter: ParameterRecipe | undefined = parameters[index];
  const encoding = parameter?.kind === "text" && parameter.content === "string"
    ? parameter.encoding
    : undefined;
  if (encoding === "utf-16" || encoding === "latin1") return undefined;
  return `Cannot take slices of argument ${index} of ${quote(symbol)}: it is ` +
    `${encoding === undefined ? "no text in memory" : `text in ${encoding}`}, expected text in ` +
    "utf-16 or latin1";
}

/** Why a word cannot hold something: floats, and 64 bits where pointers have 32. */
function wordProblem(
  slot: Slot,
  index: number,
  { export: symbol, parameters }: Recipe,
  address64: boolean,
): string | undefined {
  const isPacked = typeof slot === "object" && "text" in slot && slot.as.startsWith("packed");
  const parameter = typeof slot === "object" && "parameter" in slot
    ? parameters[slot.parameter]
    : undefined;
  const type = parameter?.kind === "number" ? parameter.type : undefined;
  const isWide = type !== undefined && /64$/.test(type) || isPacked;
  const isTooGreat = typeof slot === "number" && !address64 && !fits32(slot);
  if (type !== "f32" && type !== "f64" && !(isWide && !address64) && !isTooGreat) return undefined;
  return `Cannot put ${isTooGreat ? slot : type ?? "a packed pointer"} into word ${index} of the ` +
    `area of ${quote(symbol)}: a word is an integer of ${address64 ? 64 : 32} bits`;
}
