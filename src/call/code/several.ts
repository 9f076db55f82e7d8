import type { ElementsPlan, ResultPlan } from "../../abi/plan_parts.ts";
import type { Value } from "../../abi/value.ts";
import { blocksOf } from "../../plan/plan_blocks.ts";
import { writeCases } from "../cases.ts";
import type { CallCode } from "./call_code.ts";
import { type Base, baseAt, baseOf, basesOf, isFlat, originsOf, reachOf } from "./flat.ts";
import { freedParts, owesItems } from "./free.ts";
import { limitOf, sizeOf, writeTaken, writeUndo } from "./held.ts";
import { writeValue } from "./value.ts";
import type { Scope } from "./scope.ts";

/** Writes lifting one of the values of a record or a list. */
export type WriteLift = (result: ResultPlan, scope: Scope, code: CallCode) => string | undefined;

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
  if (!isFlat(all, bases) || found.some(([, base]) => base === undefined)) {
    // The case that applies can have its own addresses.
    return all.kind === "choice" ? writeCases(all, scope, code, writeLift) : undefined;
  }
  const data = code.fresh("data"), size = String(sizeOf(all));
  code.add(`if (${size} > ${limitOf(scope, code)}) ${scope.otherwise()}`);
  const enter = (key: string, name: string, { otherwise }: Pick<Scope, "otherwise">) =>
    writeRange(all, [key, name, data], otherwise, code);
  for (const [key, base] of found as [string, Base][]) {
    const name = base.isOwn ? base.source : code.once(`base ${scope.key} ${key}`, base.source);
    code.known(`base ${scope.key} ${key}`, name);
    // The call's own blocks are within memory, and at least as large.
    if (base.isOwn) code.notice(name, reachOf(all, code.layout.word, key), data);
    else enter(key, name, scope);
  }
  code.add(`const ${data} = ${code.memory}.data();`);
  const otherwise = writeUndo(all, () => scope.otherwise(), code);
  const inner = { ...scope, taken: writeTaken(all, size, code) };
  const writer = { code, writeLift, enter };
  const write = (otherwise: () => string) =>
    writeNoted(all, { ...inner, otherwise }, writer, code.resultBlock);
  const written = owesItems(all) ? writeOrLeave(write, otherwise, code) : write(otherwise);
  if (written === undefined || !found.some(([, base]) => base?.isOwn)) return written;
  // The value is read before the call gives its blocks back.
  const value = code.fresh("value");
  code.add(`const ${value} = ${written};`);
  return value;
}

/** A record, or one of several cases. */
type Several = ResultPlan & { readonly kind: "record" | "choice" };

/** Writes a value whose blocks are all noted before any of it is read. */
export function writeNoted(
  part: ResultPlan,
  scope: Scope,
  writer: Writer,
  block: number,
): string | undefined {
  const later: (() => void)[] | undefined = freedParts(part, 0).length > 0 ? [] : undefined;
  const written = writePart(part, { ...scope, later }, writer, block);
  writer.code.part = undefined;
  for (const finish of later ?? []) finish();
  return written;
}

/**
 * Writes reading a value that the run form reads again if that throws, because it frees the items
 * of lists after the one that cannot be read.
 *
 * @param write Writes reading it, given the source that leaves the fast form within.
 */
export function writeOrLeave<T>(
  write: (otherwise: () => string) => T,
  otherwise: () => string,
  code: CallCode,
): T {
  const read = code.fresh("read"), leave = code.fresh("leave");
  const { lines, value } = code.capture(() => write(() => `break ${leave};`));
  code.add(`${read}: {
    ${leave}: {
      try { ${lines} } catch { break ${leave}; }
      break ${read};
    }
    ${otherwise()}
  }`);
  return value;
}

/** The writer of the parts of a value. */
export interface Writer {
  readonly code: CallCode;
  readonly writeLift: WriteLift;
  /** Writes the check of the range at an address that is read from memory itself. */
  readonly enter: (key: string, name: string, scope: Scope) => void;
}

/** Writes the check that a range that a value is read from is within memory. */
export function writeRange(
  result: ResultPlan,
  [key, name, data]: readonly [key: string, name: string, data: string],
  otherwise: () => string,
  code: CallCode,
): void {
  const reach = reachOf(result, code.layout.word, key);
  code.add(
    `if (${name} < ${code.lowest} || ${name} + ${reach} > ${code.memory}.size) ${otherwise()}`,
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
      return writeListLater(part, scope, writer, block);
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
  code.once(`base ${scope.key} ${key}`, offset, (name) => enter(key, name, scope));
}

/** Writes a list in a larger value, which is read when the blocks of all values are known. */
function writeListLater(
  list: ElementsPlan,
  scope: Scope,
  writer: Writer,
  block?: number,
): string | undefined {
  const { code, writeLift } = writer;
  code.part = block;
  const own = { ...scope, later: undefined, isPart: true };
  if (scope.later === undefined) return writeLift(list, own, code);
  const { lines, value } = code.branch(() => writeLift(list, own, code));
  if (value === undefined) return undefined;
  scope.later.push(() => code.add(lines));
  return value;
}

/** Formats a key of an object literal. An uncomputed `__proto__` would set the prototype. */
export function propertyName(name: string): string {
  const key = JSON.stringify(name);
  return name === "__proto__" ? `[${key}]` : key;
}
