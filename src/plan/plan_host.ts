import type { BlockSource } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { HostParameter } from "../abi/host_declaration.ts";
import { allOf, Problem } from "../base/errors.ts";
import { flattenHost, hostConvention, importLabel, misfit } from "./flatten_host.ts";
import { resolveHostParameter, resolveHostResult, resolveReturned } from "./host_parts.ts";
import type { HostImport, HostPlan } from "./host_plan.ts";
import { isText } from "./flatten.ts";

/**
 * Plans the answer of an import with declared parameters, or returns a problem if the import's type
 * cannot carry the declaration.
 */
export function planHost(
  item: HostImport,
  given: Convention | CustomConvention | Problem,
): HostPlan | Problem {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(declaration.result, convention);
  if (returned instanceof Problem) return returned;
  const place: BlockSource = returned.kind === "text" ? returned.place : { kind: "reference" };
  const flattening = flattenHost(item, convention, place);
  if (flattening instanceof Problem) return flattening;
  const { coreArguments } = flattening;
  const parameters = allOf(declaration.parameters.map((parameter: HostParameter, index) => {
    const found = resolveHostParameter(parameter, index, coreArguments, convention);
    if (found !== undefined) return found;
    const coreArgument = isText(parameter, convention)
      ? `{ text: ${index}, as: "pointer" }`
      : `{ parameter: ${index} }`;
    const missing = `its arguments have no place for parameter ${index}`;
    return misfit(item, "arguments", missing, `${coreArgument} among them`);
  }));
  if (parameters instanceof Problem) return parameters;
  const result = resolveHostResult(item, returned, flattening, convention);
  return result instanceof Problem ? result : {
    name,
    label: item.label ?? importLabel(name),
    arity: coreArguments.length,
    parameters,
    result,
    type,
  };
}
