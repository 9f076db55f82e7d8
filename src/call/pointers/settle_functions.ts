import type { FunctionDeclaration, HostFunctionDeclaration } from "../../abi/declaration.ts";
import type { PlanParts, ResultPlan } from "../../abi/plan_parts.ts";
import type { Layout } from "../../abi/struct_layout.ts";
import { Problem } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import { findFunctionTable, missingTable } from "../../instance/function_table.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ResolveContext } from "../../plan/context.ts";
import type { HostPlan, HostResultPlan } from "../../plan/host_plan.ts";
import { partsOf } from "../../plan/plan_blocks.ts";
import { type CallbackContext, checkPointed, planCallback } from "../../plan/plan_callback.ts";
import { functionsOf } from "../../plan/structs/lay_out.ts";
import { CallbackForms } from "../host/host_forms.ts";
import type { FunctionResultPlan } from "./function_parts.ts";
import { hasForms, keepForms } from "./pointer_of.ts";

// Functions that are passed as pointers are planned when a call is declared, so that `load` refuses
// a declaration that does not fit the guest.

const NO_CONVENTION = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot pass text",
  found: "there is no convention",
});

/**
 * Plans the functions that a symbol takes and returns.
 *
 * @returns The problem of the first that cannot be called, if there is one.
 */
export function settleFunctions(
  { export: symbol, parameters, result }: PlanParts,
  instance: Instance,
  { convention = NO_CONVENTION, address64 }: ResolveContext,
): Problem | undefined {
  const context = { convention, address64, info: instance.info };
  const needTable = (action: string) => {
    const table = findFunctionTable(instance, action);
    return table instanceof Problem ? table : undefined;
  };
  let problem: Problem | undefined;
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.kind !== "function") continue;
    const { declaration } = parameter;
    const label = `the function in argument ${index} of ${quote(symbol)}`;
    problem ??= needTable(`pass a function to ${quote(symbol)}`) ??
      settleCallback(declaration, label, context);
  }
  const passed = parameters.flatMap((parameter) =>
    parameter.kind === "compound" ? functionsOf(parameter.layout) : []
  );
  for (const { declaration } of passed) {
    const label = `a function in a struct for ${quote(symbol)}`;
    problem ??= needTable(`pass a function to ${quote(symbol)}`) ??
      settleCallback(declaration, label, context);
  }
  for (const { declaration } of pointedIn(result)) {
    const label = result.kind === "function"
      ? `the function that ${quote(symbol)} returns`
      : `a function in the result of ${quote(symbol)}`;
    problem ??= needTable(`call ${label}`) ?? settlePointed(declaration, label, context);
  }
  return problem?.with({ export: symbol });
}

/**
 * Plans the functions that a host function takes and returns.
 *
 * @returns The problem of the first that cannot be called, if there is one.
 */
export function settleHostFunctions(
  { name, label, parameters, result }: HostPlan,
  context: CallbackContext,
): Problem | undefined {
  let problem: Problem | undefined;
  for (const [index, parameter] of parameters.entries()) {
    const words = `the function in argument ${index} of ${label}`;
    for (const { declaration } of pointedIn(parameter as ResultPlan)) {
      problem ??= lackOfTable(`call ${words}`, context) ??
        settlePointed(declaration, words, context);
    }
  }
  for (const declaration of returnedBy(result)) {
    const words = `the function that ${label} returns`;
    problem ??= lackOfTable(`pass ${words}`, context) ??
      settleCallback(declaration, words, context);
  }
  return problem?.with({ export: name });
}

/**
 * Plans the functions of a struct that the host reads and writes.
 *
 * @returns The problem of the first that cannot be called, if there is one.
 */
export function settleStruct(
  layout: Layout,
  label: string,
  instance: Instance,
  context: CallbackContext,
): Problem | undefined {
  let problem: Problem | undefined;
  for (const { declaration } of functionsOf(layout)) {
    const words = `a function in ${label}`;
    const table = findFunctionTable(instance, `call ${words}`);
    problem ??= (table instanceof Problem ? table : undefined) ??
      settleCallback(declaration, words, context) ?? settlePointed(declaration, words, context);
  }
  return problem;
}

/** Returns the functions of the guest in a result. */
function pointedIn(result: ResultPlan): readonly FunctionResultPlan[] {
  return result.kind === "function" ? [result] : partsOf(result).flatMap(pointedIn);
}

/** Returns the functions of the host in the result of a host function. */
function returnedBy(result: HostResultPlan): readonly HostFunctionDeclaration[] {
  switch (result.kind) {
    case "function":
      return [result.declaration];
    case "compound":
      return functionsOf(result.layout).map(({ declaration }) => declaration);
    case "returned":
      return [
        ...returnedBy(result.own),
        ...functionsOf(result.outs.layout).map(({ declaration }) => declaration),
      ];
    default:
      return [];
  }
}

/** Returns the problem of a guest whose binary has no table that the host can access. */
function lackOfTable(action: string, { info }: CallbackContext): Problem | undefined {
  const isTable = ({ kind }: { readonly kind: string }) => kind === "table";
  const lacks = info !== undefined && !info.exports.some(isTable) && !info.imports.some(isTable);
  return lacks ? missingTable(action) : undefined;
}

/** Plans a function of the host that the guest calls. */
function settleCallback(
  declaration: HostFunctionDeclaration,
  label: string,
  context: CallbackContext,
): Problem | undefined {
  if (hasForms(declaration)) return undefined;
  const plan = planCallback(declaration, context, label);
  if (plan instanceof Problem) return plan;
  const problem = settleHostFunctions(plan, context);
  if (problem !== undefined) return problem;
  keepForms(declaration, new CallbackForms(plan, declaration.async ?? false));
  return undefined;
}

/** Checks a function of the guest that the host calls, and plans the functions that it takes. */
function settlePointed(
  declaration: FunctionDeclaration,
  label: string,
  context: CallbackContext,
): Problem | undefined {
  let problem = checkPointed(declaration, `call ${label}`, context);
  for (const [index, parameter] of declaration.parameters.entries()) {
    if (typeof parameter !== "object" || parameter.type !== "function") continue;
    problem ??= settleCallback(parameter, `the function in argument ${index} of ${label}`, context);
  }
  const { result } = declaration;
  if (typeof result === "object" && result.type === "function") {
    problem ??= settlePointed(result, `the function that ${label} returns`, context);
  }
  return problem;
}
