import type { BlockSource } from "../abi/block_source.ts";
import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { TextResult } from "../abi/text_result.ts";
import type { Length, Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { hex, subjectOf } from "../base/show.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { isWide, UTF16_TAG } from "../memory/text/common.ts";
import { keptValues } from "../plan/plan_blocks.ts";
import { RUNTIMES } from "../presets/assembly_script.ts";
import { type CallCode, hasNoMore } from "./code/call_code.ts";
import type { Scope, Written } from "./code/scope.ts";
import { writeLocation, writeValue } from "./code/value.ts";
import { unitOf } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";
import { unfreed as lost } from "./on_demand.ts";
import type { TextContext } from "./text_context.ts";
import type { Holder } from "./text_read.ts";
import { asksGuest, compileOffset, compilePointer, computed } from "./values.ts";

// Where text, bytes or an array are: their address and their length.

/** What lifting a text involves, in the run form and in the fast form. */
export interface TextTraits {
  /** The bytes before the text that hold its length. */
  readonly head: number;
  /** The bytes after the text: the NUL that ends it. */
  readonly tail: number;
  /** The bytes of one unit of the length. */
  readonly unit: number;
  /** Whether only memory shows the length. Then there has to be something at the pointer. */
  readonly isEnded: boolean;
  /** Whether the caller set a fixed length, so that the guest cannot report a wrong one. */
  readonly isStated: boolean;
  /** The meaning of a null pointer: `null`, an empty value if its length is 0, or an error. */
  readonly nullIs: "null" | "empty" | "error";
  /** Whether a block is freed after the call. */
  readonly isFreed: boolean;
  /** Whether a string loses its trailing NULs. */
  readonly isTrimmed: boolean;
}

/** Determines what lifting a text involves. */
export function traitsOf(
  { text, content, encoding, free, whole, nullable, nullIs, trailingNul }: TextResultPlan,
): TextTraits {
  const { length, pointer, unit } = text;
  const prefix = typeof length === "object" && "prefix" in length ? length : undefined;
  const isEnded = length === "nul" || prefix !== undefined ||
    typeof length === "object" && "object" in length;
  return {
    head: prefix !== undefined && !prefix.offset ? NUMERIC_TYPES[prefix.prefix].byteLength : 0,
    tail: length === "nul" ? isWideText(content, encoding) ? 2 : 1 : 0,
    unit: unit === "codeUnits" ? unitOf(content, encoding) : 1,
    isEnded,
    isStated: typeof length === "number" && pointer !== "output",
    nullIs: nullable ? "null" : nullIs === "empty" && !isEnded ? "empty" : "error",
    isFreed: free !== undefined || whole !== undefined,
    isTrimmed: content === "string" && trailingNul === "trim",
  };
}

function isWideText(
  content: TextResultPlan["content"],
  encoding: TextResultPlan["encoding"],
): boolean {
  return content === "string" && isWide(encoding);
}

/** Returns the address that a pointer is read from: a struct of the guest, which may be null. */
export function structOf(pointer: Value): Value | undefined {
  if (typeof pointer !== "object" || !("word" in pointer || "load" in pointer)) return undefined;
  return pointer.at;
}

/** The address of a text in a struct that is null. */
const NO_STRUCT = -1;

/**
 * Compiles finding the address of a text that is in a struct; it is -1 if the struct is null.
 *
 * @param base The address of the struct.
 * @param locate Finds the address of the text.
 */
export function compileWithin(
  plan: TextResultPlan,
  base: Value,
  context: TextContext,
  locate: FrameValue<number>,
): FrameValue<number> {
  const { instance, layout } = context;
  const { pointer } = plan.text;
  const locateBase = compilePointer(base, instance, layout);
  // The guest is asked for the address of its struct only once.
  const locateFrom = asksGuest(base)
    ? computed.module.withResult(
      compilePointer({ ...pointer as object, at: "result" } as Value, instance, layout),
    )
    : undefined;
  const { lowest } = instance;
  return (frame) => {
    const start = locateBase(frame);
    if (start === 0) return NO_STRUCT;
    if (start < lowest) throw lowError(context, plan, start);
    return locateFrom?.(frame, start) ?? locate(frame);
  };
}

/**
 * Writes finding the address into a local.
 *
 * @returns The kind of number that it is, or `undefined` if the run form has to do it.
 */
export function writeAddress(
  { pointer }: PlainText,
  at: string,
  holder: Holder | undefined,
  { isEnded }: TextTraits,
  scope: Scope,
  code: CallCode,
): Written["kind"] | undefined {
  if (holder === undefined) {
    const found = writeValue(pointer, scope, code, isEnded ? "pointer" : "count");
    code.add(`var ${at} = ${found.offset};`);
    return found.kind;
  }
  if (!holder.isAsked) {
    code.add(`var ${at} = ${code.get("pointers", holder.argument)};`);
    return "number";
  }
  code.add(`var ${at};`);
  const place = holder.place as BlockSource & { kind: "buffer" };
  return writeLocation(place, at, "read", scope, code) ? "number" : undefined;
}

/**
 * Compiles finding the length of a text in its unit. The contents of an object are found as a
 * whole.
 */
export function compileLength(
  { text: { length }, content, encoding }: TextResultPlan,
  instance: Instance,
  layout: FrameLayout,
): (frame: Frame, pointer: number) => number {
  const { memory } = instance;
  if (length === "nul") {
    const options = { encoding: isWideText(content, encoding) ? "utf-16" : "latin1" } as const;
    return (_frame, pointer) => memory.cStringLength(pointer, options);
  }
  if (typeof length === "object" && "within" in length) {
    const { within } = length;
    const { findEnd } = computed.module;
    const step = unitOf(content, encoding);
    return (_frame, at) => findEnd(memory.view(at, within), step);
  }
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    return (_frame, pointer) => Number(memory.read(prefix, pointer + offset));
  }
  if (typeof length === "object" && "end" in length) {
    const end = compileOffset(length.end, instance, layout);
    return (frame, pointer) => end(frame) - pointer;
  }
  if (typeof length === "object" && "object" in length) return () => 0;
  return compileOffset(length, instance, layout);
}

