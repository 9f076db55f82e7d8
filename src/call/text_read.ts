import type { BytesClass, ContentKind } from "../abi/number.ts";
import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { PlannedEncoding, Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { NUMERIC_TYPES, type NumericType } from "../base/numeric_types.ts";
import { TYPED_ARRAYS } from "../base/typed_arrays.ts";
import { quote, subjectOf } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CodecName } from "../memory/text/codec.ts";
import { isWide, nulSize, UTF16_TAG } from "../memory/text/common.ts";
import { unitOf } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";
import type { TextContext } from "./text_context.ts";
import { compileOffset, computed } from "./values.ts";

/**
 * The function that reads `byteLength` bytes of a result. `count` is the length that the guest
 * reported, or the number of bytes that were taken before the strings of an array.
 */
export type Read = (
  pointer: number,
  byteLength: number,
  count: number,
) => Lifted;

/** Makes a value of a class from copied bytes, which have a buffer of their own. */
export const BYTES_AS: Readonly<
  Record<BytesClass, (bytes: Uint8Array<ArrayBuffer>) => ArrayBuffer | Uint8ClampedArray>
> = {
  ArrayBuffer: ({ buffer }) => buffer,
  Uint8ClampedArray: ({ buffer }) => new Uint8ClampedArray(buffer),
};

/** Compiles copying text, bytes or an array out of memory. */
export function compileRead(
  memory: GuestMemory,
  content: ContentKind,
  { encoding, as }: Pick<TextResultPlan, "encoding" | "as">,
  context: TextContext,
): Read {
  if (content === "bytes") {
    if (as === undefined) return (pointer, byteLength) => memory.readBytes(pointer, byteLength);
    const make = BYTES_AS[as];
    return (pointer, byteLength) => make(memory.readBytes(pointer, byteLength));
  }
  if (typeof content === "object") return compileArray(memory, content.element, context);
  return compileString(memory, encoding);
}

function compileString(
  memory: GuestMemory,
  encoding: PlannedEncoding,
): (pointer: number, byteLength: number, count: number) => string {
  if (encoding === "latin1+utf16") {
    return (pointer, byteLength, count) =>
      memory.readString(pointer, byteLength, {
        encoding: count >= UTF16_TAG ? "utf-16" : "latin1",
      });
  }
  const codec = memory.codec(encoding);
  return (pointer, byteLength) => codec.read(memory.check("read", pointer, byteLength), byteLength);
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
    const wide = plan.content === "string" && isWide(encoding);
    const options = { encoding: wide ? "utf-16" : "latin1" } as const;
    return {
      ...rest,
      count: (_frame, pointer) => memory.cStringLength(pointer, options),
      tail: nulSize(options.encoding),
      inMemory: true,
    };
  }
  if (typeof length === "object" && "within" in length) {
    const { within } = length;
    const { findEnd } = computed.module;
    const step = unitOf(plan.content, encoding);
    const count: TextLength["count"] = (_, at) => findEnd(memory.view(at, within), step);
    return { ...rest, count };
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
    return { ...rest, count: (frame, pointer) => end(frame) - pointer };
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

// Counts how much host memory the values of one call take, before they are made.

/** The lifted value, and the limit for it. */
interface Limited {
  readonly instance: Pick<Instance, "resultLimit">;
  readonly symbol: string;
  readonly subject?: string;
}

/** The lifted value, and its instance. */
interface LiftContext extends Limited {
  readonly instance: Instance;
}

/** The facts about text, bytes or an array that decide how much the host holds for it. */
type Held = Pick<TextResultPlan, "content" | "encoding">;

/** Returns the maximum number of bytes that the host holds for each byte of the guest. */
export function mostHeld({ content, encoding }: Held): 1 | 2 {
  return content === "string" && encoding.includes("tf-8") ? 2 : 1;
}

/**
 * Compiles the check that the host can hold the next value in addition to those lifted before;
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
    const taken = frame.taken + measure(instance.memory, { pointer, byteLength, count }, plan);
    if (taken > limit) throw tooMuchError(taken, context);
  };
}

/**
 * Returns how many bytes the host holds for the text, the bytes or the array. V8 holds text in one
 * byte for each code unit if none is above U+00FF.
 */
function measure(
  memory: GuestMemory,
  { pointer, byteLength, count }: Record<"pointer" | "byteLength" | "count", number>,
  { content, encoding }: Held,
): number {
  const bytes = memory.view(pointer, byteLength);
  if (content !== "string" || encoding === "latin1") return byteLength;
  if (encoding.includes("tf-8")) {
    const codec = memory.codec(encoding as CodecName);
    // Only the codec knows how many U+FFFD replace invalid bytes.
    if (codec.replaces) return heldBytes(codec.read(pointer, byteLength));
    let units = 0, hasWide = false;
    for (let index = 0; index < byteLength; index++) {
      const byte = bytes[index]!;
      if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
      hasWide ||= byte > 0xc3; // the first byte of a character above U+00FF
    }
    return hasWide ? units * 2 : units;
  }
  if (encoding === "latin1+utf16" && count < UTF16_TAG) return byteLength;
  for (let index = 1; index < byteLength; index += 2) if (bytes[index] !== 0) return byteLength;
  return byteLength / 2;
}

/** The values that text, bytes, an array and strings are lifted to. */
export type Lifted = string | ArrayBuffer | ArrayBufferView | readonly string[];

/**
 * The size of each value in a list or an object for `limits.input`, in addition to its contents.
 */
export const INPUT_ITEM_SIZE = 8;

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
export function tooMuchError(
  taken: number,
  { subject, symbol, instance }: Limited,
): GuestError {
  return new GuestError(
    "result-too-large",
    `Cannot lift ${subjectOf({ subject, symbol })}: it takes at least ${taken} bytes of host ` +
      `memory, expected at most ${instance.resultLimit} or a higher limits: { results }`,
    { export: symbol },
  );
}
