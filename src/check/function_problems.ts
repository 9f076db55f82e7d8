import type { PlanParts } from "../abi/plan_parts.ts";
import { quote } from "../base/show.ts";
import { inTable } from "../call/on_demand.ts";
import { missingTable } from "../instance/exports.ts";
import type { Instance } from "../instance/instance.ts";
import type { ResolveContext } from "../plan/context.ts";

/** Plans the functions that a symbol takes, and returns why the guest cannot call one of them. */
export function functionProblems(
  plan: PlanParts,
  context: ResolveContext,
  instance: Instance,
): string[] {
  if (!plan.parameters.some(({ kind }) => kind === "function")) return [];
  const problem = inTable.loaded === undefined
    ? missingTable(`pass a function to ${quote(plan.export)}`)
    : inTable.loaded.settle(plan, instance, context);
  return problem === undefined ? [] : [problem.message];
}
