import type { NumberName } from "../../abi/number.ts";
import type { ResultPlan } from "../../abi/plan_parts.ts";
import { GuestError } from "../../base/errors.ts";
import { OnDemand } from "../../base/lazy.ts";
import { hex, quote, show } from "../../base/show.ts";
import type { ValueType } from "../../binary/types.ts";
import { toOffset } from "../../memory/pointer.ts";
import { partsOf } from "../../plan/plan_blocks.ts";
import type { CallCode, PlanCode } from "../code/call_code.ts";
import type { WholeCalls } from "../code/free.ts";
import { isNoText, writeTest, writeValue } from "../code/value.ts";
import type { Otherwise, Scope } from "../code/scope.ts";
import { customConvention, liftedFunctions, numbers, objectValues } from "../on_demand.ts";
import type { Lift, TextContext } from "../text_context.ts";
import { compileText, writeText } from "../text_result.ts";
import { asksGuest, compileInteger, compileValue } from "../values.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that records a result that is freed as a whole, before anything can fail. */
export const claimStep: StepKind<StepOf<"claim">> = {
  run: (_step, { lift: { claim } }) => claim ?? (() => {}),
  write(_step, code) {
    const { result } = code.plan;
    if (!isClaimed(result)) return true;
    // A part can have a call of its own; those of items are noted later.
    if (result.kind !== "elements" && partsOf(result).some(isClaimed)) return false;
    for (const { calls, block } of wholeCalls(result, code.resultBlock)) {
      if (calls !== undefined) code.set("claimed", block, `Number(${code.returned}) !== 0`);
    }
    code.claimsWhole = true;
    return true;
  },
};

/** Lists the calls that free a result as a whole. */
export function wholeCalls(result: ResultPlan, block: number): readonly WholeCalls[] {
  const own = "whole" in result ? result.whole : undefined;
  return result.kind === "elements"
    ? [
      { calls: result.bytes.whole, block, isData: true },
      { calls: own, block: block + 1, isData: false },
    ]
    : [{ calls: own, block, isData: result.kind === "text" }];
}

/** Returns whether a result or a part of it is freed as a whole. */
function isClaimed(result: ResultPlan): boolean {
  if ("whole" in result && result.whole !== undefined) return true;
  // A list claims its items later.
  return result.kind === "elements"
    ? result.bytes.whole !== undefined
    : partsOf(result).some(isClaimed);
}

/** The step that checks whether the call has failed. */
export const statusStep: StepKind<StepOf<"check status">> = {
  run: (_step, { status }) => status!,
  write(_step, code, otherwise) {
    const { value, fails } = code.plan.status!;
    const found = writeValue(value, scopeOf(code, otherwise), code, "number");
    const test = writeTest(fails, found.signed, code);
    // A guest may no longer report its failure when it is asked again.
    const asked = asksGuest(value) ? found.signed : undefined;
    code.add(`if (${test}) ${otherwise(undefined, asked)}`);
    return true;
  },
  report: (_step, lines) => lines.status(lines.plan.status!),
};

/** The step that lifts the result. */
export const liftStep: StepKind<StepOf<"lift">> = {
  run(_step, { lift: { lift } }) {
    return (frame) => {
      const { at } = frame;
      frame.at = undefined;
      frame.value = lift(frame, at);
    };
  },
  write(_step, code, otherwise) {
    const { result } = code.plan;
    const value = result.kind === "managed"
      ? objectValues.module.writeLiftObject(result, code, otherwise)
      : writeLift(result, scopeOf(code, otherwise), code);
    if (value === undefined) return false;
    code.value = value;
    code.isLifted = true;
    return true;
  },
  ran(_step, code) {
    code.add("lifted = frame.value;");
    code.value = "lifted";
  },
  report: (_step, lines) => lines.result(lines.plan.result),
};

function scopeOf(code: PlanCode, otherwise: Otherwise): Scope {
  return { result: "core", types: code.results, otherwise, key: "core" };
}

/** Writes lifting; the source of the value, or `undefined` if the run form has to do it. */
export function writeLift(result: ResultPlan, scope: Scope, code: CallCode): string | undefined {
  switch (result.kind) {
    case "void":
      return "undefined";
    case "number":
      return writeNumber(result, scope, code);
    case "reference":
      if (result.content !== "any") {
        code.add(`if (${isNoText(scope.result, result.nullable)}) ${scope.otherwise()}`);
      }
      return scope.result;
    case "function":
      return liftedFunctions.module.writeResult(result, scope, code);
    case "text":
      return writeText(result, scope, code);
    case "record":
    case "choice":
      return several.module.writeWhole(result, scope, code, writeLift);
    case "cursor":
    case "elements":
      return several.module.writeList(result, scope, code, writeLift);
    default:
      return undefined;
  }
}

