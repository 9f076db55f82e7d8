import type { Plan, Step } from "../abi/plan.ts";
import type { PlanParts, ResultPlan } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import { quote } from "../base/show.ts";
import type { ResolveContext } from "./context.ts";
import { partsOf } from "./plan_blocks.ts";

/**
 * The check of calls with several blocks in the guest's buffers, which only declared calls have.
 */
export const sharedBuffers = new OnDemand(() => import("./shared_buffers.ts"));

/**
 * Plans the steps of a call, or returns a problem if the guest has no stack for its blocks.
 *
 * @param plan The parts of the plan.
 * @param context The guest.
 * @param waits Whether the call waits for promises.
 */
export function planCall(
  plan: PlanParts,
  { hasStack }: Pick<ResolveContext, "hasStack">,
  waits = false,
): Plan | Problem {
  const { parameters, result, status, area, output } = plan;
  const kept = slicedParameters(result);
  const usesStack = [...parameters, area, output].some((part) =>
    part !== undefined && "place" in part && part.place.kind === "stack"
  );
  if (usesStack && !hasStack) return noStack(plan.export);
  const order = parameters.length > 1 ? orderOf(parameters) : parameters.keys();
  const steps: Step[] = Array.from(order, (argument) => ({
    step: "lower",
    argument,
    keeps: kept.has(argument),
  }));
  const expects = parameters.some((part) => part.kind === "text" && part.byteLength !== undefined);
  if (expects || area !== undefined || output !== undefined) steps.push({ step: "prepare" });
  steps.push({ step: "call" });
  // If the result itself is the status, only the check shows whether it is a block.
  const isClaimedFirst = status?.value !== "result";
  if (isClaimedFirst) steps.push({ step: "claim" });
  if (status !== undefined) steps.push({ step: "check status" });
  if (!isClaimedFirst) steps.push({ step: "claim" });
  // The result can be an object that was made for an argument, so it is pinned again.
  if (result.kind === "managed") steps.push({ step: "release" }, { step: "lift" });
  else steps.push({ step: "lift" }, { step: "release" });
  if (usesStack) steps.push({ step: "restore stack" });
  return { ...plan, steps, usesStack, waits };
}

/**
 * Returns the parameters in order, after those whose numbers are needed for the blocks of others.
 */
function orderOf(parameters: PlanParts["parameters"]): Iterable<number> {
  const blocks = parameters.flatMap((part) => "place" in part ? [part.place, part.free] : []);
  // Quotation marks within names are escaped, so they cannot match.
  const found = JSON.stringify(blocks).matchAll(/"parameter":(\d+)/g);
  return new Set([...Array.from(found, ([, index]) => Number(index)), ...parameters.keys()]);
}

/** Makes the problem that the guest's stack pointer cannot be set from outside. */
export function noStack(symbol: string): Problem {
  return new Problem({
    code: "no-convention",
    part: "place",
    cannot: `Cannot put a block on the stack for ${quote(symbol)}`,
    found: 'the guest exports neither "__stack_pointer" nor a function that moves it',
    expected: 'an "areaPlace" elsewhere',
    export: symbol,
  });
}

/** Returns the parameters to which slices of the result refer. */
export function slicedParameters(result: ResultPlan): ReadonlySet<number> {
  if (result.kind === "slice") return new Set([result.parameter]);
  return new Set(partsOf(result).flatMap((part) => [...slicedParameters(part)]));
}
