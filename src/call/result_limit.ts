import type { ResultPlan, TextResultPlan } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { subjectOf } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { UTF16_TAG } from "./content.ts";

// Counts how much host memory the values of one call take, before they are made.

/** The lifted value, and its instance. */
interface LiftContext {
  readonly instance: Instance;
  readonly symbol: string;
  readonly subject?: string;
}

/** The facts about text, bytes or an array that decide how much the host holds for it. */
type Held = Pick<TextResultPlan, "content" | "encoding">;

/** Returns the most bytes that the host holds for each byte of the guest. */
export function mostHeld({ content, encoding }: Held): 1 | 2 {
  return content === "string" && encoding === "utf-8" ? 2 : 1;
}

/**
 * Compiles the check that the host can hold the next value beside those that were lifted before;
 * `count` is the length that the guest reported.
 */
export function compileAdmit(
  plan: Held,
  context: LiftContext,
): (frame: Frame, pointer: number, byteLength: number, count: number) => void {
  const { instance } = context;
  const factor = mostHeld(plan);
  // The limit only grows, with memory.
  const { resultLimit: certain } = instance;
  return (frame, pointer, byteLength, count) => {
    if (frame.taken + byteLength * factor <= certain) return;
    const limit = instance.resultLimit;
    if (frame.taken + byteLength * factor <= limit) return;
    const taken = frame.taken + measure(instance.memory.view(pointer, byteLength), count, plan);
    if (taken > limit) throw tooMuchError(taken, context);
  };
}

/**
 * Returns how many bytes the host holds for the text, the bytes or the array. V8 holds text in one
 * byte for each code unit if none is above U+00FF.
 */
function measure(bytes: Uint8Array, count: number, { content, encoding }: Held): number {
  // Outside the loop: Maglev, a compiler of V8 15, takes a length above 2 GiB for a negative one
  // there.
  const { length } = bytes;
  if (content !== "string" || encoding === "latin1") return length;
  if (encoding === "utf-8") {
    let units = 0, isWide = false;
    for (let index = 0; index < length; index++) {
      const byte = bytes[index]!;
      if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
      isWide ||= byte > 0xc3; // the first byte of a character above U+00FF
    }
    return isWide ? units * 2 : units;
  }
  if (encoding === "latin1+utf16" && count < UTF16_TAG) return length;
  for (let index = 1; index < length; index += 2) if (bytes[index] !== 0) return length;
  return length / 2;
}

/** The values that text, bytes, an array and strings are lifted to. */
export type Lifted = string | ArrayBufferView | readonly string[];

/** The bytes that the host holds for a string in an array, besides its text. */
export const ITEM_SIZE = 32;

/** Returns how many bytes the host holds for a lifted value. */
export function heldBytes(value: Lifted): number {
  if (typeof value === "object") {
    return "byteLength" in value
      ? value.byteLength
      : value.reduce((size, text) => size + ITEM_SIZE + heldBytes(text), 0);
  }
  return /[^\0-\xff]/.test(value) ? value.length * 2 : value.length;
}

/** Makes the error for values that take `taken` bytes on the host. */
export function tooMuchError(taken: number, context: LiftContext): GuestError {
  return new GuestError(
    "result-too-large",
    `Cannot lift ${subjectOf(context)}: it takes at least ${taken} bytes of host memory, ` +
      `expected at most ${context.instance.resultLimit} or a higher limits: { results }`,
    { export: context.symbol },
  );
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
    case "cursor":
    case "elements":
      return 112;
    default:
      return 8;
  }
}

/** Compiles adding the size of several items to the taken bytes, and refusing too much. */
export function compileCharge(
  size: number,
  context: LiftContext,
): (frame: Frame, items: number) => void {
  const { instance } = context;
  return (frame, items) => {
    const taken = frame.taken + items * size;
    if (taken > instance.resultLimit) throw tooMuchError(taken, context);
    frame.taken = taken;
  };
}
