import type { ElementsPlan, ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
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

/** Returns whether a value is one of the addresses, or at an offset from one. */
function isBeside(value: Value, bases: Bases): boolean {
  const [base, offset = 0, ...others] = typeof value === "object" && "sum" in value
    ? value.sum
    : [value];
  return others.length === 0 && bases.has(JSON.stringify(base)) &&
    typeof offset === "number" && offset >= 0;
}

/** Returns the address that a number in memory is read from. */
export function baseOf(value: unknown): Value | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return "load" in value || "word" in value ? (value as { at?: Value }).at ?? "area" : undefined;
}

/** Returns the address from which data is found: its pointer is read there, or it is next to it. */
function originOf(pointer: Value): Value {
  const isSum = typeof pointer === "object" && "sum" in pointer;
  return baseOf(pointer) ?? (isSum ? pointer.sum[0]! : pointer);
}

/** Lists the addresses that a part itself is found from, but not its parts. */
export function originsOf(part: ResultPlan): readonly Value[] {
  const all: (Value | undefined)[] = [];
  switch (part.kind) {
    case "number":
    case "function":
      all.push(baseOf(part.value));
      break;
    case "choice":
      all.push(baseOf(part.value), part.nullable ? baseOf(part.pointer) : undefined);
      break;
    case "record":
      all.push(part.nullable ? baseOf(part.pointer) : undefined);
      break;
    case "elements":
      all.push(originOf(part.bytes.text.pointer), baseOf(part.count));
      break;
    case "text": {
      // Data that the export changed is in a block of the call.
      const { pointer, length } = part.text;
      if (!(isOfArgument(pointer) && isOfArgument(length))) all.push(originOf(pointer));
    }
  }
  return all.filter((value) => value !== undefined);
}

/** Returns the addresses that the parts of a result are read from; those of items are their own. */
export function basesOf(result: ResultPlan): Bases {
  const bases = new Map<string, Value>();
  const note = (base: Value): void => {
    // An address can be read from memory itself.
    const outer = baseOf(base);
    if (outer !== undefined) note(outer);
    bases.set(JSON.stringify(base), base);
  };
  const add = (part: ResultPlan): void => {
    for (const origin of originsOf(part)) note(origin);
    if (part.kind !== "elements") { for (const inner of partsOf(part)) add(inner); }
  };
  add(result);
  return bases;
}

/** The key of the address of an item of a list. */
export const OF_ITEM = JSON.stringify("result");

/** Returns whether all of an item of a list is found from its address. */
export function isFlatItem(item: ResultPlan): boolean {
  const bases = basesOf(item);
  const roots = [...bases].filter(([, base]) => baseOf(base) === undefined);
  return roots.every(([key]) => key === OF_ITEM) && isFlat(item, bases);
}

/**
 * Returns whether a result has only parts that are found from a few addresses, or that are the
 * export's result itself. Any other part could call the guest, which could grow memory.
 */
export function isFlat(result: ResultPlan, bases: Bases): boolean {
  switch (result.kind) {
    case "record":
      return hasAddress(result, bases) &&
        result.fields.every(([, field]) => isFlat(field, bases));
    case "number":
    case "function":
      return isCore(result.value) || isLoaded(result.value, bases);
    case "choice":
      return hasAddress(result, bases) &&
        (isCore(result.value) || isLoaded(result.value, bases)) &&
        result.cases.every(({ item }) => item === undefined || isFlat(item, bases));
    case "text":
      return isFlatText(result, bases);
    case "elements":
      return isFlatList(result, bases);
    default:
      return false;
  }
}

/** Returns whether a part is always there, or an address shows it; what frees it frees no other. */
function hasAddress(
  { nullable, pointer = "result", whole }: Extract<
    ResultPlan,
    { readonly kind: "record" | "choice" }
  >,
  bases: Bases,
): boolean {
  return whole === undefined && (!nullable || isCore(pointer) || isLoaded(pointer, bases));
}

/** Returns whether a list in a larger value, and its items, lie at known places. */
function isFlatList({ item, bytes, count, stride, whole }: ElementsPlan, bases: Bases): boolean {
  const { text: { pointer, call, check }, free } = bytes;
  const isWhole = whole !== undefined || bytes.whole !== undefined;
  const isKept = keptValues(free ?? []).every((value) => isLoaded(value, bases));
  return !isWhole && isKept && !bytes.nullable && call === undefined &&
    check === undefined &&
    typeof stride === "number" && Number.isSafeInteger(stride) && stride > 0 &&
    (isLoaded(pointer, bases) || isBeside(pointer, bases)) &&
    (isLoaded(count, bases) || isOfArgument(count)) && isFlatItem(item);
}

function isFlatText(
  { content, encoding, text, free, whole }: TextResultPlan,
  bases: Bases,
): boolean {
  const { pointer, length, call, check } = text;
  if (content === "strings" || encoding === "latin1+utf16") return false;
  if (whole !== undefined) return false;
  const isKnown = length === "nul" || isLoaded(length, bases);
  if (free !== undefined && !isKnown) return false;
  if (!keptValues(free ?? []).every((value) => isLoaded(value, bases))) return false;
  if (call !== undefined || check !== undefined) return false;
  // Data that the export changed is in a block of the call, whose size does not change.
  if (isOfArgument(pointer) && isOfArgument(length)) return true;
  const isPlain = typeof length === "object" && ("prefix" in length || "within" in length);
  return typeof pointer !== "number" && (isLoaded(pointer, bases) || isBeside(pointer, bases)) &&
    (isKnown || isPlain);
}

/** Returns whether a value is the address or the length of an argument. */
function isOfArgument(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    ("argument" in value || "byteLengthOf" in value || "countOf" in value);
}

/** Returns the least size of an item of a list in bytes: that of the fields which it always has. */
export function leastSize(item: ResultPlan, word: number): number {
  if (item.kind === "record") {
    return Math.max(0, ...item.fields.map(([, field]) => leastSize(field, word)));
  }
  // The cases of a variant differ in size.
  const fixed = item.kind === "choice" ? { ...item, cases: [] } : item;
  return reachOf(fixed, word, OF_ITEM);
}

/** Returns the end of the data that is read next to an address, as an offset from it. */
export function reachOf(result: ResultPlan, word: number, key: string): number {
  const end = (value: unknown): number => {
    const base = baseOf(value);
    if (base === undefined) return 0;
    return JSON.stringify(base) === key ? endOf(value, word) : end(base);
  };
  const own = valuesOf(result).map(end);
  const inner = result.kind === "elements" ? [] : partsOf(result);
  return Math.max(0, ...own, ...inner.map((part) => reachOf(part, word, key)));
}

/** Lists the values that a part itself is found by. */
function valuesOf(part: ResultPlan): readonly unknown[] {
  switch (part.kind) {
    case "number":
    case "function":
      return [part.value];
    case "record":
      return [part.pointer];
    case "choice":
      return [part.value, part.pointer];
    case "text":
      return [part.text.pointer, part.text.length, ...keptValues(part.free ?? [])];
    case "elements":
      return [part.bytes.text.pointer, part.count, ...keptValues(part.bytes.free ?? [])];
    default:
      return [];
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
