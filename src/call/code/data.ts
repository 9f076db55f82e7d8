import type { BlockSource } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { TextResultPlan } from "../../abi/plan_parts.ts";
import type { TextResult } from "../../abi/text_result.ts";
import type { Length, Value } from "../../abi/value.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { isWide } from "../../memory/text/common.ts";
import { FARTHEST } from "../../memory/pointer.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { findBlock, keptValues } from "../../plan/plan_blocks.ts";
import { unitOf } from "../content.ts";
import { resultOwner } from "../on_demand.ts";
import { BYTES_AS, mostHeld, trimNuls } from "../text_read.ts";
import { isFresh } from "../blocks/buffer_capacity.ts";
import { asksGuest } from "../values.ts";
import { type CallCode, hasNoMore } from "./call_code.ts";
import { writeKept, writeLocation, writeValue } from "./value.ts";
import type { Scope } from "./scope.ts";

/** The block of a parameter that a result lies in. */
interface Holder {
  readonly argument: number;
  readonly place: BlockSource;
  /** Whether its address is found again, because the guest may have moved it. */
  readonly isAsked: boolean;
  /** Whether there may be no block. */
  readonly isNullable: boolean;
}

/**
 * Writes finding and reading text, bytes or an array. Unusual data (a null pointer, an impossible
 * length) is left to the run form.
 *
 * @returns The source of the value, or `undefined` if the run form has to do all of it.
 */
