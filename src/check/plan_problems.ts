import type { AddressPlace, BlockCall, BlockSource } from "../abi/block_source.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanParts, ResultPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import type { ResolveContext } from "../plan/context.ts";
import { blockCallName } from "../call/blocks/block_call.ts";
import { fits, flatType } from "../plan/choose_flattening.ts";
import { isReserved } from "../plan/plan_blocks.ts";
import { DECLARED_CALLS, withHandle } from "../plan/resolve_chunked.ts";
import { checkConstants } from "./core_argument_problems.ts";
import { join } from "./shape.ts";
import {
  checkAsked,
  checkGetter,
  checkIndex,
  checkInteger,
  checkPassed,
  checkValue,
  findFunction,
  misfit,
} from "./value_problems.ts";
import { kindOf, type Scope } from "./value_kinds.ts";

// Checks the numbers and exports that a call refers to, part by part.

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

function checkStatus(
  { value, code, message, details }: NonNullable<PlanParts["status"]>,
  at: string,
  scope: Scope,
): void {
  checkValue(value, `${at}.value`, scope);
  if (code !== undefined) checkValue(code, `${at}.code`, scope);
  if (message?.kind === "text") checkText(message, `${at}.message`, scope);
  if (details?.kind === "record") checkFields(details, `${at}.details`, scope);
}

function checkResult(result: ResultPlan, at: string, scope: Scope): void {
  switch (result.kind) {
    case "number": {
      const isFloat = result.type === "f32" || result.type === "f64";
      const isWhole = result.value === "result" && at === "result";
      // The signature check compares the type of a whole result.
      if (isFloat || isWhole) checkValue(result.value, `${at}.value`, scope);
      else checkInteger(result.value, `${at}.value`, scope);
      return;
    }
    case "function":
      // The signature check compares the type of a whole result.
      if (result.value !== "result") checkInteger(result.value, `${at}.value`, scope);
      return;
    case "choice": {
      const { value, cases, isOpen, whole } = result;
      checkFrees(whole, at, scope);
      checkValue(value, isOpen ? `${at}.when.value` : `${at}.tag`, scope);
      for (const { name, item } of cases) {
        if (item === undefined) continue;
        checkResult(item, name === undefined ? at : `${join(`${at}.cases`, name)}.value`, scope);
      }
      return;
    }
    case "record":
      checkFrees(result.whole, at, scope);
      return checkFields(result, `${at}.fields`, scope);
    case "text":
      return checkText(result, at, scope);
    case "slice":
      checkIndex({ of: result.parameter }, result.parameter, `${at}.of`, "block", scope);
      checkInteger(result.from, `${at}.from`, scope);
      return checkInteger(result.to, `${at}.to`, scope);
    case "elements": {
      const { bytes: { text }, count } = result;
      checkInteger(text.pointer, `${at}.pointer`, scope);
      checkInteger(count, `${at}.count`, scope);
      for (const calls of [result.bytes.free, result.bytes.whole, result.whole]) {
        checkFrees(calls, at, scope);
      }
      const pointer = scope.context.address64 ? "i64" : "i32";
      const ofItem: Scope = { ...scope, results: [pointer] };
      checkInteger(result.stride, `${at}.stride`, ofItem);
      return checkResult(result.item, `${at}.item`, ofItem);
    }
    case "cursor": {
      const { next, call } = result;
      checkValue(next, `${at}.next`, scope);
      if (call !== undefined) checkAsked(call, `${at}.call`, false, scope);
      const isFloat = kindOf(next, scope) === "float";
      return checkResult(result.item, `${at}.item`, {
        ...scope,
        results: [isFloat ? "f64" : "i32"],
      });
    }
  }
}

function checkFields(
  { fields }: ResultPlan & { kind: "record" },
  at: string,
  scope: Scope,
): void {
  for (const [name, field] of fields) checkResult(field, join(at, name), scope);
}

/** Checks the arguments of the calls that free a result. */
function checkFrees(calls: readonly BlockCall[] = [], at: string, scope: Scope): void {
  for (const call of calls) checkPassed(call, `${at}.freedBy`, scope);
}

function checkText({ text, free, whole }: TextResultPlan, at: string, outer: Scope): void {
  const { call, pointer, length, check } = text;
  let scope = outer;
  if (call !== undefined) {
    const type = checkAsked(call, `${at}.call`, true, outer);
    scope = { ...outer, results: type?.results };
  }
  checkInteger(pointer, `${at}.pointer`, scope);
  checkFrees(free, at, scope);
  checkFrees(whole, at, outer);
  if (check !== undefined) checkInteger(check.value, `${at}.check.value`, scope);
  if (
    length === "nul" || (typeof length === "object" && ("prefix" in length || "within" in length))
  ) return;
  if (typeof length === "object" && "end" in length) {
    return checkInteger(length.end, `${at}.length.end`, scope);
  }
  if (typeof length === "object" && "object" in length) return;
  checkInteger(length, `${at}.length`, scope);
}
