import type { ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { keptValues, partsOf } from "../../plan/plan_blocks.ts";
import type { CallCode } from "./call_code.ts";
import { offsetOf64 } from "./value.ts";
import type { Scope } from "./scope.ts";

// The addresses from which a compiled call can read several values without asking the guest.

/** The addresses that numbers are read from, by their JSON. */
type Bases = ReadonlyMap<string, Value>;

/** Returns whether a value is read from one of the addresses, or is fixed. */
function isLoaded(value: unknown, bases: Bases): boolean {
  if (typeof value === "number") return true;
  return typeof value === "object" && value !== null && ("load" in value || "word" in value) &&
    bases.has(JSON.stringify(baseOf(value as Value))) &&
    (!("offset" in value) || Number(value.offset ?? 0) >= 0);
}

/** Returns whether a value is a core result of the export. */
function isCore(value: Value): boolean {
  return value === "result" || typeof value === "object" && "result" in value;
}

/** Returns whether a value is an address so many bytes behind one of the addresses. */
function isBeside(value: Value & object, bases: Bases): boolean {
  if (!("sum" in value)) return false;
  const [base, offset, ...others] = value.sum;
  return others.length === 0 && base !== undefined && bases.has(JSON.stringify(base)) &&
    typeof offset === "number" && offset >= 0;
}

/** Returns the address that a number in memory is read from. */
function baseOf(value: Value): Value | undefined {
  if (typeof value !== "object" || !("load" in value || "word" in value)) return undefined;
  return value.at ?? "area";
}

/** Returns the addresses that the numbers of a result are read from. */
export function basesOf(result: ResultPlan): Bases {
  const bases = new Map<string, Value>();
  const add = (part: ResultPlan): void => {
    for (const inner of partsOf(part)) add(inner);
    const base = part.kind === "number" || part.kind === "choice" || part.kind === "function"
      ? baseOf(part.value)
      : part.kind === "text"
      ? baseOf(part.text.pointer)
      : undefined;
    if (base !== undefined) bases.set(JSON.stringify(base), base);
  };
  add(result);
  return bases;
}

/** The address of an item of a list. */
export const OF_ITEM: Bases = new Map([[JSON.stringify("result"), "result"]]);

/** The key of that address. */
export const OF_ITEM_KEY = JSON.stringify("result");

/**
 * Returns whether a result has only parts that are found from a few addresses, or that are the
 * export's result itself. Any other part could call the guest, which could grow memory.
 *
 * @param frees Whether each text may have to be freed, or counted as one that nobody frees.
 */
export function isFlat(result: ResultPlan, frees: boolean, bases: Bases): boolean {
  switch (result.kind) {
    case "record":
      return !result.nullable && result.whole === undefined &&
        result.fields.every(([, field]) => isFlat(field, frees, bases));
    case "number":
    case "function":
      return isCore(result.value) || isLoaded(result.value, bases);
    case "choice":
      return !result.nullable && result.whole === undefined &&
        (isCore(result.value) || isLoaded(result.value, bases)) &&
        result.cases.every(({ item }) => item === undefined || isFlat(item, frees, bases));
    case "text":
      return isFlatText(result, frees, bases);
    default:
      return false;
  }
}

function isFlatText(
  { content, encoding, text, free, whole, unfreed }: TextResultPlan,
  frees: boolean,
  bases: Bases,
): boolean {
  const { pointer, length, call, check } = text;
  if (content === "strings" || encoding === "latin1+utf16") return false;
  // The run form would count a block that nobody frees once more, unless all are counted at the end.
  if (whole !== undefined || unfreed && !frees) return false;
  if (free !== undefined && !(frees && free.length === 1 && isLoaded(length, bases))) return false;
  if (!keptValues(free ?? []).every((value) => isLoaded(value, bases))) return false;
  if (call !== undefined || check !== undefined) return false;
  // What the export changed lies in a block of the call, which is as long as it was.
  if (isOfArgument(pointer) && isOfArgument(length)) return true;
  return typeof pointer === "object" && (isLoaded(pointer, bases) || isBeside(pointer, bases)) &&
    (length === "nul" || isLoaded(length, bases) ||
      (typeof length === "object" && "prefix" in length));
}

/** Returns whether a value is the address or the size of an argument. */
function isOfArgument(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    ("argument" in value || "byteLengthOf" in value);
}

/** Returns the least size of an item of a list in bytes: that of the fields which it always has. */
export function leastSize(item: ResultPlan, word: number): number {
  if (item.kind === "record") {
    return Math.max(0, ...item.fields.map(([, field]) => leastSize(field, word)));
  }
  // The cases of a variant differ in size.
  const fixed = item.kind === "choice" ? { ...item, cases: [] } : item;
  return reachOf(fixed, word, OF_ITEM_KEY);
}

/** Returns the end of what is read beside an address, as an offset from it. */
export function reachOf(result: ResultPlan, word: number, key: string): number {
  const end = (value: unknown) =>
    JSON.stringify(baseOf(value as Value)) === key ? endOf(value, word) : 0;
  switch (result.kind) {
    case "record":
      return Math.max(0, ...result.fields.map(([, field]) => reachOf(field, word, key)));
    case "choice":
      return Math.max(
        end(result.value),
        ...result.cases.map(({ item }) => item === undefined ? 0 : reachOf(item, word, key)),
      );
    case "number":
    case "function":
      return end(result.value);
    case "text":
      return Math.max(
        end(result.text.pointer),
        end(result.text.length),
        ...keptValues(result.free ?? []).map(end),
      );
    default:
      return 0;
  }
}

function endOf(value: unknown, word: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if ("load" in value) {
    const { load, offset = 0 } = value as Extract<Value, { readonly load: unknown }>;
    return offset + NUMERIC_TYPES[load].byteLength;
  }
  return "word" in value ? (Number(value.word) + 1) * word : 0;
}

/** An address, and whether it is that of a block of the call. */
export interface Base {
  readonly source: string;
  readonly isOwn: boolean;
}

/** Returns the source of an address: that of a block of the call, or a core value. */
export function baseAt(
  at: Value,
  { result, types, each }: Scope,
  code: CallCode,
): Base | undefined {
  const { area } = code.layout;
  const own = at === "area" ? area : typeof at === "object" && "argument" in at ? at.argument : -1;
  if (own >= 0) {
    const parameter = code.plan.parameters[own];
    const isNullable = parameter?.kind === "compound" && parameter.nullable;
    if (!code.wrote.has(own) || isNullable || (own !== area && parameter?.kind !== "compound")) {
      return undefined;
    }
    return { source: code.get("pointers", own), isOwn: true };
  }
  const index = typeof at === "object" && "result" in at ? at.result : 0;
  const type = types[index];
  if (at === "result" ? types.length !== 1 : typeof at !== "object" || !("result" in at)) {
    return undefined;
  }
  const core = at === "result" ? result : each?.(index) ?? `${result}[${index}]`;
  if (type === "i32") return { source: `${core} >>> 0`, isOwn: false };
  return type === "i64"
    ? { source: `${code.constant(offsetOf64)}(${core})`, isOwn: false }
    : undefined;
}
