import type { CoreArgument } from "../abi/block_source.ts";
import type { ParameterPlan, PlanParts, ResultPlan } from "../abi/plan_parts.ts";
import { fits32 } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import { isWide } from "../memory/text/common.ts";
import { slicedParameters } from "../plan/plan_call.ts";

/** Returns the problems of parts of a plan that no step can carry out. */
export function stepProblems(plan: PlanParts, address64: boolean): string[] {
  const { export: symbol, parameters, result, area } = plan;
  return [
    ...parameters.map((parameter, index) =>
      referenceProblem(parameter, `pass argument ${index} to ${quote(symbol)}`)
    ),
    referenceProblem(result, `lift the result of ${quote(symbol)}`),
    ...[...slicedParameters(result)].map((argument) => sliceProblem(argument, plan)),
    ...(area?.holds ?? []).map((coreArgument, index) =>
      wordProblem(coreArgument, index, plan, address64)
    ),
  ].filter((problem) => problem !== undefined);
}

/** Describes why a reference cannot be bytes or an array: they would not be copied or checked. */
function referenceProblem(part: ParameterPlan | ResultPlan, action: string): string | undefined {
  if (part.kind !== "reference" || part.content !== "bytes") return undefined;
  return `Cannot ${action}: it is declared as bytes or an array, but is passed as a reference, ` +
    'expected "string", or "externref" for any value as it is';
}

/**
 * Describes why a result cannot be a part of an argument: the guest's indices would not be those of
 * the string.
 */
function sliceProblem(
  index: number,
  { export: symbol, parameters }: PlanParts,
): string | undefined {
  const parameter: ParameterPlan | undefined = parameters[index];
  const encoding = parameter?.kind === "text" && parameter.content === "string"
    ? parameter.encoding
    : undefined;
  if (encoding !== undefined && (isWide(encoding) || encoding === "latin1")) return undefined;
  return `Cannot take slices of argument ${index} of ${quote(symbol)}: it is ` +
    `${encoding === undefined ? "no text in memory" : `text in ${encoding}`}, expected text in ` +
    "utf-16 or latin1";
}

/** Describes why a word cannot hold a core argument: a float, or 64 bits if pointers have 32. */
function wordProblem(
  coreArgument: CoreArgument,
  index: number,
  { export: symbol, parameters }: PlanParts,
  address64: boolean,
): string | undefined {
  const isPacked = typeof coreArgument === "object" && "text" in coreArgument &&
    coreArgument.as.startsWith("packed");
  const parameter = typeof coreArgument === "object" && "parameter" in coreArgument
    ? parameters[coreArgument.parameter]
    : undefined;
  const type = parameter?.kind === "number" ? parameter.type : undefined;
  const isWide = type !== undefined && /64$/.test(type) || isPacked;
  const isTooGreat = typeof coreArgument === "number" && !address64 && !fits32(coreArgument);
  if (type !== "f32" && type !== "f64" && !(isWide && !address64) && !isTooGreat) return undefined;
  return `Cannot put ${
    isTooGreat ? coreArgument : type ?? "a packed pointer"
  } into word ${index} of the ` +
    `area of ${quote(symbol)}: a word is an integer of ${address64 ? 64 : 32} bits`;
}
