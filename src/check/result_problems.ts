import type { BlockCall } from "../abi/block_source.ts";
import type { PlanParts, ResultPlan, TextResultPlan } from "../abi/plan_parts.ts";
import { join } from "./shape.ts";
import { kindOf, type Scope } from "./value_kinds.ts";
import { checkAsked, checkIndex, checkInteger, checkPassed, checkValue } from "./value_problems.ts";

/** Checks what the status of a call refers to. */
export function checkStatus(
  { value, code, message, details }: NonNullable<PlanParts["status"]>,
  at: string,
  scope: Scope,
): void {
  checkValue(value, `${at}.value`, scope);
  if (code !== undefined) checkValue(code, `${at}.code`, scope);
  if (message?.kind === "text") checkText(message, `${at}.message`, scope);
  if (details?.kind === "record") checkFields(details, `${at}.details`, scope);
}

/** Checks what a result, or a part of one, refers to. */
export function checkResult(result: ResultPlan, at: string, scope: Scope): void {
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
