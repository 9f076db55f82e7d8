import type { Convention } from "../abi/convention.ts";
import type { HostFunctionDeclaration } from "../abi/host_declaration.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { HostFunction, type HostFunctionCheck } from "../imports/host_function.ts";
import { hostConvention } from "../plan/flatten_host.ts";
import { hostArgumentProblems } from "./core_argument_problems.ts";
import { hostFunctionShape } from "./declaration_shapes.ts";
import { Problems } from "./problems.ts";

/** Makes the check of a guest's host functions. The copy of each survives a reset. */
export function makeHostFunctionCheck(): HostFunctionCheck {
  const checked = new Map<HostFunction, HostFunction>();
  return (given, name, convention) => {
    const known = checked.get(given);
    if (known !== undefined) return known;
    const copy = checkHostFunction(given, name, convention);
    if (!(copy instanceof Problem)) checked.set(given, copy);
    return copy;
  };
}

/**
 * Checks the declaration of a host function.
 *
 * @param given The host function.
 * @param name The name of the import in errors: `env.log`.
 * @param convention The guest's convention, if it has one.
 * @returns The same host function with a copy of its declaration, or all problems of the declaration.
 */
function checkHostFunction(
  { declaration, callback }: HostFunction,
  name: string,
  convention: Convention | undefined,
): HostFunction | Problem {
  const problems = new Problems("the declaration");
  const copy = problems.read(hostFunctionShape, declaration, "") as HostFunctionDeclaration;
  if (problems.lines.length === 0) {
    problems.lines.push(
      ...hostArgumentProblems(copy, convention && hostConvention(convention)),
    );
  }
  if (problems.lines.length === 0) return new HostFunction(copy, callback);
  return new Problem({
    code: "signature",
    part: "declaration",
    cannot: `Cannot bind the host function to import ${quote(name)}`,
    found: problems.lines.join("; "),
    export: name,
    lines: problems.lines,
  });
}
