import type { BlockCall } from "../abi/block_source.ts";
import type { Value } from "../abi/value.ts";
import { nearest } from "../base/misnomers.ts";
import { counted, list, quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import { isWhole } from "../memory/pointer.ts";
import { isFound } from "../plan/plan_blocks.ts";
import { print } from "../presets/preset_options.ts";
import { rangeProblem } from "./core_argument_problems.ts";
import { type Before, isNumeric, isWide, kindOf, kindOfType, type Scope } from "./value_kinds.ts";

// Checks the places of numbers: indices of parameters, results, and names of exports.

/** The greatest address or length that a JavaScript number represents exactly. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Checks a number that is an address, a length or an index. */
export function checkInteger(value: Value, at: string, scope: Scope): void {
  const before = scope.problems.size;
  checkValue(value, at, scope);
  if (typeof value === "number" && Number.isInteger(value) && !isWhole(value)) {
    return note(value, at, `expected an integer from -2147483648 to ${MOST}`, scope);
  }
  if (!scope.isDeclared || scope.problems.size > before) return;
  if (kindOf(value, scope) !== "float") return;
  note(value, at, "a floating-point number, expected an integer", scope);
}

/** Checks a number of any kind. */
export function checkValue(value: Value, at: string, scope: Scope): void {
  if (typeof value === "number" || typeof value === "function") return;
  const late = scope.before && lateProblem(value, scope.before);
  if (late !== undefined) return note(value, at, late, scope);
  if (value === "output") {
    if (scope.plan.output !== undefined) return;
    return note(value, at, 'expected "output" to be declared', scope);
  }
  if (value === "area") {
    if (scope.plan.area !== undefined) return;
    return note(value, at, "but the export gets no return area", scope);
  }
  if (value === "allocated") return checkAllocated(value, at, scope);
  if (value === "result") return checkWhole(value, at, scope);
  if ("result" in value) return checkPart(value, at, scope);
  if ("argument" in value) return checkIndex(value, value.argument, at, "block", scope);
  if ("countOf" in value) return checkIndex(value, value.countOf, at, "block", scope);
  if ("byteLengthOf" in value) return checkIndex(value, value.byteLengthOf, at, "block", scope);
  if ("parameter" in value) return checkIndex(value, value.parameter, at, "number", scope);
  if ("export" in value) return checkGetter(value.export, `${at}.export`, scope);
  if ("call" in value) return checkPredicate(value, at, scope);
  if ("indexIn" in value) {
    checkIndex(value, value.indexIn, at, "block", scope);
    return checkInteger(value.of, `${at}.of`, scope);
  }
  if ("when" in value) {
    checkValue(value.when.value, `${at}.when.value`, scope);
    checkValue(value.then, `${at}.then`, scope);
    return checkValue(value.else, `${at}.else`, scope);
  }
  if ("low" in value) return checkInteger(value.low, `${at}.low`, scope);
  if ("high" in value) return checkInteger(value.high, `${at}.high`, scope);
  for (const key of ["product", "sum", "difference"] as const) {
    const parts = (value as Partial<Record<typeof key, readonly Value[]>>)[key] ?? [];
    for (const [index, part] of parts.entries()) checkValue(part, `${at}.${key}[${index}]`, scope);
  }
  if ("layout" in value) {
    return note(
      value,
      at,
      "which only load and adopt find, expected the address that guest.place returns",
      scope,
    );
  }
  if (!("word" in value || "load" in value)) return;
  if (value.at !== undefined) return checkInteger(value.at, `${at}.at`, scope);
  if (scope.plan.area === undefined) {
    note(value, at, 'expected "at" beside it: the export gets no return area', scope);
  }
}

/** Describes why a value is not yet known when it is needed. */
function lateProblem(value: Value, { needed, parameter, hasResult }: Before): string | undefined {
  const isOfCall = value === "output" || value === "area" || typeof value === "object" &&
      ("word" in value || "load" in value) && value.at === undefined;
  const isResult = value === "result" || typeof value === "object" && "result" in value;
  const elsewhere = "expected a number of the caller, of memory, of a getter or a global";
  if (isOfCall || isResult && !hasResult) {
    return `which is known only after the call, but is needed ${needed}, ${elsewhere}`;
  }
  if (typeof value !== "object") return undefined;
  const key = (["argument", "byteLengthOf", "countOf", "indexIn"] as const).find((key) =>
    key in value
  );
  const index = key && (value as Record<string, unknown>)[key] as number;
  if (index === undefined || index < parameter) return undefined;
  return `which is known only after argument ${index} was passed, but is needed ${needed}, ` +
    elsewhere;
}

function checkAllocated(value: Value, at: string, scope: Scope): void {
  if (scope.allocated !== undefined) return;
  note(value, at, "but only a call that frees the block of a parameter knows that", scope);
}

/** Checks the other numbers that a call for a block passes. */
export function checkPassed(call: BlockCall | undefined, at: string, scope: Scope): void {
  if (typeof call !== "object") return;
  const type = scope.context.functionType(call.export.replace("*", () => scope.plan.export));
  for (const [index, value] of call.pass.entries()) {
    // The call for the block checks its own words.
    if (!isFound(value)) continue;
    checkArgument(value, `${at}.pass[${index}]`, type, index, scope);
  }
}

function checkWhole(value: Value, at: string, scope: Scope): void {
  const { results } = scope;
  if (results === undefined || results.length === 1) return;
  const found = results.length === 0 ? "nothing" : `${results.length} results`;
  const expected = results.length === 0
    ? "another value"
    : `{ result: 0 } to { result: ${results.length - 1} }`;
  note(value, at, `but the export returns ${found}, expected ${expected}`, scope);
}

function checkPart(value: Value & { readonly result: number }, at: string, scope: Scope): void {
  const { results } = scope;
  if (results === undefined || (results.length > 1 && value.result < results.length)) return;
  const found = ["nothing", "one result"][results.length] ?? `${results.length} results`;
  const expected = results.length === 0
    ? "another value"
    : results.length === 1
    ? '"result"'
    : `0 to ${results.length - 1}`;
  note(value, at, `but the export returns ${found}, expected ${expected}`, scope);
}

/** Checks a parameter by its index. */
export function checkIndex(
  value: Value | { readonly of: number },
  index: number,
  at: string,
  kind: "block" | "number",
  scope: Scope,
): void {
  const { parameters } = scope.plan;
  const parameter = parameters[index];
  if (parameter === undefined) return note(value, at, rangeProblem(parameters.length), scope);
  const isBlock = "place" in parameter;
  if (kind === "block" ? isBlock : parameter.kind === "number") return;
  const expected = kind === "number"
    ? isBlock
      ? `{ argument: ${index} } for its address or { byteLengthOf: ${index} } for its length`
      : "a number"
    : parameter.kind === "number"
    ? `{ parameter: ${index} }, or text or bytes in memory`
    : "text or bytes in memory";
  const found = parameter.kind === "number"
    ? quote(parameter.type)
    : isBlock
    ? "in memory"
    : "no block of memory";
  note(value, at, `but parameter ${index} is ${found}, expected ${expected}`, scope);
}

function note(value: unknown, at: string, problem: string, { problems }: Scope): void {
  problems.add(`${at} is ${print(value)}, ${problem}`);
}

/** Checks a predicate of the guest, which is called with numbers. */
function checkPredicate(
  value: Value & { readonly call: string; readonly with: readonly Value[] },
  at: string,
  scope: Scope,
): void {
  const type = findFunction(value.call, `${at}.call`, scope);
  for (const [index, part] of value.with.entries()) {
    checkArgument(part, `${at}.with[${index}]`, type, index, scope);
  }
  if (type === undefined) return;
  const takes = value.with.length;
  const ofNumbers = [...type.parameters, ...type.results].every(isNumeric);
  if (type.parameters.length === takes && type.results.length === 1 && ofNumbers) return;
  misfit(
    value.call,
    `${at}.call`,
    `${counted(takes, "number")} as parameters and one as its result`,
    type,
    scope,
  );
}

/** Checks a number that is passed to an export. */
function checkArgument(
  value: Value,
  at: string,
  type: FunctionType | undefined,
  index: number,
  scope: Scope,
): void {
  const isInteger = kindOfType(type?.parameters[index]) === "integer";
  const check = isInteger ? checkInteger : checkValue;
  const before = scope.problems.size;
  check(value, at, scope);
  const isNarrow = type !== undefined && type.parameters[index] !== "i64";
  if (scope.problems.size > before || !isNarrow || !isWide(value, scope)) return;
  const expected = `expected a number of 32 bits, such as { low: ${print(value)} }`;
  note(value, at, `which is 64 bits wide, ${expected}`, scope);
}

/** Checks a getter or an exported global that returns a number. */
export function checkGetter(name: string, at: string, scope: Scope): void {
  const { exports, context, problems } = scope;
  if (Object.hasOwn(exports, name) && exports[name] instanceof WebAssembly.Global) {
    const type = context.globalType(name);
    if (type === undefined || isNumeric(type)) return;
    problems.add(`${at} is ${quote(name)}, a global of ${type}, expected one of a number`);
    return;
  }
  const type = findFunction(name, at, scope, true);
  if (type === undefined) return;
  const [result = ""] = type.results;
  const isNumber = type.results.length === 1 && isNumeric(result);
  if (type.parameters.length > 0 || !isNumber) {
    misfit(name, at, "no parameter and a number as its result", type, scope);
  }
}

/** Checks an export that is called without arguments; `gives` means that its result is used. */
export function checkAsked(
  name: string,
  at: string,
  gives: boolean,
  scope: Scope,
): FunctionType | undefined {
  const type = findFunction(name.replace("*", () => scope.plan.export), at, scope);
  if (type !== undefined && (type.parameters.length > 0 || (gives && type.results.length === 0))) {
    misfit(name, at, `no parameter${gives ? " and a result" : ""}`, type, scope);
  }
  return type;
}

/**
 * Returns the type of an exported function, if it is known; reports a missing export. A getter can
 * also be a global.
 */
export function findFunction(
  name: string,
  at: string,
  { exports, context, problems, isDeclared }: Scope,
  isGetter = false,
): FunctionType | undefined {
  if (Object.hasOwn(exports, name) && typeof exports[name] === "function") {
    return context.functionType(name);
  }
  if (!isDeclared) return undefined;
  const names = Object.keys(exports).filter((key) =>
    typeof exports[key] === "function" ||
    (isGetter && exports[key] instanceof WebAssembly.Global)
  );
  const near = nearest(name, names);
  problems.add(
    `${at} is ${quote(name)}, which is ${
      isGetter ? "neither a function nor a global" : "not an exported function"
    }, ` +
      (near === undefined ? `expected one of ${list(names, 10)}` : `did you mean ${quote(near)}?`),
  );
  return undefined;
}

/** Reports that an export's type differs from that of its call. */
export function misfit(
  name: string,
  at: string,
  expected: string,
  type: FunctionType,
  { problems, isDeclared }: Scope,
): void {
  const problem = ` is ${quote(name)}, which is ${formatFunctionType(type)}, expected ${expected}`;
  // A convention can name one export several times.
  if (!isDeclared && [...problems].some((line) => line.endsWith(problem))) return;
  problems.add(at + problem);
}
