import type { Place } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { OwnConvention } from "../abi/custom.ts";
import type { HostParameter } from "../abi/host_declaration.ts";
import type { GuestError } from "../base/errors.ts";
import { bindError, chooseHostLayout, hostConvention } from "./host_layout.ts";
import { resolveHostParameter, resolveHostResult, resolveReturned } from "./host_parts.ts";
import type { HostImport, HostRecipe } from "./host_plan.ts";

/**
 * Works out how an import with declared parameters is answered.
 *
 * @throws {GuestError} if the declaration is not what the import's type can carry.
 */
export function resolveHostRecipe(
  item: HostImport,
  given: Convention | OwnConvention | GuestError,
): HostRecipe {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(declaration.result, convention);
  const place: Place = returned.kind === "text" ? returned.place : { kind: "reference" };
  const layout = chooseHostLayout(item, convention, place);
  return {
    name,
    arity: layout.slots.length,
    parameters: declaration.parameters.map((parameter: HostParameter, index) => {
      const recipe = resolveHostParameter(parameter, index, layout.slots, convention);
      if (recipe !== undefined) return recipe;
      throw bindError(item, `its arguments have no place for parameter ${index}`);
    }),
    result: resolveHostResult(item, returned, layout, convention),
    type,
  };
}
