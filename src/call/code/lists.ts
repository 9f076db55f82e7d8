import type { CursorPlan, ElementsPlan, ListPlan, ResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { expandName } from "../../instance/exports.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { freedParameters } from "../../plan/plan_blocks.ts";
import { asksGuest } from "../values.ts";
import type { CallCode, PlanCode } from "./call_code.ts";
import { basesOf, isFlatItem, leastSize, OF_ITEM, reachOf } from "./flat.ts";
import { freedParts, freeLater, owesItems, writeFreeResult, writeGiveBackResult } from "./free.ts";
import { limitOf, sizeOf, writeTaken, writeUndo } from "./held.ts";
import type { Scope } from "./scope.ts";
import { type WriteLift, writeNoted, writeOrLeave, writeRange } from "./several.ts";
import { writeKept, writeValue } from "./value.ts";

// Lists of values that are consecutive in memory.

/**
 * Returns the source of the test that a list is larger than the block of the call that it lies in.
 *
 * @returns `undefined` if the run form has to check it.
 */
function writeOutside(pointer: Value, byteLength: string, code: CallCode): string | undefined {
  if (pointer === "result") return "";
  if (typeof pointer !== "object" || "export" in pointer) return undefined;
  if (!("argument" in pointer)) return "";
  const { argument } = pointer;
  const { kind } = code.plan.parameters[argument]!;
  if (byteLength === "" || kind !== "compound" || !code.wrote.has(argument)) return undefined;
  return ` || ${byteLength} > ${code.get("sizes", argument)}`;
}

/** Returns whether a list has to be read by the run form. */
function isOdd({ item, bytes, stride, whole }: ElementsPlan, code: CallCode): boolean {
  const { free, nullable, text } = bytes;
  const isFreed = whole !== undefined || bytes.whole !== undefined;
  if (!isFlatItem(item) || isFreed && !code.claimsWhole || nullable) return true;
  if (text.call !== undefined || text.check !== undefined) return true;
  if (typeof text.pointer === "number") return true;
  if (typeof stride === "number") return !(Number.isSafeInteger(stride) && stride > 0);
  // The run form notes the size of items that differ in it, and asks the guest for other values.
  return free !== undefined || !isFlatItem(ofItem(stride));
}

/** Returns a number that is read from an item, as a part of it. */
function ofItem(value: Value): ResultPlan {
  return { kind: "number", type: "u32", value };
}

/** Writes a list; `writeLift` writes each of its items. */
export function writeList(
  list: ListPlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  if (list.kind === "elements") return writeElements(list, scope, code, writeLift);
  // The run form goes on with a list alone, not with a part of a larger value.
  return code.plan.result === list
    ? writeCursor(list, scope, code as PlanCode, writeLift)
    : undefined;
}

/** Writes going from one item in memory to the next. */
export function writeElements(
  list: ElementsPlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  if (isOdd(list, code)) return undefined;
  const { item, bytes, count, stride } = list;
  const { free, text } = bytes;
  const isFixed = typeof stride === "number";
  const { word } = code.layout;
  const reach = Math.max(reachOf(item, word, OF_ITEM), reachOf(ofItem(stride), word, OF_ITEM));
  const first = writeValue(text.pointer, scope, code, "count");
  const many = writeValue(count, scope, code, "count");
  const items = code.fresh("items"), end = code.fresh("end");
  const base = code.fresh("first"), total = code.fresh("count");
  const own = `${total} * ${sizeOf(item)}`;
  const size = scope.taken === undefined ? own : `(${scope.taken} += ${own})`;
  // The guest is not asked twice.
  const leave = () => scope.otherwise(undefined, asksGuest(count) ? total : undefined);
  const otherwise = scope.isPart ? leave : writeUndo(list, leave, code);
  const beyond = isFixed ? ` || ${end} + ${Math.max(0, reach - stride)} > ${code.memory}.size` : "";
  const outside = scope.isPart
    ? ""
    : writeOutside(text.pointer, isFixed ? `${end} - ${base}` : "", code);
  if (outside === undefined) return undefined;
  code.add(`const ${base} = ${first.offset}, ${total} = ${many.offset};
    ${isFixed ? `const ${end} = ${base} + ${total} * ${stride};` : ""}
    if (${total} > 0 && (${base} < ${code.lowest} || ${size} > ${
    limitOf(scope, code)
  }${beyond}${outside})${
    first.kind !== "number" ? ` || ${base} >= ${FARTHEST}` : ""
  }) ${otherwise()}`);
  const block = code.resultBlock;
  if (free !== undefined || bytes.whole !== undefined) {
    writeKept(free, scope, code);
    code.holdResult(base, `${end} - ${base}`);
  }
  const taken = scope.taken ?? writeTaken(item, own, code);
  const names = { items, base, end, total, reach, block: block + 2 };
  const write = (otherwise: () => string) =>
    writeItems(list, names, { ...scope, otherwise, taken }, code, writeLift);
  const isWritten = !scope.isPart && owesItems(list)
    ? writeOrLeave(write, otherwise, code)
    : write(otherwise);
  return isWritten ? items : undefined;
}

/**
 * The names of what is known of a list, the bytes that an item has, and the first block of each.
 */
interface Items {
  readonly items: string;
  readonly base: string;
  readonly end: string;
  readonly total: string;
  readonly reach: number;
  readonly block: number;
}

/**
 * Writes the loop over the items of a list, all of which are within memory if their size is fixed.
 */
function writeItems(
  { item, stride }: ElementsPlan,
  { items, base, end, total, reach, block }: Items,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): boolean {
  const { word } = code.layout;
  const { otherwise } = scope;
  const isFixed = typeof stride === "number";
  const at = code.fresh("at"), data = code.fresh("data"), limit = code.fresh("limit");
  // Nothing in the loop can make memory grow.
  code.add(`var ${items} = [];
    const ${data} = ${code.memory}.data();
    ${isFixed ? "" : `const ${limit} = ${code.memory}.size;`}
    ${
    isFixed
      ? `for (let ${at} = ${base}; ${at} < ${end}; ${at} += ${stride}) {`
      : `for (let ${at} = ${base}, index = 0; index < ${total}; index++) {
      if (${at} + ${reach} > ${limit}) ${otherwise()}`
  }`);
  code.notice(at, reach, data);
  code.known(`base ${at} ${OF_ITEM}`, at);
  const inner: Scope = { ...scope, result: at, types: ["i32"], key: at };
  const enter = (key: string, name: string) => writeRange(item, [key, name, data], otherwise, code);
  const value = writeNoted(item, inner, { code, writeLift, enter }, block);
  if (value === undefined) return false;
  code.add(`${items}.push(${value});`);
  if (!writeOwed(item, block, code)) return false;
  if (!isFixed) {
    const found = writeValue(stride, inner, code, "count").offset;
    const least = Math.max(1, leastSize(item, word));
    const size = code.fresh("size");
    // The last item may leave its size out.
    code.add(`let ${size} = ${found};
      if (${size} === 0 && index === ${total} - 1) ${size} = ${least};
      if (${size} < ${least} || ${at} + ${size} > ${limit}) ${otherwise()}
      ${at} += ${size};`);
  }
  code.add("}");
  return true;
}

/** Writes noting the blocks of an item, which are freed when all of the result was read. */
function writeOwed(item: ResultPlan, block: number, code: CallCode): boolean {
  const parts = freedParts(item, block);
  if (parts.length === 0) return true;
  const freed = freedParameters(code.plan);
  const write = freeLater(code);
  const frees = parts.map((part) => writeGiveBackResult(part, freed, code, write));
  if (frees.includes(undefined)) return false;
  code.add(frees.join("\n"));
  return true;
}

/**
 * Writes asking the guest for one item after another. It cannot begin again, so if anything is out
 * of the ordinary, the run form goes on from that item.
 */
function writeCursor(
  { item, next, call, most }: CursorPlan,
  scope: Scope,
  code: PlanCode,
  writeLift: WriteLift,
): string | undefined {
  if (!isFlatItem(item)) return undefined;
  const block = code.resultBlock + 1;
  const items = code.fresh("items"), found = code.fresh("found"), at = code.fresh("at");
  const read = code.fresh("read"), leave = code.fresh("leave");
  if (call !== undefined) code.add(code.callGuest(expandName(call, code.plan.export), "", ""));
  const size = String(sizeOf(item)), taken = code.fresh("taken");
  code.add(`let ${items} = [], ${found}, ${taken} = 0;
    ${read}: { ${leave}: { for (;;) {`);
  const value = writeValue(next, scope, code, "number");
  if (value.kind !== "number") return undefined;
  code.add(`${found} = ${value.signed};
    if (${found} === 0) break ${read};
    if (${items}.length === ${code.constant(most)}) break ${leave};
    ${taken} += ${size};
    if (${taken} > ${limitOf(scope, code)}) break ${leave};
    const ${at} = ${found} >>> 0;`);
  code.part = block;
  const otherwise = writeUndo(item, () => `break ${leave};`, code);
  const inner: Scope = { ...scope, result: at, types: ["i32"], key: at, otherwise, taken };
  const { lines, value: isWritten } = code.branch(() =>
    writeDrawn(item, items, inner, block, code, writeLift)
  );
  if (!isWritten) return undefined;
  code.add(`try { ${lines} } catch { ${otherwise()} }`);
  code.part = block;
  const freed = writeFreeResult(item, [], code);
  code.part = undefined;
  if (freed === undefined) return undefined;
  code.add(freed);
  const rest = code.of("rest", ({ lift }) => lift.rest);
  const goOn = `frame.result = core; ${items} = ${rest}(frame, ${items}, ${found});`;
  code.add(`} } ${code.aside(goOn)} }`);
  return items;
}

/** Writes reading an item that the guest has found at an address. */
function writeDrawn(
  item: ResultPlan,
  items: string,
  scope: Scope,
  block: number,
  code: PlanCode,
  writeLift: WriteLift,
): boolean {
  const { key: at, otherwise } = scope;
  const data = code.fresh("data");
  const enter = (key: string, name: string) =>
    writeRange(item, [key, name, data], () => otherwise(), code);
  // A guest that returns numbers need not have a memory.
  if (basesOf(item).has(OF_ITEM)) {
    code.add(`const ${data} = ${code.memory}.data();`);
    code.known(`base ${at} ${OF_ITEM}`, at);
    enter(OF_ITEM, at);
  }
  const value = writeNoted(item, scope, { code, writeLift, enter }, block);
  if (value !== undefined) code.add(`${items}.push(${value});`);
  return value !== undefined;
}