/** The core type of a number that was read from memory. */
const LOADED: Readonly<Record<string, ValueType>> = {
  i64: "i64",
  u64: "i64",
  f32: "f32",
  f64: "f64",
};

function writeNumber(
  { type, value }: ResultPlan & { kind: "number" },
  scope: Scope,
  code: CallCode,
): string {
  const lift = (core: ValueType | undefined, source: string) =>
    numbers.loaded?.writeLiftNumber(type, core, source) ??
      `${code.constant(liftNumber)}("${type}", ${source})`;
  if (value === "result" && scope.types.length === 1) return lift(scope.types[0], scope.result);
  const isFloat = type === "f32" || type === "f64";
  const found = writeValue(value, scope, code, isFloat ? "number" : "integer");
  const loads = typeof value === "object" && "load" in value ? value.load : undefined;
  // The number in memory already has this type, so nothing is converted.
  if (loads !== undefined && loads === type) return found.signed;
  return lift(loads === undefined ? undefined : LOADED[loads] ?? "i32", found.signed);
}

/** The code for results of several values, which only some guests need. */
export const several = new OnDemand(() => import("../several.ts"));

/** Compiles the result of a symbol. */
export function compileLift(result: ResultPlan, context: TextContext): Lift {
  switch (result.kind) {
    case "void":
      return { lift: () => undefined };
    case "number": {
      const { type, value } = result;
      const { instance, layout } = context;
      // The export's type was compared with the declared type when the plan was made.
      const isSure = value === "result" && instance.functionType(layout.symbol) !== undefined;
      const isFloat = type === "f32" || type === "f64";
      const compile = isSure || isFloat ? compileValue : compileInteger;
      const get = compile(value, instance, layout);
      return { lift: (frame) => liftNumber(type, get(frame)) };
    }
    case "reference": {
      const { symbol } = context;
      return { lift: (frame) => checkReference(frame.result, result, symbol) };
    }
    case "function":
      return liftedFunctions.module.compileResult(result, context);
    case "custom": {
      const { instance, symbol, custom } = context;
      return {
        lift: customConvention.module.compileCustomLift(result.content, custom!, instance, symbol),
      };
    }
    case "record":
      return several.module.compileRecord(result, context, compileLift);
    case "choice":
      return several.module.compileCases(result, context, compileLift);
    case "cursor":
    case "elements":
      return several.module.compileList(result, context, compileLift);
    case "managed":
      return objectValues.module.compileLiftObject(result, context);
    case "slice":
      return { lift: several.module.compileSlice(result, context) };
    case "text":
      return compileText(result, context);
  }
}

function checkReference(
  value: unknown,
  { content, nullable }: ResultPlan & { kind: "reference" },
  symbol: string,
): unknown {
  if (content === "any" || typeof value === "string" || (value === null && nullable)) return value;
  throw new GuestError(
    value === null ? "null-pointer" : "invalid-text",
    `Cannot lift the result of ${quote(symbol)}: it is ${show(value)}, expected a string`,
    { export: symbol },
  );
}

/**
 * Returns a pointer as the number that callers get, or throws if a number cannot hold it exactly.
 */
function liftPointer(value: number | bigint): number {
  const offset = toOffset(value);
  if (Number.isSafeInteger(offset)) return offset;
  throw new GuestError(
    "signature",
    `Cannot lift a pointer: it is ${hex(BigInt.asUintN(64, BigInt(value)))}, expected at most ` +
      `${hex(Number.MAX_SAFE_INTEGER)}, or "u64" as its type`,
  );
}

/** Compiles a core value into the declared number. */
export function liftNumber(type: NumberName, value: number | bigint): number | bigint | boolean {
  switch (type) {
    case "i8":
      return Number(value) << 24 >> 24;
    case "u8":
      return Number(value) & 0xff;
    case "i16":
      return Number(value) << 16 >> 16;
    case "u16":
      return Number(value) & 0xffff;
    case "i32":
      return Number(value) | 0;
    case "u32":
      return Number(value) >>> 0;
    case "i64":
      return BigInt.asIntN(64, BigInt(value));
    case "u64":
      return BigInt.asUintN(64, BigInt(value));
    case "bool":
      return Number(value) !== 0;
    case "pointer":
      return liftPointer(value);
    case "f32":
    case "f64":
      return Number(value);
  }
}
