import type { ElementsPlan, ResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Otherwise } from "../code/call_code.ts";
import { writeData } from "../code/data.ts";
import { writeLiftNumber } from "../code/number.ts";
import type { PlanCode } from "../code/plan_code.ts";
import { type Scope, writeValue } from "../code/value.ts";
import { liftNumber } from "../lower.ts";
import { sizeOf } from "../result_limit.ts";
import { asksGuest } from "../values.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The step that notes a result that is freed as a whole, before anything can fail. */
export const claimStep: StepKind<StepOf<"claim">> = {
  run: (_step, { lift: { claim } }) => claim ?? (() => {}),
  write(_step, code) {
    const { result } = code.plan;
    return result.kind === "text" ? result.whole === undefined : NOTHING_TO_CLAIM.has(result.kind);
  },
};

const NOTHING_TO_CLAIM: ReadonlySet<string> = new Set(["void", "number", "reference", "slice"]);

/** The step that checks whether the call has failed. */
export const statusStep: StepKind<StepOf<"check status">> = {
  run: (_step, { status }) => status!,
  write(_step, code, otherwise) {
    const { value, fails } = code.plan.status!;
    const found = writeValue(value, scopeOf(code, otherwise), code, "number");
    const test = typeof fails === "object"
      ? `!${code.constant(fails.except)}.includes(Number(${found.signed}))`
      : fails === "negative"
      ? `${found.signed} < 0`
      : `Number(${found.signed}) ${fails === "zero" ? "===" : "!=="} 0`;
    // A guest may have forgotten its failure when it is asked again.
    const asked = asksGuest(value) ? found.signed : undefined;
    code.add(`if (${test}) ${otherwise(undefined, asked)}`);
    return true;
  },
  tell: (_step, told) => told.status(told.plan.status!),
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
    const value = writeLift(code.plan.result, scopeOf(code, otherwise), code);
    if (value === undefined) return false;
    code.value = value;
    code.isLifted = true;
    return true;
  },
  tell: (_step, told) => told.result(told.plan.result),
};

function scopeOf(code: PlanCode, otherwise: Otherwise): Scope {
  return { result: "core", types: code.results, otherwise, key: "core" };
}