/** Writes the same; returns the source of the length of the text at `at`. */
export function writeLength(
  length: PlainLength,
  at: string,
  { content, encoding }: TextResultPlan,
  scope: Scope,
  code: CallCode,
): string {
  const { memory } = code;
  const findNul = () => `${code.codec(isWideText(content, encoding) ? "utf-16" : "utf-8")}.findNul`;
  if (length === "nul") {
    return `(${at} > ${memory}.size ? -1 : ${findNul()}(${at}, ${memory}.size - ${at}))`;
  }
  if (typeof length === "object" && "within" in length) {
    const { within } = length, end = code.fresh("end");
    code.add(`const ${end} = ${findNul()}(${memory}.check("read", ${at}, ${within}), ${within});`);
    return `(${end} < 0 ? ${within} : ${end})`;
  }
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    const read = code.load(prefix, at, offset);
    return prefix === "u64" ? `Number(${read})` : read;
  }
  if (typeof length === "object" && "end" in length) {
    return `${writeValue(length.end, scope, code, "count").offset} - ${at}`;
  }
  return writeValue(length, scope, code, "count").offset;
}

/** Makes a function that returns the byte length of a number of units. */
export function compileByteLength(
  { text, content, encoding }: TextResultPlan,
  unit: number,
): (count: number) => number {
  if (text.unit === "codeUnits" && content === "string" && encoding === "latin1+utf16") {
    return (count) => count >= UTF16_TAG ? (count - UTF16_TAG) * 2 : count;
  }
  return unit === 1 ? (count) => count : (count) => count * unit;
}

/** A length that is a number, or that a NUL or an end shows. */
export type PlainLength = Exclude<Length, { readonly object: unknown }>;

/** The place of data whose length is not that of an object. */
type PlainText = Omit<TextResult, "length"> & { readonly length: PlainLength };

/**
 * Returns where the data is that the fast form reads. Of the objects of AssemblyScript it reads an
 * ArrayBuffer, which has its bytes in it.
 *
 * @returns `undefined` if the run form has to do it.
 */
export function plainText(plan: TextResultPlan, { claimsWhole }: CallCode): PlainText | undefined {
  // The fast form must not ignore a part of a result that is added later: the compiler refuses it.
  const {
    kind: _kind,
    content,
    encoding,
    text,
    free,
    whole,
    unfreed: _unfreed,
    settle: _settle,
    nullable,
    nullIs: _nullIs,
    trailingNul: _trailingNul,
    as: _as,
    ...others
  } = plan;
  const {
    call,
    pointer,
    length,
    unit: _unit,
    freedBy: _freedBy,
    nullIs: _nullIsOfText,
    check: _check,
    ...othersOfText
  } = text;
  if (!hasNoMore(others) || !hasNoMore(othersOfText)) return undefined;
  if (content === "strings" || encoding === "latin1+utf16" || call !== undefined) return undefined;
  if (whole !== undefined && !claimsWhole) return undefined;
  // A null value has no numbers to keep.
  if (nullable && keptValues(free ?? []).length > 0) return undefined;
  if (typeof length !== "object" || !("object" in length)) return { ...text, length };
  if (content !== "bytes") return undefined;
  const is = RUNTIMES[length.object].ArrayBuffer;
  const value = { load: "u32", at: pointer, offset: -8 } as const;
  return { ...text, length: { prefix: "u32", offset: -4 }, check: { value, is, what: "class" } };
}

/** Returns whether the source of a length does nothing before it is used: null has no length. */
export function waits(length: PlainLength, { types }: Scope): boolean {
  if (typeof length !== "object") return true;
  if ("prefix" in length || "result" in length) return true;
  if ("low" in length) return length.low === "result";
  if ("high" in length) return length.high === "result";
  if (!("load" in length || "word" in length)) return false;
  return length.at === undefined || (length.at === "result" && types.join() === "i32");
}

export function nullError(context: TextContext, plan: TextResultPlan): GuestError {
  return new GuestError(
    "null-pointer",
    `Cannot lift ${subjectOf(context)}: the guest gave a null pointer, expected ` +
      (context.expected ?? contentOf(plan)) +
      (lost.loaded?.describeUnfreed(context.instance, 1 / 2) ?? ""),
    { export: context.symbol },
  );
}

/** Makes the error for a small number in the place of a pointer. */
export function lowError(context: TextContext, plan: TextResultPlan, pointer: number): GuestError {
  const { symbol, instance, number } = context;
  const isResult = context.subject === undefined && !context.isPart;
  const line = isResult && number?.(instance.functionType(symbol)?.results[0] ?? "i32");
  return new GuestError(
    "null-pointer",
    `Cannot lift ${subjectOf(context)}: the guest gave ${hex(pointer)}, which is below its data, ` +
      `expected ${context.expected ?? contentOf(plan)}` +
      (!line ? "" : ` or ${line} if it returns a number`),
    { export: symbol },
  );
}

function contentOf({ content }: TextResultPlan): string {
  if (content === "string") return "text";
  return typeof content === "string" ? content : "an array";
}
