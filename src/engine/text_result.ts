import type { BlockCall, Length, Value } from "../conventions/convention.ts";
import type { TextResultRecipe } from "../conventions/recipe.ts";
import type { OwnConvention } from "../conventions/own.ts";
import { GuestError, quote } from "../errors.ts";
import { NUMERIC_TYPES, TYPED_ARRAYS } from "../numbers.ts";
import { compileBlockCall } from "./block_call.ts";
import { UTF16_TAG } from "./content.ts";
import type { Frame } from "./frame.ts";
import { compileInvoke, type Pick } from "./invoke.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import type { Store } from "./store.ts";
import { compileOffset, expandName, type Layout } from "./values.ts";

/** What text is lifted with. */
export interface TextContext {
  readonly realm: Realm;
  readonly layout: Layout;
  readonly symbol: string;
  /** The block of the frame that the text's own block is kept in. */
  readonly block: number;
  /** The convention that lifts by itself, if it is one. */
  readonly own?: OwnConvention | undefined;
  /** The store that a pointer's block is in and its index, where the text lies in one of the call's. */
  holder(pointer: Value): { readonly store: Store; readonly index: number } | undefined;
}

/** Compiled text or bytes of a result. */
export interface LiftedText {
  /** Fetches the text, and notes its block so that it is freed. */
  readonly lift: Pick;
  readonly byteLength: Pick<number>;
  readonly release?: ((frame: Frame) => void) | undefined;
}

/** Compiles where text is found, how it is read, and how it is freed. */
export function compileText(recipe: TextResultRecipe, context: TextContext): LiftedText {
  const { realm, layout, symbol, block } = context;
  const { memory } = realm;
  const { text, content, nullable, trailingNul } = recipe;
  const before = text.call === undefined
    ? undefined
    : compileInvoke(exportedFunction(realm, expandName(text.call, symbol)), []);
  const locate = compileOffset(text.pointer, realm, layout);
  const measure = compileLength(recipe, context);
  const release = compileRelease(recipe.free, context);
  const guard = compileGuard(text.pointer, context);
  const skip = typeof text.length === "object" && "prefix" in text.length &&
      (text.length.offset ?? 0) === 0
    ? prefixSize(text.length.prefix)
    : 0;
  const tagged = recipe.encoding === "latin1+utf16";
  const encoding = recipe.encoding === "latin1+utf16" ? "latin1" : recipe.encoding;
  const options = { encoding };
  const pointsAtText = text.length === "nul" || skip > 0 ||
    (typeof text.length === "object" && "prefix" in text.length);

  function lift(frame: Frame): unknown {
    if (before !== undefined) frame.result = before(frame);
    const pointer = locate(frame);
    if (pointer === 0 && (nullable || pointsAtText)) {
      if (nullable) return null;
      throw new GuestError(
        "null-pointer",
        `Cannot lift the result of ${quote(symbol)}: the guest returned a null pointer, ` +
          `expected ${content === "string" ? "text" : content === "bytes" ? "bytes" : "an array"}`,
        { export: symbol },
      );
    }
    if (release !== undefined) {
      frame.pointers[block] = pointer;
      frame.sizes[block] = frame.byteLengths[block] = 0;
      frame.held[block] = true;
    }
    const byteLength = measure(frame, pointer);
    if (release !== undefined) {
      frame.byteLengths[block] = byteLength;
      frame.sizes[block] = byteLength + (text.length === "nul" ? 1 : 0) + skip;
    }
    if (tagged && byteLength >= UTF16_TAG) {
      return memory.readString(pointer, (byteLength - UTF16_TAG) * 2, { encoding: "utf-16" });
    }
    guard?.(frame, pointer, byteLength);
    if (content === "bytes") return memory.readBytes(pointer + skip, byteLength);
    if (typeof content === "object") {
      const { buffer } = memory.readBytes(pointer + skip, byteLength);
      return new TYPED_ARRAYS[content.element](buffer);
    }
    const string = memory.readString(pointer + skip, byteLength, options);
    return trailingNul === "trim" ? trimNuls(string) : string;
  }

  return { lift, byteLength: (frame) => measure(frame, locate(frame)), release };
}

/** Compiles the number of bytes that the text at a pointer has. */
function compileLength(
  { text, encoding, content }: TextResultRecipe,
  { realm, layout }: TextContext,
): (frame: Frame, pointer: number) => number {
  const { memory } = realm;
  const { length } = text;
  const scale = text.unit !== "codeUnits"
    ? 1
    : typeof content === "object"
    ? NUMERIC_TYPES[content.element].byteLength
    : encoding === "utf-16"
    ? 2
    : 1;
  if (length === "nul") {
    const options = { encoding: encoding === "utf-16" ? "utf-16" : "utf-8" } as const;
    return (_frame, pointer) => memory.cStringLength(pointer, options);
  }
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    return (_frame, pointer) => Number(memory.read(prefix, pointer + offset)) * scale;
  }
  if (typeof length === "object" && "end" in length) {
    const end = compileOffset(length.end, realm, layout);
    return (frame, pointer) => end(frame) - pointer;
  }
  const count = compileOffset(length as Exclude<Length, object | "nul"> | Value, realm, layout);
  return scale === 1 ? count : (frame) => count(frame) * scale;
}

function compileRelease(
  free: BlockCall | undefined,
  { realm, symbol, block, layout }: TextContext,
): ((frame: Frame) => void) | undefined {
  if (free === undefined) return undefined;
  const call = compileBlockCall(free, realm, { purpose: "free", symbol, align: 1 });
  const takesResult = typeof free === "object" && free.pass.includes("result");
  return (frame) => {
    if (!frame.held[block]) return;
    frame.held[block] = false;
    const pointer = frame.pointers[block]!;
    if (pointer === 0 && !takesResult) return;
    // A guest that answers in the block it was given has one block, not two.
    for (let index = 0; index < layout.area; index++) {
      if (frame.held[index] && frame.pointers[index] === pointer) frame.held[index] = false;
    }
    frame.blockPointer = pointer;
    frame.blockByteLength = frame.sizes[block]!;
    frame.blockCodeUnits = frame.byteLengths[block]!;
    call(frame);
  };
}

/** Compiles the check that a result lies within the block of the call that it is said to be in. */
function compileGuard(
  pointer: Value,
  { realm, symbol, layout, holder }: TextContext,
): ((frame: Frame, pointer: number, byteLength: number) => void) | undefined {
  const found = holder(pointer);
  if (found === undefined) return undefined;
  const { store, index } = found;
  const isOutput = index === layout.output;
  return (frame, at, byteLength) => {
    const capacity = store.capacityAt(frame, index, at);
    if (byteLength <= capacity) return;
    if (isOutput) {
      throw new GuestError(
        "result-too-large",
        `Cannot lift the result of ${quote(symbol)}: it takes ${byteLength} bytes, ` +
          `the output buffer holds ${capacity}`,
        { export: symbol },
      );
    }
    throw realm.poison(
      new GuestError(
        "overrun",
        `Cannot lift the result of ${quote(symbol)}: the guest returned ${byteLength} bytes, ` +
          `its buffer holds ${capacity}`,
        { export: symbol },
      ),
    );
  };
}

function prefixSize(prefix: "u8" | "u16" | "u32" | "u64"): number {
  return Number(prefix.slice(1)) / 8;
}

/** C counts the NULs at the end (`sizeof`). */
function trimNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}