/** Writes lifting; the source of the value, or `undefined` if the run form has to do it. */
function writeLift(result: ResultPlan, scope: Scope, code: PlanCode): string | undefined {
  switch (result.kind) {
    case "void":
      return "undefined";
    case "number":
      return writeNumber(result, scope, code);
    case "reference":
      if (result.content !== "any") {
        code.add(`if (typeof ${scope.result} !== "string") ${scope.otherwise()}`);
      }
      return scope.result;
    case "text":
      return writeData(result, scope, code);
    case "record":
      return writeRecord(result, scope, code);
    case "elements":
      return writeElements(result, scope, code);
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
  code: PlanCode,
): string {
  const lift = (core: ValueType | undefined, source: string) =>
    writeLiftNumber(type, core, source) ?? `${code.constant(liftNumber)}("${type}", ${source})`;
  if (value === "result" && scope.types.length === 1) return lift(scope.types[0], scope.result);
  const isFloat = type === "f32" || type === "f64";
  const found = writeValue(value, scope, code, isFloat ? "number" : "integer");
  const loads = typeof value === "object" && "load" in value ? value.load : undefined;
  // The number in memory has its type already, so nothing is converted.
  if (loads !== undefined && loads === type) return found.signed;
  return lift(loads === undefined ? undefined : LOADED[loads] ?? "i32", found.signed);
}

/**
 * Returns whether a result has only numbers that are read from the address in the export's result.
 */
function isFlat(result: ResultPlan): boolean {
  if (result.kind === "record") {
    return !result.nullable && result.whole === undefined &&
      result.fields.every(([, field]) => isFlat(field));
  }
  // Any other place could call the guest, which could grow memory.
  return result.kind === "number" && typeof result.value === "object" && "load" in result.value &&
    result.value.at === "result" && (result.value.offset ?? 0) >= 0;
}

/** Returns the end of the numbers, as an offset from that address. */
function reachOf(result: ResultPlan): number {
  if (result.kind === "record") {
    return Math.max(0, ...result.fields.map(([, field]) => reachOf(field)));
  }
  if (result.kind !== "number") return 0;
  const { load, offset = 0 } = result.value as Extract<Value, { readonly load: unknown }>;
  return offset + NUMERIC_TYPES[load].byteLength;
}

function writeRecord(
  result: ResultPlan & { kind: "record" },
  scope: Scope,
  code: PlanCode,
): string | undefined {
  const reach = isFlat(result) ? reachOf(result) : 0;
  if (reach === 0 || scope.types.join() !== "i32") return undefined;
  const base = code.once(`base ${scope.key} "result"`, `${scope.result} >>> 0`);
  const data = code.fresh("data");
  code.add(
    `if (${base} < ${code.lowest} || ${base} + ${reach} > ${code.memory}.size || ${
      sizeOf(result)
    } > ${limitOf(code)}) ${scope.otherwise()}
    const ${data} = ${code.memory}.data();`,
  );
  code.notice(base, reach, data);
  return writeFields(result, scope, code);
}

/** Returns the least number of bytes that the host can hold for one call's result. */
function limitOf(code: PlanCode): string {
  return code.of("limit", ({ instance }) => instance.resultLimit);
}

function writeFields(
  { fields }: ResultPlan & { kind: "record" },
  scope: Scope,
  code: PlanCode,
): string {
  const written = fields.map(([name, field]) => {
    const value = field.kind === "record"
      ? writeFields(field, scope, code)
      : writeLift(field, scope, code)!;
    return `${propertyName(name)}: ${value}`;
  });
  return `{ ${written.join(", ")} }`;
}

/** Formats a key of an object literal. An uncomputed `__proto__` would set the prototype. */
function propertyName(name: string): string {
  const key = JSON.stringify(name);
  return name === "__proto__" ? `[${key}]` : key;
}

/** Writes going from one record or number in memory to the next. */
function writeElements(
  { item, bytes, count, stride, whole }: ElementsPlan,
  scope: Scope,
  code: PlanCode,
): string | undefined {
  const { free, nullable, text } = bytes;
  const isOdd = !isFlat(item) || whole !== undefined || bytes.whole !== undefined || nullable ||
    text.call !== undefined || text.check !== undefined || stride <= 0;
  if (isOdd || !Number.isSafeInteger(stride) || typeof text.pointer === "number") return undefined;
  // A list in a block of the call has to lie within that block, which the run form checks.
  if (typeof text.pointer === "string" ? text.pointer !== "result" : "argument" in text.pointer) {
    return undefined;
  }
  if (typeof text.pointer === "object" && "export" in text.pointer) return undefined;
  const reach = reachOf(item);
  const first = writeValue(text.pointer, scope, code, "pointer");
  const many = writeValue(count, scope, code, "count");
  const items = code.fresh("items"), at = code.fresh("at"), end = code.fresh("end");
  const data = code.fresh("data"), base = code.fresh("first"), total = code.fresh("count");
  code.add(`const ${base} = ${first.offset}, ${total} = ${many.offset};
    const ${end} = ${base} + ${total} * ${stride};
    if (${base} < ${code.lowest} || ${end} + ${Math.max(0, reach - stride)} > ${code.memory}.size ||
      ${total} * ${sizeOf(item)} > ${limitOf(code)}) ${
    scope.otherwise(undefined, asksGuest(count) ? total : undefined)
  }`);
  if (free !== undefined) code.holdResult(base, `${end} - ${base}`);
  code.add(`const ${items} = [], ${data} = ${code.memory}.data();
    for (let ${at} = ${base}; ${at} < ${end}; ${at} += ${stride}) {`);
  code.notice(at, reach, data);
  code.known(`base ${at} "result"`, at);
  const inner: Scope = { ...scope, result: at, types: ["i32"], key: at };
  const value = item.kind === "record"
    ? writeFields(item, inner, code)
    : writeLift(item, inner, code)!;
  code.add(`${items}.push(${value}); }`);
  return items;
}
