import type { TextResultRecipe } from "../conventions/recipe.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { nulSize } from "../memory_text.ts";
import { unitOf, UTF16_TAG } from "./content.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import { compileOffset, type Layout } from "./values.ts";

/** How long the text at a pointer is. */
export interface TextLength {
  /** The length in what the guest counts in. */
  readonly count: (frame: Frame, pointer: number) => number;
  /** The bytes that so many have. */
  readonly byteLength: (count: number) => number;
  /** Bytes before the text, which its length is in. */
  readonly head: number;
  /** Bytes behind the text: the NUL that ends it. */
  readonly tail: number;
  /** Whether nothing but memory tells the length, so that a null pointer is no empty text. */
  readonly inMemory: boolean;
}

/** Compiles where the length of a text is found and what it counts. */
export function compileLength(recipe: TextResultRecipe, realm: Realm, layout: Layout): TextLength {
  const { text: { length, unit }, encoding } = recipe;
  const rest = {
    byteLength: unit === "codeUnits" ? byteLengthOf(recipe) : (count: number) => count,
    head: 0,
    tail: 0,
    inMemory: false,
  };
  const { memory } = realm;
  if (length === "nul") {
    const wide = recipe.content === "string" && encoding === "utf-16";
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
    const end = compileOffset(length.end, realm, layout);
    return {
      ...rest,
      count: (frame, pointer) => end(frame) - pointer,
      byteLength: (count) => count,
    };
  }
  return { ...rest, count: compileOffset(length, realm, layout) };
}

function byteLengthOf({ content, encoding }: TextResultRecipe): (count: number) => number {
  if (content === "string" && encoding === "latin1+utf16") {
    return (count) => count >= UTF16_TAG ? (count - UTF16_TAG) * 2 : count;
  }
  const unit = unitOf(content, encoding);
  return unit === 1 ? (count) => count : (count) => count * unit;
}