export function writeData(plan: TextResultPlan, scope: Scope, code: CallCode): string | undefined {
  // The fast form must not ignore a part of a result that is added later: the compiler refuses it.
  const {
    kind: _kind,
    content,
    encoding,
    text: given,
    free,
    whole,
    unfreed,
    settle,
    nullable,
    nullIs,
    trailingNul,
    as: _as,
    ...others
  } = plan;
  const text = plainText(given, content);
  if (text === undefined || content === "strings") return;
  const {
    call: _call,
    pointer: _pointer,
    length: _length,
    unit: _unit,
    freedBy: _freedBy,
    nullIs: _nullIsOfText,
    check: _check,
    ...othersOfText
  } = text;
  if (!hasNoMore(others) || !hasNoMore(othersOfText)) return;
  if (text.call !== undefined || encoding === "latin1+utf16") return;
  if (whole !== undefined && !code.claimsWhole) return;
  // A null value has no numbers to keep.
  if (nullable && keptValues(free ?? []).length > 0) return;
  // If only memory shows the length, there must be something at the pointer.
  const isEnded = text.length === "nul" ||
    (typeof text.length === "object" && "prefix" in text.length);
  const holder = holderOf(text.pointer, code);
  if (holder === undefined && text.pointer === "output") return;
  if (holder !== undefined && (holder.isNullable || !code.wrote.has(holder.argument))) return;
  const at = code.fresh("at"), count = code.fresh("count");
  const from = code.fresh("from"), length = code.fresh("length");
  // A 64-bit pointer can be beyond any memory, which is not an error if the value is empty.
  let isWide = false;
  if (holder?.isAsked) {
    code.add(`var ${at};`);
    const place = holder.place as BlockSource & { kind: "buffer" };
    if (!writeLocation(place, at, "read", scope, code)) return;
  } else if (holder !== undefined) {
    code.add(`var ${at} = ${code.get("pointers", holder.argument)};`);
  } else {
    const pointer = writeValue(text.pointer, scope, code, isEnded ? "pointer" : "count");
    isWide = pointer.kind !== "number";
    code.add(`var ${at} = ${pointer.offset};`);
  }
  // The guest is not asked twice.
  let asked: string | undefined;
  const otherwise = () => scope.otherwise(at, asked);
  const isFound = holder === undefined && typeof text.pointer !== "number";
  // A null pointer is `null`, or an empty value if the guest reports no length.
  const isPlain = isFound && text.check === undefined;
  const isNull = isPlain && nullable && waits(text.length, scope);
  const isEmpty = isPlain && !nullable && nullIs === "empty" && !isEnded;
  if (isFound) {
    const isUnfit = isNull
      ? `${at} !== 0 && ${at} < ${isEnded ? code.lowest : 1}`
      : `${at} < ${isEnded ? code.lowest : isEmpty ? 0 : 1}`;
    code.add(`if (${isUnfit}${isWide ? ` || ${at} >= ${FARTHEST}` : ""}) ${otherwise()}`);
  }
  if (settle !== undefined) {
    code.add(`if (${resultOwner.module.isBeyond(at, code)}) ${otherwise()}`);
  }
  if (text.check !== undefined) {
    const found = writeValue(text.check.value, { ...scope, otherwise }, code, "number");
    code.add(`if (Number(${found.signed}) !== ${code.constant(text.check.is)}) ${otherwise()}`);
  }
  const written = writeCount(text.length, at, plan, { ...scope, otherwise }, code);
  const scale = text.unit === "codeUnits" ? unitOf(content, encoding) : 1;
  const held = mostHeld(plan) * scale * (scope.sharing ?? 1);
  const most = code.of(
    `most ${held}`,
    ({ instance }) => Math.min(Math.floor(instance.resultLimit / held), 0x7fffffff),
  );
  if (asksGuest(text.length)) asked = count;
  code.add(`const ${count} = ${isNull ? `${at} === 0 ? 0 : ` : ""}${written.count};
    if (!(${count} >= 0 && ${count} <= ${most})${
    isEmpty ? ` || (${at} === 0 && ${count} !== 0)` : ""
  }) ${otherwise()}
    var ${from} = ${at} + ${written.head}, ${length} = ${count} * ${scale};`);
  if (scope.taken !== undefined) {
    const { sharing = 1 } = scope;
    const limit = code.of(`limit of ${sharing}`, ({ instance }) => instance.resultLimit / sharing);
    code.add(`${scope.taken} += ${length} * ${mostHeld(plan)};
    if (${scope.taken} > ${limit}) ${otherwise()}`);
  }
  const bounds = scope.later === undefined
    ? code.bounds("read", from, length)
    : `if (${from} + ${length} > ${code.memory}.size && ${length} > 0) ${otherwise()}`;
  // The caller set a fixed length, so the guest cannot report a wrong one.
  const isStated = typeof text.length === "number" && text.pointer !== "output";
  if (holder === undefined || isStated) code.add(bounds);
  else writeGuard(holder, { at, length, bounds, head: written.head, scope, otherwise }, code);
  const size = typeof content === "object" ? NUMERIC_TYPES[content.element].byteLength : 1;
  if (size > 1) code.add(`if (${length} % ${size} !== 0) ${otherwise()}`);
  const around = written.head + written.tail;
  if (free !== undefined || whole !== undefined) {
    writeKept(free, scope, code);
    code.holdResult(at, length, around, isNull ? `${at} !== 0` : "true");
  }
  const value = code.fresh("value");
  const finish = () => {
    const read = writeRead(content, plan, [from, length], code);
    code.add(`var ${value} = ${isNull ? `${at} === 0 ? null : ${read}` : read};`);
    const isThere = isNull ? `${at} !== 0 && ` : "";
    if (unfreed) {
      const { unfreed } = code;
      const counted = `${unfreed}.results++; ${unfreed}.byteLength += ${length} + ${around};`;
      code.add(isNull ? `if (${at} !== 0) { ${counted} }` : counted);
    }
    if (content === "string" && trailingNul === "trim") {
      code.add(
        `if (${isThere}${value}.charCodeAt(${value}.length - 1) === 0) ${value} = ${
          code.constant(trimNuls)
        }(${value});`,
      );
    }
  };
  if (scope.later === undefined) finish();
  else scope.later.push(finish);
  return value;
}

/** A length that is a number, or that a NUL or an end shows. */
type PlainLength = Exclude<Length, { readonly object: unknown }>;

/** The place of data whose length is one of these. */
type PlainText = Omit<TextResult, "length"> & { readonly length: PlainLength };

/**
 * Writes finding the data. Of the objects of AssemblyScript, the fast form reads an ArrayBuffer,
 * which has its bytes in it, and leaves every other class to the run form.
 */
function plainText(
  text: TextResult,
  content: TextResultPlan["content"],
): PlainText | undefined {
  const { length, pointer } = text;
  if (typeof length !== "object" || !("object" in length)) return { ...text, length };
  if (content !== "bytes") return undefined;
  const is = RUNTIMES[length.object].ArrayBuffer;
  const value = { load: "u32", at: pointer, offset: -8 } as const;
  return { ...text, length: { prefix: "u32", offset: -4 }, check: { value, is, what: "class" } };
}

