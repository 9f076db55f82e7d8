import type { FunctionType } from "../binary/types.ts";
import { GuestError, quote } from "../errors.ts";
import type { Parameter, Result, SymbolDeclaration } from "./declaration.ts";
import { statedForm } from "./layouts.ts";
import type { OwnConvention } from "./own.ts";
import { resolveParameter, resolveResult } from "./parts.ts";
import type { ParameterRecipe, Recipe, ResultRecipe } from "./recipe.ts";
import { resolveStatus } from "./status.ts";

/** Works out a recipe whose text and bytes an object of the caller's lowers and lifts. */
export function resolveOwn(
  own: OwnConvention,
  name: string,
  { parameters, result, status }: SymbolDeclaration,
  type: FunctionType | undefined,
): Recipe {
  return {
    export: name,
    own,
    parameters: parameters.map((parameter) => resolveOwnParameter(parameter, own, name)),
    slots: parameters.map((_, parameter) => ({ parameter })),
    core: type?.parameters,
    result: resolveOwnResult(result),
    status: resolveStatus(status, undefined, -1),
  };
}

function resolveOwnParameter(
  parameter: Parameter,
  { name: convention }: OwnConvention,
  name: string,
): ParameterRecipe {
  if (parameter === "string" || parameter === "bytes") return { kind: "own", content: parameter };
  const recipe = resolveParameter(parameter, [], undefined);
  if (recipe.kind === "number" || recipe.kind === "reference") return recipe;
  const type = typeof parameter === "string" ? parameter : parameter.type;
  throw new GuestError(
    "signature",
    `Cannot pass ${quote(type)} with parts of its own to ${quote(name)}: the convention ` +
      `${quote(convention)} lowers by itself, expected "string" or "bytes"`,
    { export: name },
  );
}

function resolveOwnResult(result: Result): ResultRecipe {
  if (result === "string" || result === "bytes") return { kind: "own", content: result };
  const form = typeof result === "string" ? undefined : statedForm(result);
  return resolveResult(result, form, undefined, -1);
}
