import type { Slot } from "../abi/block_source.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { ParameterRecipe, Recipe, ResultRecipe, TextResultRecipe } from "../abi/recipe.ts";
import { fits32, RANGE_32 } from "../base/numeric_types.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import type { ResolveContext } from "../plan/context.ts";
import { fits, layoutType } from "../plan/layouts.ts";
import { join } from "./shape.ts";
import {
  checkAsked,
  checkGetter,
  checkIndex,
  checkInteger,
  checkValue,
  findFunction,
  kindOf,
  misfit,
  type Scope,
} from "./value_problems.ts";

// Checks the numbers and exports that a call refers to, part by part.

/**
 * Returns the problems of the numbers and exports that a call refers to.
 *
 * @param recipe The plan of the call, from a declaration and a convention.
 * @param declaration The declaration.
 */
export function recipeProblems(
  recipe: Recipe,
  declaration: SymbolDeclaration,
  context: ResolveContext,
  exports: WebAssembly.Exports,
): string[] {
  const type = context.functionType(recipe.pieces?.final.export ?? recipe.export);
  const { status, output } = recipe;
  const problems = new Set<string>();
  const scope = (isDeclared: boolean): Scope => ({
    recipe,
    context,
    exports,
    results: type?.results,
    isDeclared,
    problems,
  });
  const own = scope(true);
  checkPieces(recipe, declaration, own);
  if (declaration.arguments !== undefined && recipe.pieces === undefined) {
    checkConstants(recipe.slots, type, "arguments", problems);
  }
  for (const [index, parameter] of recipe.parameters.entries()) {
    if (parameter.kind === "text" || parameter.kind === "strings") {
      const declared = declaration.parameters[index]!;
      const isOwn = typeof declared === "object" && declared.place !== undefined;
      const at = isOwn ? `parameters[${index}].place` : "convention.place";
      checkPlace(parameter.place, at, scope(isOwn));
    }
    if (parameter.kind !== "text" || parameter.byteLength === undefined) continue;
    checkInteger(parameter.byteLength, `parameters[${index}].byteLength`, own);
  }
  checkResult(recipe.result, "result", scope(typeof declaration.result === "object"));
  if (status !== undefined) checkStatus(status, "status", scope(declaration.status !== undefined));
  if (output !== undefined) {
    const { capacity } = output;
    if (capacity !== "query" && typeof capacity !== "function") {
      checkInteger(capacity, "output.capacity", own);
    }
    if (output.status !== undefined) checkStatus(output.status, "output.status", own);
    if (declaration.output?.place !== undefined) checkPlace(output.place, "output.place", own);
  }
  return [...problems];
}

/** The exports of a guest that takes its input in chunks must accept their core arguments. */
function checkPieces({ pieces }: Recipe, declaration: SymbolDeclaration, scope: Scope): void {
  const { functionType, address64 } = scope.context;
  for (const key of ["init", "update", "final"] as const) {
    const call = pieces?.[key];
    const type = call && findFunction(call.export, `pieces.${key}`, scope);
    if (call === undefined || type === undefined) continue;
    if (typeof declaration.pieces?.[key] === "object") {
      checkConstants(call.slots, type, `pieces.${key}.arguments`, scope.problems);
    }
    // The signature check compares the last one's result with the declared result.
    const taken = { ...declaration, result: { type: "u32", value: "result" } } as const;
    const layout = { slots: call.slots, pass: [] };
    if (fits(layout, taken, type, address64)) continue;
    const expected = formatFunctionType({
      ...layoutType(layout, taken, address64),
      results: functionType(call.export)!.results,
    });
    scope.problems.add(
      `pieces.${key} is ${quote(call.export)}, which is ${formatFunctionType(type)}, ` +
        `expected ${expected}`,
    );
  }
}

/** A number among the core arguments has to be one that its parameter holds. */
function checkConstants(
  slots: readonly Slot[],
  type: FunctionType | undefined,
  at: string,
  problems: Set<string>,
): void {
  for (const [index, slot] of slots.entries()) {
    if (typeof slot !== "number" || type?.parameters[index] !== "i32" || fits32(slot)) continue;
    problems.add(`${join(at, index)} is ${slot}, expected ${RANGE_32}`);
  }
}

function checkPlace(
  place: (ParameterRecipe & { kind: "text" })["place"],
  at: string,
  scope: Scope,
): void {
  if (place.kind === "buffer") {
    const { pointer, capacity } = place;
    if (typeof pointer === "string") checkGetter(pointer, `${at}.pointer`, scope);
    if (typeof capacity === "object") checkGetter(capacity.export, `${at}.capacity.export`, scope);
  }
  if (place.kind !== "allocator") return;
  if (place.room !== undefined) checkGetter(place.room.above, `${at}.room.above`, scope);
  for (const key of ["pin", "unpin"] as const) {
    const name = place[key];
    const type = name === undefined ? undefined : findFunction(name, `${at}.${key}`, scope);
    if (type !== undefined && type.parameters.length !== 1) {
      misfit(name!, `${at}.${key}`, "one parameter", type, scope);
    }
  }
}

function checkStatus(
  { value, code, message, details }: NonNullable<Recipe["status"]>,
  at: string,
  scope: Scope,
): void {
  checkValue(value, `${at}.value`, scope);
  if (code !== undefined) checkValue(code, `${at}.code`, scope);
  if (message?.kind === "text") checkText(message, `${at}.message`, scope);
  if (details?.kind === "record") checkFields(details, `${at}.details`, scope);
}

function checkResult(result: ResultRecipe, at: string, scope: Scope): void {
  switch (result.kind) {
    case "number": {
      const isFloat = result.type === "f32" || result.type === "f64";
      const isWhole = result.value === "result" && at === "result";
      // The signature check compares the type of a whole result.
      if (isFloat || isWhole) checkValue(result.value, `${at}.value`, scope);
      else checkInteger(result.value, `${at}.value`, scope);
      return;
    }
    case "record":
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
      const pointer = scope.context.address64 ? "i64" : "i32";
      return checkResult(result.item, `${at}.item`, { ...scope, results: [pointer] });
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
  { fields }: ResultRecipe & { kind: "record" },
  at: string,
  scope: Scope,
): void {
  for (const [name, field] of fields) checkResult(field, join(at, name), scope);
}

function checkText({ text }: TextResultRecipe, at: string, outer: Scope): void {
  const { call, pointer, length, check } = text;
  let scope = outer;
  if (call !== undefined) {
    const type = checkAsked(call, `${at}.call`, true, outer);
    scope = { ...outer, results: type?.results };
  }
  checkInteger(pointer, `${at}.pointer`, scope);
  if (check !== undefined) checkInteger(check.value, `${at}.check.value`, scope);
  if (length === "nul" || (typeof length === "object" && "prefix" in length)) return;
  if (typeof length === "object" && "end" in length) {
    return checkInteger(length.end, `${at}.length.end`, scope);
  }
  if (typeof length === "object" && "object" in length) return;
  checkInteger(length, `${at}.length`, scope);
}
