import type { AddressPlace, BlockCall, BlockSource, CoreArgument } from "../abi/block_source.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { ParameterPlan, PlanParts, ResultPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { fits32 } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import type { ResolveContext } from "../plan/context.ts";
import { blockCallName } from "../call/blocks/block_call.ts";
import { fits, flatType } from "../plan/choose_flattening.ts";
import { isWide } from "../memory/text/common.ts";
import { isReserved } from "../plan/plan_blocks.ts";
import { slicedParameters } from "../plan/plan_call.ts";
import { DECLARED_CALLS, withHandle } from "../plan/resolve_chunked.ts";
import { checkConstants } from "./core_argument_problems.ts";
import { checkResult, checkStatus } from "./result_problems.ts";
import { checkGetter, checkInteger, checkPassed, findFunction, misfit } from "./value_problems.ts";
import type { Scope } from "./value_kinds.ts";

// Checks the parts of a plan: what they refer to, and whether a step can carry them out.

/**
 * Returns the problems of the numbers and exports that a call refers to.
 *
 * @param plan The plan of the call, from a declaration and a convention.
 * @param declaration The declaration.
 */
export function planProblems(
  plan: PlanParts,
  declaration: SymbolDeclaration,
  context: ResolveContext,
  exports: WebAssembly.Exports,
): string[] {
  const type = context.functionType(plan.export);
  const { status, output } = plan;
  const problems = new Set<string>();
  const scope = (isDeclared: boolean): Scope => ({
    plan,
    context,
    exports,
    results: type?.results,
    isDeclared,
    problems,
  });
  const declared = scope(true);
  checkChunked(plan, declaration, declared);
  if (declaration.arguments !== undefined && plan.chunked === undefined) {
    checkConstants(plan.coreArguments, type, "arguments", problems);
  }
  // Out-parameters are not parameters of the plan, and a handle is not one of the declaration.
  const given = [...declaration.parameters.entries()].filter(([, parameter]) =>
    typeof parameter !== "object" || parameter.type !== "out"
  );
  for (const [at, [index, from]] of given.entries()) {
    const parameter = plan.parameters[at]!;
    if ("place" in parameter) {
      const isPlaced = typeof from === "object" && "place" in from && from.place !== undefined;
      const isFreed = typeof from === "object" && "freedBy" in from && from.freedBy !== undefined;
      const at = isPlaced ? `parameters[${index}].place` : "convention.place";
      const own = before(scope(isPlaced), index, `to take the block of argument ${index}`);
      checkPlace(parameter.place, at, own);
      const freeing = isFreed ? `parameters[${index}].freedBy.call` : `${at}.free`;
      const freed = scope(isFreed || isPlaced);
      const needed = "to free a block if the export is not called";
      checkFree(parameter.free, parameter.place, freeing, before(freed, index, needed));
    }
    if (parameter.kind !== "text" || parameter.byteLength === undefined) continue;
    checkInteger(
      parameter.byteLength,
      `parameters[${index}].byteLength`,
      before(declared, Infinity, `to check argument ${index}`),
    );
  }
  checkResult(plan.result, "result", scope(typeof declaration.result === "object"));
  if (status !== undefined) checkStatus(status, "status", scope(declaration.status !== undefined));
  if (output !== undefined) {
    const { capacity } = output;
    const early = before(declared, Infinity, "to take the output buffer");
    if (capacity !== "query" && typeof capacity !== "function") {
      checkInteger(capacity, "output.capacity", early);
    }
    if (output.status !== undefined) checkStatus(output.status, "output.status", early);
    if (declaration.output?.place !== undefined) {
      checkPlace(output.place, "output.place", early);
      checkFree(output.free, output.place, "output.place.free", early);
    }
  }
  return [...problems];
}

/** Returns the scope of a value that is needed before the export is called. */
function before(scope: Scope, parameter: number, needed: string): Scope {
  return { ...scope, before: { parameter, needed } };
}

/**
 * Checks the arguments of a call that frees a block, which is also made if the export was not
 * called.
 */
function checkFree(
  free: BlockCall | undefined,
  place: BlockSource,
  at: string,
  scope: Scope,
): void {
  const { context, plan: { export: symbol } } = scope;
  const allocate = place.kind === "allocator" ? place.allocate : undefined;
  const allocated = allocate === undefined
    ? undefined
    : context.functionType(blockCallName(allocate, symbol))?.results ?? [];
  checkPassed(free, at, { ...scope, allocated });
}

