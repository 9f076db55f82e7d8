import type { Convention } from "../abi/convention.ts";
import type { HostFunctionDeclaration } from "../abi/declaration.ts";
import type { HostCallback } from "../abi/value_types.ts";
import { messageOf, type Problem } from "../base/errors.ts";
import {
  anyOf,
  expectedType,
  isObject,
  PARAMETER_NAMES,
  problemsError,
  RESULT_NAMES,
  stateOf,
  unknownKeys,
} from "../base/misnomers.ts";
import { OnDemand } from "../base/lazy.ts";
import { show } from "../base/show.ts";

/** The plans of functions that are passed as pointers, for guests with a function table. */
export const pointerPlans = new OnDemand(() => import("../call/pointers/settle_functions.ts"));

/** The check of a host function's declaration: it returns a copy, or all problems of it. */
export type HostFunctionCheck = (
  given: HostFunction,
  name: string,
  convention: Convention | undefined,
) => HostFunction | Problem;

/** A host function with declared parameters and result, which {@linkcode hostFunction} makes. */
export class HostFunction {
  /** The types of the import's parameters and result. */
  readonly declaration: HostFunctionDeclaration;
  /** The function to call with the lifted arguments. */
  readonly callback: (...args: never[]) => unknown;

  /** The declaration is checked when a guest is loaded. */
  constructor(declaration: HostFunctionDeclaration, callback: (...args: never[]) => unknown) {
    this.declaration = declaration;
    this.callback = callback;
  }
}

/**
 * Makes a function that a guest can import, with parameters and a result declared as for symbols:
 * text is passed as a string, and a returned string is written according to the guest's convention.
 *
 * An error that the callback throws reaches the guest's caller unchanged.
 *
 * @param declaration The types of the import's parameters and result. They are checked against the
 * binary when the guest is loaded.
 * @param callback The function to call.
 * @returns A value for the option `imports` of `load`.
 * @throws {TypeError} if `callback` is not a function, or the declaration has unknown keys or
 * types.
 *
 * @example
 * ```ts
 * import { hostFunction } from "@passage/wasm";
 *
 * const lines: string[] = [];
 * const log = hostFunction({ parameters: ["string"], result: "void" }, (line) => {
 *   lines.push(line);
 * });
 * const imports = { env: { log } };
 * ```
 */
export function hostFunction<const D extends HostFunctionDeclaration>(
  declaration: D,
  callback: HostCallback<D>,
): HostFunction {
  checkHostDeclaration(declaration);
  if (typeof callback !== "function") {
    throw new TypeError(
      `Cannot make a host function: the callback is ${show(callback)}, expected a function`,
    );
  }
  return new HostFunction(declaration, callback as (...args: never[]) => unknown);
}

const OBJECTS = [
  "string",
  "bytes",
  "array",
  "struct",
  "variant",
  "list",
  "out",
  "inout",
  "object",
  "objects",
  "reference",
  "function",
];

/**
 * Checks a declaration before there is a guest; `load` checks the values that are nested in it.
 *
 * @throws {TypeError} with every key and every type that is unknown or missing.
 */
function checkHostDeclaration(declaration: unknown): void {
  let problems: string[];
  try {
    problems = isObject(declaration)
      ? hostProblems({ ...declaration })
      : [`the declaration ${stateOf(declaration)}, expected { parameters, result }`];
  } catch (cause) {
    problems = [`the declaration cannot be read: ${messageOf(cause)}`];
  }
  if (problems.length > 0) throw problemsError("Cannot make a host function", problems);
}

function hostProblems(declaration: Record<string, unknown>): string[] {
  const { parameters, result, arguments: coreArguments, async: isAsync } = declaration;
  const problems = unknownKeys(declaration, ["parameters", "result", "arguments", "async"], "");
  // A key that is misspelt is not also reported as missing.
  const isMeant = (key: string) => problems.some((line) => line.includes(`mean "${key}"`));
  const expect = (key: string, value: unknown, expected: string) => {
    if (value !== undefined || !isMeant(key)) {
      problems.push(`${key} ${stateOf(value)}, expected ${expected}`);
    }
  };
  if (Array.isArray(parameters)) {
    for (let index = 0; index < parameters.length; index++) {
      const problem = typeProblem(parameters[index], PARAMETER_NAMES);
      if (problem !== undefined) problems.push(`parameters[${index}] ${problem}`);
    }
  } else expect("parameters", parameters, "an array of types");
  const problem = typeProblem(result, RESULT_NAMES);
  if (problem !== undefined && (result !== undefined || !isMeant("result"))) {
    problems.push(`result ${problem}`);
  }
  if (coreArguments !== undefined && !Array.isArray(coreArguments)) {
    expect("arguments", coreArguments, "an array");
  }
  if (isAsync !== undefined && typeof isAsync !== "boolean") expect("async", isAsync, "a boolean");
  return problems;
}

function typeProblem(found: unknown, names: readonly string[]): string | undefined {
  const [type, known] = isObject(found) ? [found.type, OBJECTS] : [found, names];
  if (typeof type !== "string") {
    return isObject(found)
      ? `has no type, expected { type } with ${anyOf(known)}`
      : `${stateOf(type)}, expected a type`;
  }
  if (known.includes(type)) return undefined;
  const isAlone = isObject(found) && names.includes(type);
  return `${isObject(found) ? "has the type" : "is"} ${show(type)}, ` +
    (isAlone ? `expected ${show(type)} alone` : expectedType(type, known));
}
