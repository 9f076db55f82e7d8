import type { Place } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { OwnConvention } from "../abi/custom.ts";
import type { HostParameter } from "../abi/host_declaration.ts";
import { allOf, Problem } from "../base/errors.ts";
import { chooseHostLayout, hostConvention, misfit } from "./host_layout.ts";
import { resolveHostParameter, resolveHostResult, resolveReturned } from "./host_parts.ts";
import type { HostImport, HostRecipe } from "./host_plan.ts";
import { isText } from "./layouts.ts";

/**
 * Works out how an import with declared parameters is answered; a problem if the declaration is not
 * what the import's type can carry.
 */
export function resolveHostRecipe(
  item: HostImport,
  given: Convention | OwnConvention | Problem,
): HostRecipe | Problem {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(declaration.result, convention);
  if (returned instanceof Problem) return returned;
  const place: Place = returned.kind === "text" ? returned.place : { kind: "reference" };
  const layout = chooseHostLayout(item, convention, place);
  if (layout instanceof Problem) return layout;
  const { slots } = layout;
  const parameters = allOf(declaration.parameters.map((parameter: HostParameter, index) => {
    const found = resolveHostParameter(parameter, index, slots, convention);
    if (found !== undefined) return found;
    const slot = isText(parameter, convention)
      ? `{ text: ${index}, as: "pointer" }`
      : `{ parameter: ${index} }`;
    const missing = `its arguments have no place for parameter ${index}`;
    return misfit(item, "arguments", missing, `${slot} among them`);
  }));
  if (parameters instanceof Problem) return parameters;
  const result = resolveHostResult(item, returned, layout, convention);
  return result instanceof Problem ? result : {
    name,
    arity: slots.length,
    parameters,
    result,
    type,
  };
}