/** Returns whether the source of a length does nothing before it is used: null has no length. */
function waits(length: PlainLength, { types }: Scope): boolean {
  if (typeof length !== "object") return true;
  if ("prefix" in length || "result" in length) return true;
  if ("low" in length) return length.low === "result";
  if ("high" in length) return length.high === "result";
  if (!("load" in length || "word" in length)) return false;
  return length.at === undefined || (length.at === "result" && types.join() === "i32");
}

function writeRead(
  content: ContentKind,
  { encoding, as }: Pick<TextResultPlan, "encoding" | "as">,
  [from, length]: readonly [from: string, length: string],
  code: CallCode,
): string {
  if (content === "string") return code.decode(encoding as CodecName, from, length);
  if (content === "bytes") {
    const bytes = `${code.memory}.bytes().slice(${from}, ${from} + ${length})`;
    return as === undefined ? bytes : `${code.constant(BYTES_AS[as])}(${bytes})`;
  }
  return `${code.elements(content.element)}.read(${from}, ${length})`;
}

/** Returns the block of the call that begins at a result's pointer, if there is one. */
function holderOf(pointer: Value, { plan, layout }: CallCode): Holder | undefined {
  const found = findBlock(pointer, plan);
  const part = found === "output" ? plan.output : plan.parameters[found ?? -1];
  if (part === undefined || !("place" in part)) return undefined;
  return {
    argument: found === "output" ? layout.output : found!,
    place: part.place,
    isAsked: typeof pointer === "object" && !("argument" in pointer),
    isNullable: "nullable" in part && part.nullable === true,
  };
}

/** Writes the check that a result lies within its declared block. */
function writeGuard(
  { argument, place }: Holder,
  { at, length, bounds, head, scope, otherwise }: {
    readonly at: string;
    readonly length: string;
    readonly bounds: string;
    readonly head: number;
    readonly scope: Scope;
    readonly otherwise: () => string;
  },
  code: CallCode,
): void {
  if (place.kind !== "buffer") {
    code.add(`if (${length} > ${code.get("sizes", argument)}) ${otherwise()}`);
    if (head > 0) code.add(bounds);
    return;
  }
  if (isFresh(place.capacity)) {
    const stated = writeValue(place.capacity as Value, { ...scope, otherwise }, code, "count");
    code.add(`if (${length} > ${stated.offset}) ${otherwise()}
    ${bounds}`);
    return;
  }
  const capacity = code.of(
    `capacity ${argument}`,
    ({ sources }) => sources[argument]!.buffer!.capacity,
  );
  const room = code.fresh("room");
  // A range within a known capacity is within memory, so it needs no second check.
  code.add(`let ${room} = ${capacity}.known(${at});
    if (${room} < 0) { ${
    code.aside(`frame.result = core; ${room} = ${capacity}.at(frame, ${at}).byteLength;`)
  }
      if (${length} <= ${room}) { ${bounds} }
    }
    if (${length} > ${room}) ${otherwise()}`);
  if (head > 0) code.add(bounds);
}

/** Writes the length at `at` in its unit, and the bytes around the data. */
function writeCount(
  length: PlainLength,
  at: string,
  { content, encoding }: TextResultPlan,
  scope: Scope,
  code: CallCode,
): { readonly count: string; readonly head: number; readonly tail: number } {
  const { memory } = code;
  const wide = content === "string" && isWide(encoding);
  const findNul = () => `${code.codec(wide ? "utf-16" : "utf-8")}.findNul`;
  if (length === "nul") {
    const count = `(${at} > ${memory}.size ? -1 : ${findNul()}(${at}, ${memory}.size - ${at}))`;
    return { count, head: 0, tail: wide ? 2 : 1 };
  }
  if (typeof length === "object" && "within" in length) {
    const { within } = length, end = code.fresh("end");
    code.add(`const ${end} = ${findNul()}(${memory}.check("read", ${at}, ${within}), ${within});`);
    return { count: `(${end} < 0 ? ${within} : ${end})`, head: 0, tail: 0 };
  }
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    const head = offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0;
    const read = code.load(prefix, at, offset);
    return { count: prefix === "u64" ? `Number(${read})` : read, head, tail: 0 };
  }
  if (typeof length === "object" && "end" in length) {
    const { offset } = writeValue(length.end, scope, code, "count");
    return { count: `${offset} - ${at}`, head: 0, tail: 0 };
  }
  return { count: writeValue(length, scope, code, "count").offset, head: 0, tail: 0 };
}