/** Checks the parameters and results of the exports for chunked input. */
function checkChunked(plan: PlanParts, given: SymbolDeclaration, scope: Scope): void {
  const { chunked } = plan;
  if (chunked === undefined) return;
  const { functionType, address64 } = scope.context;
  const declaration = withHandle(given);
  const type = functionType(plan.export);
  for (const key of DECLARED_CALLS) {
    const call = chunked.calls[key];
    const found = call && findFunction(call.export, `chunked.${key}`, scope);
    if (call === undefined || found === undefined) continue;
    if (typeof declaration.chunked?.[key] === "object") {
      checkConstants(call.coreArguments, found, `chunked.${key}.arguments`, scope.problems);
    }
    // The signature check compares the declared result with that of one export.
    const taken = { ...declaration, result: { type: "u32", value: "result" } } as const;
    const flattening = { coreArguments: call.coreArguments, pass: [] };
    const passed = key === "update" && chunked.parts && plan.passed !== undefined;
    const results = resultsOf(key, declaration, type ?? found, scope) ?? found.results;
    const isFitting = passed || fits(flattening, taken, found, address64);
    if (isFitting && `${results}` === `${found.results}`) continue;
    const expected = formatFunctionType({ ...flatType(flattening, taken, address64), results });
    scope.problems.add(
      `chunked.${key} is ${quote(call.export)}, which is ${formatFunctionType(found)}, ` +
        `expected ${expected}`,
    );
  }
}

/** Returns the results that a call must have: the handle, or a part like that of the others. */
function resultsOf(
  key: (typeof DECLARED_CALLS)[number],
  { chunked }: SymbolDeclaration,
  { results }: FunctionType,
  { context: { address64 } }: Scope,
): FunctionType["results"] | undefined {
  const { handle, parts } = chunked!;
  if (key !== "init") return parts && key !== "destroy" ? results : undefined;
  if (handle === undefined) return undefined;
  const isWide = handle === "pointer" ? address64 : handle.endsWith("64");
  return [isWide ? "i64" : "i32"];
}

function checkPlace(place: BlockSource, at: string, scope: Scope): void {
  if (place.kind === "buffer") {
    const { pointer, capacity } = place;
    if (typeof pointer === "string") checkGetter(pointer, `${at}.pointer`, scope);
    else if (!isReserved(pointer)) {
      checkInteger(pointer as AddressPlace, `${at}.pointer`, scope);
    }
    // The other fields of an exported capacity are not part of a value.
    if (capacity !== undefined) checkInteger(capacity as Value, `${at}.capacity`, scope);
  }
  if (place.kind !== "allocator") return;
  checkPassed(place.allocate, `${at}.allocate`, scope);
  if (place.pointer !== undefined) checkLocated(place, at, scope);
  else checkAddress(place.allocate, at, scope);
  if (place.room !== undefined) checkGetter(place.room.above, `${at}.room.above`, scope);
  for (const key of ["pin", "unpin"] as const) {
    const name = place[key];
    const type = name === undefined ? undefined : findFunction(name, `${at}.${key}`, scope);
    if (type !== undefined && type.parameters.length !== 1) {
      misfit(name!, `${at}.${key}`, "one parameter", type, scope);
    }
  }
}

/** Checks that what an allocator returns is an address, and not an i64 of more than that. */
function checkAddress(allocate: BlockCall, at: string, scope: Scope): void {
  const { context: { address64, functionType }, plan: { export: symbol } } = scope;
  const name = blockCallName(allocate, symbol);
  const type = functionType(name);
  // An allocator that takes a size of 64 bits returns an address of as many.
  if (address64 || type?.results[0] !== "i64" || type.parameters.includes("i64")) return;
  const expected = 'an i32 as its result, or pointer: { low: "result" } or { high: "result" }';
  misfit(name, `${at}.allocate`, `${expected} beside it`, type, scope);
}

/** Checks the address of an allocator's block; "result" is the allocator's result. */
function checkLocated(
  { pointer, allocate }: Extract<BlockSource, { readonly kind: "allocator" }>,
  at: string,
  scope: Scope,
): void {
  const { context, plan: { export: symbol }, before } = scope;
  checkInteger(pointer!, `${at}.pointer`, {
    ...scope,
    results: context.functionType(blockCallName(allocate, symbol))?.results,
    before: before && { ...before, hasResult: true },
  });
}

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
