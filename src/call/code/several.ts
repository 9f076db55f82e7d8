import type { ElementsPlan, ResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { blocksOf } from "../../plan/plan_blocks.ts";
import { writeCases } from "../cases.ts";
import { asksGuest } from "../values.ts";
import type { CallCode } from "./call_code.ts";
import {
  type Base,
  baseAt,
  baseOf,
  basesOf,
  isFlat,
  isFlatItem,
  leastSize,
  OF_ITEM,
  originsOf,
  reachOf,
} from "./flat.ts";
import { freedParts } from "./free.ts";
import { limitOf, sizeOf, writeRecount, writeTaken } from "./held.ts";
import { writeValue } from "./value.ts";
import type { Scope } from "./scope.ts";

/** Writes lifting one of the values of a record or a list. */
type WriteLift = (result: ResultPlan, scope: Scope, code: CallCode) => string | undefined;

/** Writes a record or one of several cases; `writeLift` writes each part of it. */
export function writeWhole(
  result: Several,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
): string | undefined {
  if (result.whole !== undefined && !code.claimsWhole) return undefined;
  if (result.nullable) {
    const write = (inner: Scope) =>
      writeWhole({ ...result, nullable: false }, inner, code, writeLift);
    return writeUnlessNull(result, scope, code, write);
  }
  const all = { ...result, whole: undefined };
  const bases = basesOf(all);
  const roots = [...bases].filter(([, base]) => baseOf(base) === undefined);
  const found = roots.map(([key, base]) => [key, baseAt(base, scope, code)] as const);
  if (!isFlat(all, true, bases) || found.some(([, base]) => base === undefined)) {
    // The case that applies can have its own addresses.
    return all.kind === "choice" ? writeCases(all, scope, code, writeLift) : undefined;
  }
  const data = code.fresh("data"), size = String(sizeOf(all));
  code.add(`if (${size} > ${limitOf(scope, code)}) ${scope.otherwise()}`);
  const enter = (key: string, name: string) => writeRange(all, [key, name, data], scope, code);
  for (const [key, base] of found as [string, Base][]) {
    const name = base.isOwn ? base.source : code.once(`base ${scope.key} ${key}`, base.source);
    code.known(`base ${scope.key} ${key}`, name);
    // The call's own blocks are within memory, and at least as large.
    if (base.isOwn) code.notice(name, reachOf(all, code.layout.word, key), data);
    else enter(key, name);
  }
  code.add(`const ${data} = ${code.memory}.data();`);
  const otherwise = writeRecount(all, () => scope.otherwise(), code);
  const later: (() => void)[] | undefined = freedParts(all, 0).length > 0 ? [] : undefined;
  const inner = { ...scope, otherwise, taken: writeTaken(all, size, code), later };
  const written = writePart(all, inner, { code, writeLift, enter }, code.resultBlock);
  code.part = undefined;
  for (const finish of later ?? []) finish();
  if (written === undefined || !found.some(([, base]) => base?.isOwn)) return written;
  // The value is read before the call gives its blocks back.
  const value = code.fresh("value");
  code.add(`const ${value} = ${written};`);
  return value;
}

/** A record, or one of several cases. */
type Several = ResultPlan & { readonly kind: "record" | "choice" };

/** What writes the parts of a value. */
interface Writer {
  readonly code: CallCode;
  readonly writeLift: WriteLift;
  /** Writes the check of the range at an address that is read from memory itself. */
  readonly enter: (key: string, name: string) => void;
}

/** Writes the check that a range that a value is read from is within memory. */
function writeRange(
  result: ResultPlan,
  [key, name, data]: readonly [key: string, name: string, data: string],
  scope: Scope,
  code: CallCode,
): void {
  const reach = reachOf(result, code.layout.word, key);
  code.add(
    `if (${name} < ${code.lowest} || ${name} + ${reach} > ${code.memory}.size) ` +
      scope.otherwise(),
  );
  code.notice(name, reach, data);
}

/** Writes a value that is `null` if its address is 0; `write` writes it for all other addresses. */
function writeUnlessNull(
  { pointer = "result" }: Several,
  scope: Scope,
  code: CallCode,
  write: (scope: Scope) => string | undefined,
): string | undefined {
  const address = writeValue(pointer, scope, code, "count").offset;
  const value = code.fresh("value"), isThere = code.fresh("isThere");
  const later: (() => void)[] | undefined = scope.later && [];
  const { part } = code;
  const { lines, value: written } = code.branch(() => write({ ...scope, later }));
  code.part = part;
  if (written === undefined) return undefined;
  code.add(`var ${value} = null, ${isThere} = ${address} !== 0;`);
  const end = later === undefined ? `${value} = ${written};` : "";
  code.add(`if (${isThere}) { ${lines}\n${end} }`);
  scope.later?.push(() => {
    const { lines } = code.capture(() => later!.forEach((finish) => finish()));
    code.add(`if (${isThere}) { ${lines}\n${value} = ${written}; }`);
  });
  return value;
}

function writeFields(
  { fields }: ResultPlan & { kind: "record" },
  scope: Scope,
  writer: Writer,
  block?: number,
): string | undefined {
  const written: string[] = [];
  let next = block === undefined ? undefined : block + 1;
  for (const [name, field] of fields) {
    const value = writePart(field, scope, writer, next);
    if (value === undefined) return undefined;
    written.push(`${propertyName(name)}: ${value}`);
    if (next !== undefined) next += blocksOf(field);
  }
  return `{ ${written.join(", ")} }`;
}

function writePart(
  part: ResultPlan,
  scope: Scope,
  writer: Writer,
  block?: number,
): string | undefined {
  const { code, writeLift } = writer;
  for (const origin of originsOf(part)) writeOrigin(origin, scope, writer);
  switch (part.kind) {
    case "record":
    case "choice": {
      if (part.nullable) {
        const some = { ...part, nullable: false };
        return writeUnlessNull(part, scope, code, (inner) => writePart(some, inner, writer, block));
      }
      if (part.kind === "record") return writeFields(part, scope, writer, block);
      code.part = block;
      const writeItem: WriteLift = (item, inner) => writePart(item, inner, writer, code.part);
      return writeCases(part, scope, code, writeItem);
    }
    case "elements":
      return writeListLater(part, scope, writer);
    default:
      code.part = block;
      return writeLift(part, scope, code);
  }
}

/** Writes finding an address that is read from memory itself, once at this place. */
function writeOrigin(base: Value, scope: Scope, writer: Writer): void {
  const outer = baseOf(base);
  if (outer === undefined) return;
  writeOrigin(outer, scope, writer);
  const { code, enter } = writer;
  const key = JSON.stringify(base);
  const { offset } = writeValue(base, scope, code, "count");
  code.once(`base ${scope.key} ${key}`, offset, (name) => enter(key, name));
}

/** Writes a list in a larger value, which is read when the blocks of all values are known. */
function writeListLater(
  list: ElementsPlan,
  scope: Scope,
  { code, writeLift }: Writer,
): string | undefined {
  const own = { ...scope, later: undefined };
  const write = () => writeElements(list, own, code, writeLift, true);
  if (scope.later === undefined) return write();
  const items = code.fresh("list");
  code.add(`var ${items};`);
  scope.later.push(() => code.add(`${items} = ${write()};`));
  return items;
}

/** Formats a key of an object literal. An uncomputed `__proto__` would set the prototype. */
export function propertyName(name: string): string {
  const key = JSON.stringify(name);
  return name === "__proto__" ? `[${key}]` : key;
}

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

/**
 * Writes going from one item in memory to the next; `writeLift` writes each of them.
 *
 * @param isPart Whether the list is a part of a larger value, in whose ranges its address is.
 */
export function writeElements(
  { item, bytes, count, stride, whole }: ElementsPlan,
  scope: Scope,
  code: CallCode,
  writeLift: WriteLift,
  isPart = false,
): string | undefined {
  const { free, nullable, text } = bytes;
  const isFreed = whole !== undefined || bytes.whole !== undefined;
  const isOdd = !isFlatItem(item) || isFreed && !code.claimsWhole || nullable ||
    text.call !== undefined || text.check !== undefined;
  if (isOdd || typeof text.pointer === "number") return undefined;
  const isFixed = typeof stride === "number";
  if (isFixed && !(Number.isSafeInteger(stride) && stride > 0)) return undefined;
  // The run form notes the size of items that differ in it, and asks the guest for other values.
  const ofItem = { kind: "number", type: "u32", value: stride } as const;
  if (!isFixed && (free !== undefined || !isFlatItem(ofItem))) return undefined;
  const { word } = code.layout;
  const reach = Math.max(reachOf(item, word, OF_ITEM), reachOf(ofItem, word, OF_ITEM));
  const first = writeValue(text.pointer, scope, code, "count");
  const many = writeValue(count, scope, code, "count");
  const items = code.fresh("items"), at = code.fresh("at"), end = code.fresh("end");
  const data = code.fresh("data"), base = code.fresh("first"), total = code.fresh("count");
  const own = `${total} * ${sizeOf(item)}`;
  const size = scope.taken === undefined ? own : `(${scope.taken} += ${own})`;
  // The guest is not asked twice.
  const leave = () => scope.otherwise(undefined, asksGuest(count) ? total : undefined);
  const otherwise = isPart ? leave : writeRecount(item, leave, code);
  const beyond = isFixed ? ` || ${end} + ${Math.max(0, reach - stride)} > ${code.memory}.size` : "";
  const outside = isPart ? "" : writeOutside(text.pointer, isFixed ? `${end} - ${base}` : "", code);
  if (outside === undefined) return undefined;
  code.add(`const ${base} = ${first.offset}, ${total} = ${many.offset};
    ${isFixed ? `const ${end} = ${base} + ${total} * ${stride};` : ""}
    if (${total} > 0 && (${base} < ${code.lowest} || ${size} > ${
    limitOf(scope, code)
  }${beyond}${outside})${
    first.kind !== "number" ? ` || ${base} >= ${FARTHEST}` : ""
  }) ${otherwise()}`);
  if (free !== undefined || bytes.whole !== undefined) code.holdResult(base, `${end} - ${base}`);
  const taken = scope.taken ?? writeTaken(item, own, code);
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
  code.known(`base ${at} ${OF_ITEM}`, at);
  const inner: Scope = { ...scope, result: at, types: ["i32"], key: at, otherwise, taken };
  const enter = (key: string, name: string) => writeRange(item, [key, name, data], inner, code);
  const value = writePart(item, inner, { code, writeLift, enter });
  if (value === undefined) return undefined;
  code.add(`${items}.push(${value});`);
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
  return items;
}
