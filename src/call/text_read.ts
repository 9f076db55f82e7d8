import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { NUMERIC_TYPES, type NumericType, TYPED_ARRAYS } from "../base/numeric_types.ts";
import { quote, subjectOf } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { nulSize } from "../memory/memory_text.ts";
import { unitOf, UTF16_TAG } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";
import { managedEngine } from "./managed/engine.ts";
import { heldBytes, ITEM_SIZE, type Lifted, tooMuchError } from "./result_limit.ts";
import type { TextContext } from "./text_context.ts";
import { compileOffset } from "./values.ts";

/**
 * The function that reads `byteLength` bytes of a result. `count` is the length that the guest
 * reported, or the number of bytes that were taken before the strings of an array.
 */
type Read = (
  pointer: number,
  byteLength: number,
  count: number,
) => Lifted;

/** Compiles copying text, bytes or an array out of memory. */
export function compileRead(
  memory: GuestMemory,
  { content, encoding, text }: TextResultPlan,
  context: TextContext,
): Read {
  if (content === "bytes") return (pointer, byteLength) => memory.readBytes(pointer, byteLength);
  if (typeof content === "object") return compileArray(memory, content.element, context);
  if (content === "strings") return compileStrings(text, context);
  return compileString(memory, encoding);
}

/** Compiles reading several strings, which only objects of AssemblyScript hold. */
function compileStrings(
  { length }: TextResultPlan["text"],
  context: TextContext,
): Read {
  const { instance, symbol } = context;
  const runtime = typeof length === "object" && "object" in length ? length.object : "managed";
  const subject = subjectOf(context);
  const read = managedEngine(instance).compileReadString({ instance, symbol, subject, runtime });
  return (pointer, byteLength, before) => {
    const texts: string[] = [];
    let taken = before;
    for (let at = 0; at < byteLength / 4; at++) {
      const text = read(pointer + at * 4, at);
      taken += ITEM_SIZE + heldBytes(text);
      if (taken > instance.resultLimit) throw tooMuchError(taken, context);
      texts.push(text);
    }
    return texts;
  };
}

function compileString(
  memory: GuestMemory,
  encoding: TextResultPlan["encoding"],
): (pointer: number, byteLength: number, count: number) => string {
  if (encoding === "latin1+utf16") {
    return (pointer, byteLength, count) =>
      memory.readString(pointer, byteLength, {
        encoding: count >= UTF16_TAG ? "utf-16" : "latin1",
      });
  }
  const options = { encoding };
  return (pointer, byteLength) => memory.readString(pointer, byteLength, options);
}

function compileArray(memory: GuestMemory, element: NumericType, context: TextContext): Read {
  const Elements = TYPED_ARRAYS[element];
  const { byteLength: size } = NUMERIC_TYPES[element];
  return (pointer, byteLength) => {
    if (byteLength % size !== 0) {
      throw new GuestError(
        "overrun",
        `Cannot lift ${subjectOf(context)}: it has ${byteLength} bytes, ` +
          `expected a multiple of ${size} for ${element}`,
        { export: context.symbol },
      );
    }
    return new Elements(memory.readBytes(pointer, byteLength).buffer);
  };
}

/** Drops trailing NULs, because `sizeof` in C counts the one that ends a text. */
export function trimNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** The length of the text at a pointer. */
interface TextLength {
  /** The length in the guest's unit. */
  readonly count: (frame: Frame, pointer: number) => number;
  /** Returns the byte length of a number of units. */
  readonly byteLength: (count: number) => number;
  /** The bytes before the text that hold its length. */
  readonly head: number;
  /** The bytes after the text: the NUL that ends it. */
  readonly tail: number;
  /** Whether only memory shows the length. Then a null pointer is not an empty text. */
  readonly inMemory: boolean;
}

/** Compiles finding the length of a text in its unit. */
export function compileLength(
  plan: TextResultPlan,
  instance: Instance,
  layout: FrameLayout,
): TextLength {
  const { text: { length, unit }, encoding } = plan;
  const rest = {
    byteLength: unit === "codeUnits" ? byteLengthOf(plan) : (count: number) => count,
    head: 0,
    tail: 0,
    inMemory: false,
  };
  const { memory } = instance;
  if (length === "nul") {
    const wide = plan.content === "string" && encoding === "utf-16";
    const options = { encoding: wide ? "utf-16" : "latin1" } as const;
    return {
      ...rest,
      count: (_frame, pointer) => memory.cStringLength(pointer, options),
      byteLength: (count) => count,
      tail: nulSize(options.encoding),
      inMemory: true,
    };
  }
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    return {
      ...rest,
      count: (_frame, pointer) => Number(memory.read(prefix, pointer + offset)),
      head: offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0,
      inMemory: true,
    };
  }
  if (typeof length === "object" && "end" in length) {
    const end = compileOffset(length.end, instance, layout);
    return {
      ...rest,
      count: (frame, pointer) => end(frame) - pointer,
      byteLength: (count) => count,
    };
  }
  if (typeof length === "object" && "object" in length) {
    // The contents of the object are found as a whole.
    return { ...rest, count: () => 0, inMemory: true };
  }
  return { ...rest, count: compileOffset(length, instance, layout) };
}

function byteLengthOf({ content, encoding }: TextResultPlan): (count: number) => number {
  if (content === "string" && encoding === "latin1+utf16") {
    return (count) => count >= UTF16_TAG ? (count - UTF16_TAG) * 2 : count;
  }
  const unit = unitOf(content, encoding);
  return unit === 1 ? (count) => count : (count) => count * unit;
}

/** Compiles the check that a result lies within the declared block of the call. */
export function compileGuard(
  pointer: Value,
  { instance, symbol, layout, holder }: TextContext,
): ((frame: Frame, pointer: number, byteLength: number) => void) | undefined {
  const found = holder(pointer);
  if (found === undefined) return undefined;
  const { source, index } = found;
  const isOutput = index === layout.output;
  return (frame, at, byteLength) => {
    const capacity = source.capacityAt(frame, index, at);
    if (byteLength <= capacity) return;
    if (isOutput) {
      throw new GuestError(
        "result-too-large",
        `Cannot lift the result of ${quote(symbol)}: it takes ${byteLength} bytes, ` +
          `the output buffer holds ${capacity}`,
        { export: symbol },
      );
    }
    throw instance.poison(
      new GuestError(
        "overrun",
        `Cannot lift the result of ${quote(symbol)}: the guest returned ${byteLength} bytes, ` +
          `its buffer holds ${capacity}`,
        { export: symbol },
      ),
    );
  };
}
