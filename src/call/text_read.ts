import type { BlockSource } from "../abi/block_source.ts";
import type { BytesClass, ContentKind } from "../abi/number.ts";
import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { PlannedEncoding, Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { NUMERIC_TYPES, type NumericType } from "../base/numeric_types.ts";
import { quote, subjectOf } from "../base/show.ts";
import { TYPED_ARRAYS } from "../base/typed_arrays.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CodecName } from "../memory/text/codec.ts";
import { UTF16_TAG } from "../memory/text/common.ts";
import { findBlock } from "../plan/plan_blocks.ts";
import { isFresh } from "./blocks/buffer_capacity.ts";
import type { CallCode } from "./code/call_code.ts";
import type { Scope } from "./code/scope.ts";
import { writeValue } from "./code/value.ts";
import type { TextContext } from "./text_context.ts";

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
const BYTES_AS: Readonly<
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

/** Writes the same; returns the source of the value. */
export function writeRead(
  { content, encoding, as }: TextResultPlan,
  [from, length]: readonly [from: string, length: string],
  code: CallCode,
): string {
  if (content === "string") return code.decode(encoding as CodecName, from, length);
  if (typeof content === "object") {
    return `${code.elements(content.element)}.read(${from}, ${length})`;
  }
  const bytes = `${code.memory}.bytes().slice(${from}, ${from} + ${length})`;
  return as === undefined ? bytes : `${code.constant(BYTES_AS[as])}(${bytes})`;
}

/** Drops trailing NULs, because `sizeof` in C counts the one that ends a text. */
export function trimNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
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

/** The block of a parameter that a result lies in. */
export interface Holder {
  readonly argument: number;
  readonly place: BlockSource;
  /** Whether its address is found again, because the guest may have moved it. */
  readonly isAsked: boolean;
  /** Whether there may be no block. */
  readonly isNullable: boolean;
}

/** Returns the block of the call that begins at a result's pointer, if there is one. */
export function holderOf(pointer: Value, { plan, layout }: CallCode): Holder | undefined {
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

/**
 * Writes the same.
 *
 * @param range The text: its address, its length, and the check that it is within memory.
 */
export function writeGuard(
  { argument, place }: Holder,
  { at, length, bounds, head }: {
    readonly at: string;
    readonly length: string;
    readonly bounds: string;
    readonly head: number;
  },
  scope: Scope,
  code: CallCode,
): void {
  const { otherwise } = scope;
  if (place.kind !== "buffer") {
    code.add(`if (${length} > ${code.get("sizes", argument)}) ${otherwise()}`);
    if (head > 0) code.add(bounds);
    return;
  }
  if (isFresh(place.capacity)) {
    const stated = writeValue(place.capacity as Value, scope, code, "count");
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
