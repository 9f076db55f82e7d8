import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Parameter, Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { ParameterPlan, PlanParts, ResultPlan } from "../abi/plan_parts.ts";
import { allOf, Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import { isStruct, statedForm } from "./flatten.ts";
import { resolveParameter, resolveResult, resolveStatus } from "./parts.ts";

/** Plans the call of an export whose text and bytes a custom convention lowers and lifts. */
export function resolveCustom(
  custom: CustomConvention,
  name: string,
  { parameters, result, status }: SymbolDeclaration,
  type: FunctionType | undefined,
): PlanParts | Problem {
  const found = allOf(
    parameters.map((parameter, index) => resolveCustomParameter(parameter, index, custom, name)),
  );
  if (found instanceof Problem) return found;
  const lifted = resolveCustomResult(result);
  if (lifted instanceof Problem) return lifted;
  const checked = resolveStatus(status, undefined, -1);
  if (checked instanceof Problem) return checked;
  return {
    export: name,
    custom,
    parameters: found,
    coreArguments: parameters.map((_, parameter) => ({ parameter })),
    core: type?.parameters,
    result: lifted,
    status: checked,
  };
}

function resolveCustomParameter(
  parameter: Parameter,
  index: number,
  { name: convention }: CustomConvention,
  name: string,
): ParameterPlan | Problem {
  if (parameter === "string" || parameter === "bytes") {
    return { kind: "custom", content: parameter };
  }
  if (!isStruct(parameter)) {
    const plan = resolveParameter(parameter, [], undefined);
    if (plan instanceof Problem || plan.kind === "number" || plan.kind === "reference") {
      return plan;
    }
  }
  const type = typeof parameter === "string" ? parameter : parameter.type;
  return new Problem({
    code: "signature",
    part: `parameters[${index}]`,
    cannot: `Cannot pass ${quote(type)} with parts of its own to ${quote(name)}`,
    found: `the convention ${quote(convention)} lowers by itself`,
    expected: '"string" or "bytes"',
    export: name,
  });
}

function resolveCustomResult(result: Result): ResultPlan | Problem {
  if (result === "string" || result === "bytes") return { kind: "custom", content: result };
  const form = typeof result === "string" ? undefined : statedForm(result);
  return resolveResult(result, { form }, undefined, -1);
}

/** Makes the problem for an asynchronous symbol that takes several calls. */
export function waitProblem(name: string): Problem {
  return new Problem({
    code: "asynchronous",
    part: "async",
    cannot: `Cannot wait in ${quote(name)}`,
    found: "it is called several times for one result",
    expected: 'neither "chunked" nor the capacity "query" beside async: true',
    export: name,
  });
}
