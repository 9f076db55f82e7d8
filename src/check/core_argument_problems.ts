import type { CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { HostFunctionDeclaration, Parameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { Length, Value } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import { fits32, RANGE_32 } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import type { ResolveContext } from "../plan/context.ts";
import { isStruct, isText } from "../plan/flatten.ts";
import { DECLARED_CALLS } from "../plan/resolve_chunked.ts";
import { isCustom, print } from "../presets/preset_options.ts";
import { join } from "./shape.ts";

// Checks the indices of parameters in core arguments, and the constants among them.

/** The things that the core arguments of a call can refer to. */
interface CoreArguments {
  readonly parameters: readonly Declared[];
  /** Whether there is a buffer for "output" and "capacity". */
  readonly hasOutput: boolean;
}

/** A declared parameter: its type, whether it is in memory, and whether it has a count. */
interface Declared {
  readonly type: string;
  readonly isBlock: boolean;
  readonly isList: boolean;
}

/** Returns the problems of a symbol's core arguments, by the kinds of its parameters. */
export function argumentProblems(
  declaration: SymbolDeclaration,
  { convention: given }: ResolveContext,
): string[] {
  const problems: string[] = [];
  if (given !== undefined && !(given instanceof Problem) && isCustom(given)) {
    for (const key of ["arguments", "area", "output", "chunked"] as const) {
      if (declaration[key] === undefined) continue;
      problems.push(`${key} cannot be used: the convention ${quote(given.name)} lowers by itself`);
    }
    return problems;
  }
  const convention = given instanceof Problem ? undefined : given;
  const { output, area, chunked, arguments: coreArguments } = declaration;
  const scope = {
    parameters: declaredParameters(declaration, convention),
    hasOutput: output !== undefined,
  };
  for (const [at, all] of [["arguments", coreArguments], ["area", area]] as const) {
    problems.push(...coreArgumentsProblems(all, at, scope));
  }
  for (const key of DECLARED_CALLS) {
    const chunk = chunked?.[key];
    if (typeof chunk !== "object") continue;
    problems.push(...coreArgumentsProblems(chunk.arguments, `chunked.${key}.arguments`, scope));
  }
  for (const [index, parameter] of declaration.parameters.entries()) {
    if (typeof parameter !== "object" || !("pass" in parameter)) continue;
    for (const as of parameter.pass ?? []) {
      const others = othersWith(as, scope.parameters[index]!);
      if (others === undefined) continue;
      problems.push(`parameters[${index}].pass has "${as}", which only ${others} have`);
    }
  }
  return problems;
}

/** Returns the problems of a host function's core arguments, and of its lengths. */
export function hostArgumentProblems(
  declaration: HostFunctionDeclaration,
  convention: Convention | undefined,
): string[] {
  const parameters = declaredParameters(declaration as SymbolDeclaration, convention);
  return [
    ...coreArgumentsProblems(declaration.arguments, "arguments", { parameters, hasOutput: true }),
    ...hostLengthProblems(declaration),
  ];
}

function declaredParameters(
  { parameters }: Pick<SymbolDeclaration, "parameters">,
  convention: Convention | undefined,
): Declared[] {
  return parameters.map((parameter) => ({
    type: typeof parameter === "string" ? parameter : parameter.type,
    isBlock: isText(parameter, convention) || isStruct(parameter),
    isList: isList(parameter),
  }));
}

/** Returns whether a parameter is a list whose number of items is passed along with its address. */
function isList(parameter: Parameter): boolean {
  if (typeof parameter !== "object") return false;
  if (parameter.type !== "inout") return parameter.type === "list";
  const { value } = parameter;
  return typeof value === "object" && value.type === "list" && !("length" in value);
}

/** Returns the types that have a core argument; absent if the parameter has it itself. */
function othersWith(as: Pass, { type, isList }: Declared): string | undefined {
  if (type === "strings" || (as !== "count" && as !== "lengths")) return undefined;
  if (as === "lengths") return '"strings"';
  return isList ? undefined : '"strings" and lists';
}

function coreArgumentsProblems(
  coreArguments: readonly (CoreArgument | "handle")[] | undefined,
  at: string,
  scope: CoreArguments,
): string[] {
  return (coreArguments ?? []).flatMap((coreArgument, index) => {
    // The shape of the declaration has already checked the handle.
    if (coreArgument === "handle") return [];
    const problem = coreArgumentProblem(coreArgument, scope);
    return problem === undefined
      ? []
      : [`${join(at, index)} is ${print(coreArgument)}, ${problem}`];
  });
}

function coreArgumentProblem(
  coreArgument: CoreArgument,
  { parameters, hasOutput }: CoreArguments,
): string | undefined {
  if (typeof coreArgument === "number") return undefined;
  if (typeof coreArgument === "string") {
    return hasOutput ? undefined : 'expected "output" to be declared beside "arguments"';
  }
  if ("area" in coreArgument) return undefined;
  const index = "text" in coreArgument ? coreArgument.text : coreArgument.parameter;
  const parameter = parameters[index];
  if (parameter === undefined) return rangeProblem(parameters.length);
  const what = `parameter ${index} is ${quote(parameter.type)}`;
  if ("parameter" in coreArgument) {
    return parameter.isBlock
      ? `but ${what}, expected { text: ${index}, as } for a core argument of it`
      : undefined;
  }
  if (!parameter.isBlock) return `but ${what}, expected { parameter: ${index} }`;
  const others = othersWith(coreArgument.as, parameter);
  return others === undefined ? undefined : `but ${what}, and only ${others} have that`;
}

/** Checks that each number among the core arguments is in the range of its parameter. */
export function checkConstants(
  coreArguments: readonly CoreArgument[],
  type: FunctionType | undefined,
  at: string,
  problems: Set<string>,
): void {
  for (const [index, coreArgument] of coreArguments.entries()) {
    if (
      typeof coreArgument !== "number" || type?.parameters[index] !== "i32" || fits32(coreArgument)
    ) continue;
    problems.add(`${join(at, index)} is ${coreArgument}, expected ${RANGE_32}`);
  }
}

/** Describes the problem of an index out of `length` parameters. */
export function rangeProblem(length: number): string {
  if (length === 0) return "but there are no parameters";
  return length === 1 ? "expected 0, the only parameter" : `expected 0 to ${length - 1}`;
}

// The lengths that a host function states for its texts: they are determined before the callback is
// called, so there is no result and no output yet.

const ELSEWHERE = 'expected pass: ["pointer", "byteLength"] if the guest passes the length, or ' +
  "a place in memory, an export or a fixed number";

/** Returns the problems of the lengths that a host function states. */
export function hostLengthProblems({ parameters }: HostFunctionDeclaration): string[] {
  return parameters.flatMap((parameter, index) => {
    if (typeof parameter !== "object" || !("length" in parameter)) return [];
    const { length } = parameter;
    if (length === undefined) return [];
    return valuesOf(length).flatMap(([value, at]) => {
      const problem = valueProblem(value, index);
      return problem === undefined
        ? []
        : [`parameters[${index}].length${at} is ${print(value)}, ${problem}`];
    });
  });
}

/** Returns the values that a length consists of, with their paths. */
function valuesOf(length: Length): (readonly [value: Value, at: string])[] {
  if (length === "nul" || typeof length === "number") return [];
  if (typeof length !== "object") return [[length, ""]];
  if ("prefix" in length || "object" in length || "within" in length) return [];
  if ("end" in length) return within(length.end, ".end");
  return within(length, "");
}

function within(value: Value, at: string): (readonly [value: Value, at: string])[] {
  if (typeof value === "number") return [];
  const found: (readonly [value: Value, at: string])[] = [[value, at]];
  if (typeof value !== "object") return found;
  for (const [key, part] of Object.entries(value)) {
    if (Array.isArray(part)) {
      for (const [index, one] of part.entries()) {
        found.push(...within(one, `${at}.${key}[${index}]`));
      }
    } else if (NESTED.has(key)) found.push(...within(part, `${at}.${key}`));
  }
  return found;
}

/** The keys of values that hold another value. */
const NESTED: ReadonlySet<string> = new Set([
  "when",
  "value",
  "then",
  "else",
  "low",
  "high",
  "at",
  "of",
]);

/** The keys of values that only the caller of a symbol knows. */
const UNKNOWN = ["result", "parameter", "argument", "byteLengthOf", "countOf", "indexIn", "layout"];

function valueProblem(value: Value, index: number): string | undefined {
  if (typeof value === "number") return undefined;
  if (typeof value !== "object" || UNKNOWN.some((key) => key in value)) {
    return `which is not known when argument ${index} is read, ${ELSEWHERE}`;
  }
  return ("word" in value || "load" in value) && value.at === undefined
    ? 'expected "at" beside it: a host function is given no return area'
    : undefined;
}
