import type { ElementsPlan, ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { blocksOf, partsOf } from "../../plan/plan_blocks.ts";
import { writeCases } from "../cases.ts";
import { asksGuest } from "../values.ts";
import type { CallCode } from "./call_code.ts";
import {
  type Base,
  baseAt,
  basesOf,
  isFlat,
  leastSize,
  OF_ITEM,
  OF_ITEM_KEY,
  reachOf,
} from "./flat.ts";
import { writeValue } from "./value.ts";
import type { Scope } from "./scope.ts";

/** Writes lifting one of the values of a record or a list. */
type WriteLift = (result: ResultPlan, scope: Scope, code: CallCode) => string | undefined;

/** Writes a record or one of several cases; `writeLift` writes each part of it. */
export function writeWhole(
  result: ResultPlan & { readonly kind: "record" | "choice" },
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  const bases = basesOf(result);
  const found = [...bases].map(([key, base]) => [key, baseAt(base, scope, code)] as const);
  if (!isFlat(result, true, bases) || found.some(([, base]) => base === undefined)) {
    // The case that applies can have its own addresses.
    return result.kind === "choice" ? writeCases(result, scope, code, writeLift) : undefined;
  }
  const data = code.fresh("data"), size = String(sizeOf(result));
  const limit = `if (${size} > ${limitOf(scope, code)}) ${scope.otherwise()}`;
  const checks: string[] = [limit];
  for (const [key, base] of found as [string, Base][]) {
    const reach = reachOf(result, code.layout.word, key);
    const name = base.isOwn ? base.source : code.once(`base ${scope.key} ${key}`, base.source);
    code.known(`base ${scope.key} ${key}`, name);
    // The call's own blocks are within memory, and at least as large.
    if (!base.isOwn) {
      checks.push(
        `if (${name} < ${code.lowest} || ${name} + ${reach} > ${code.memory}.size) ` +
          scope.otherwise(),
      );
    }
    code.notice(name, reach, data);
  }
  code.add(`${checks.join("\n")}
    const ${data} = ${code.memory}.data();`);
  const otherwise = () => scope.otherwise();
  const isLate = freedParts(result, 0).length > 0 || hasUnfreed(result);
  const later: (() => void)[] | undefined = isLate ? [] : undefined;
  const inner = { ...scope, otherwise, taken: writeTaken(result, size, code), later };
  const written = writePart(result, inner, code, writeLift, code.resultBlock);
  code.part = undefined;
  for (const finish of later ?? []) finish();
  if (written === undefined || !found.some(([, base]) => base?.isOwn)) return written;
  // The value is read before the call gives its blocks back.
  const value = code.fresh("value");
  code.add(`const ${value} = ${written};`);
  return value;
}

/** A text in a record that is freed on its own, and its block. */
export interface FreedPart {
  readonly part: TextResultPlan;
  readonly block: number;
}

/** Returns the texts of a record that are freed one by one; `block` is the record's own. */
export function freedParts(result: ResultPlan, block: number): FreedPart[] {
  if (result.kind === "text") {
    return result.free === undefined ? [] : [{ part: result, block }];
  }
  if (result.kind !== "record" && result.kind !== "choice") return [];
  let next = block + 1;
  return partsOf(result).flatMap((part) => {
    const parts = freedParts(part, next);
    next += blocksOf(part);
    return parts;
  });
}

/** Returns whether a record has a text that nobody frees. */
function hasUnfreed(result: ResultPlan): boolean {
  return result.kind === "text" ? result.unfreed === true : partsOf(result).some(hasUnfreed);
}

/** Returns the least number of bytes that the host can hold for one of a call's values. */
function limitOf({ sharing = 1 }: Scope, code: CallCode): string {
  return code.of(`limit of ${sharing}`, ({ instance }) => instance.resultLimit / sharing);
}

/** Adds the count of what the host holds so far, if data adds to it; returns its name. */
function writeTaken(result: ResultPlan, size: string, code: CallCode): string | undefined {
  if (!hasData(result)) return undefined;
  const taken = code.fresh("taken");
  code.add(`let ${taken} = ${size};`);
  return taken;
}

/** Returns whether a result has text, bytes or an array, which take the host memory of their own. */
function hasData(result: ResultPlan): boolean {
  return result.kind === "text" || partsOf(result).some(hasData);
}

function writeFields(
  { fields }: ResultPlan & { kind: "record" },
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
  block?: number,
): string | undefined {
  const written: string[] = [];
  let next = block === undefined ? undefined : block + 1;
  for (const [name, field] of fields) {
    const value = writePart(field, scope, code, writeLift, next);
    if (value === undefined) return undefined;
    written.push(`${propertyName(name)}: ${value}`);
    if (next !== undefined) next += blocksOf(field);
  }
  return `{ ${written.join(", ")} }`;
}

function writePart(
  part: ResultPlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
  block?: number,
): string | undefined {
  if (part.kind === "record") return writeFields(part, scope, code, writeLift, block);
  code.part = block;
  if (part.kind !== "choice") return writeLift(part, scope, code);
  return writeCases(
    part,
    scope,
    code,
    (item, inner, code) => writePart(item, inner, code, writeLift, code.part),
  );
}

/** Formats a key of an object literal. An uncomputed `__proto__` would set the prototype. */
export function propertyName(name: string): string {
  const key = JSON.stringify(name);
  return name === "__proto__" ? `[${key}]` : key;
}

/** Writes going from one item in memory to the next; `writeLift` writes each of them. */
export function writeElements(
  { item, bytes, count, stride, whole }: ElementsPlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  const { free, nullable, text } = bytes;
  const isOdd = !isFlat(item, false, OF_ITEM) || whole !== undefined ||
    bytes.whole !== undefined ||
    nullable ||
    text.call !== undefined || text.check !== undefined;
  if (isOdd || typeof text.pointer === "number") return undefined;
  // A list in a block of the call has to lie within that block, which the run form checks.
  if (typeof text.pointer === "string" ? text.pointer !== "result" : "argument" in text.pointer) {
    return undefined;
  }
  if (typeof text.pointer === "object" && "export" in text.pointer) return undefined;
  const isFixed = typeof stride === "number";
  if (isFixed && !(Number.isSafeInteger(stride) && stride > 0)) return undefined;
  // The run form notes the size of items that differ in it, and asks the guest for other values.
  const ofItem = { kind: "number", type: "u32", value: stride } as const;
  if (!isFixed && (free !== undefined || !isFlat(ofItem, false, OF_ITEM))) return undefined;
  const reach = Math.max(
    reachOf(item, code.layout.word, OF_ITEM_KEY),
    reachOf(ofItem, code.layout.word, OF_ITEM_KEY),
  );
  const first = writeValue(text.pointer, scope, code, "count");
  const many = writeValue(count, scope, code, "count");
  const items = code.fresh("items"), at = code.fresh("at"), end = code.fresh("end");
  const data = code.fresh("data"), base = code.fresh("first"), total = code.fresh("count");
  const size = `${total} * ${sizeOf(item)}`;
  // The guest is not asked twice.
  const otherwise = () => scope.otherwise(undefined, asksGuest(count) ? total : undefined);
  const beyond = isFixed ? ` || ${end} + ${Math.max(0, reach - stride)} > ${code.memory}.size` : "";
  code.add(`const ${base} = ${first.offset}, ${total} = ${many.offset};
    ${isFixed ? `const ${end} = ${base} + ${total} * ${stride};` : ""}
    if (${total} > 0 && (${base} < ${code.lowest} || ${size} > ${limitOf(scope, code)}${beyond})${
    first.kind !== "number" ? ` || ${base} >= ${FARTHEST}` : ""
  }) ${otherwise()}`);
  if (free !== undefined) code.holdResult(base, `${end} - ${base}`);
  const taken = writeTaken(item, size, code);
  // Nothing in the loop can make memory grow.
  const limit = code.fresh("limit");
  code.add(`const ${items} = [], ${data} = ${code.memory}.data();
    ${isFixed ? "" : `const ${limit} = ${code.memory}.size;`}
    ${
    isFixed
      ? `for (let ${at} = ${base}; ${at} < ${end}; ${at} += ${stride}) {`
      : `for (let ${at} = ${base}, index = 0; index < ${total}; index++) {
      if (${at} + ${reach} > ${limit}) ${otherwise()}`
  }`);
  code.notice(at, reach, data);
  code.known(`base ${at} "result"`, at);
  const inner: Scope = { ...scope, result: at, types: ["i32"], key: at, otherwise, taken };
  const value = writePart(item, inner, code, writeLift);
  if (value === undefined) return undefined;
  code.add(`${items}.push(${value});`);
  if (!isFixed) {
    const found = writeValue(stride, inner, code, "count").offset;
    const least = Math.max(1, leastSize(item, code.layout.word));
    const size = code.fresh("size");
    // The last item may leave its size out.
    code.add(`let ${size} = ${found};
      if (${size} === 0 && index === ${total} - 1) ${size} = ${least};
      if (${size} < ${least} || ${at} + ${size} > ${limit}) ${otherwise()}
      ${at} += ${size};`);
  }
  code.add("}");
  return items;
}

/** The bytes that the host takes to note a block that it has to free. */
const OWED_SIZE = 96;

/**
 * Returns the bytes that the host holds for a value in a record or a list, besides its text or its
 * elements. They are V8 15's, rounded down for values that take a guest few bytes each.
 */
export function sizeOf(result: ResultPlan): number {
  switch (result.kind) {
    case "number":
      return result.type === "i64" || result.type === "u64" ? 32 : 8;
    case "text":
      return (result.content === "string" ? 32 : 240) +
        OWED_SIZE * ((result.free?.length ?? 0) + (result.whole?.length ?? 0));
    case "slice":
      return 32;
    case "record":
      return result.fields.reduce((size, [, field]) => size + sizeOf(field), 32);
    case "choice":
      return 32 +
        Math.max(0, ...result.cases.map(({ item }) => item === undefined ? 0 : sizeOf(item)));
    case "cursor":
    case "elements":
      return 112;
    default:
      return 8;
  }
}
