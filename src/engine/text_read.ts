import type { TextResultRecipe } from "../conventions/recipe.ts";
import { GuestError } from "../errors.ts";
import type { GuestMemory } from "../memory.ts";
import { NUMERIC_TYPES, type NumericType, TYPED_ARRAYS } from "../numbers.ts";
import { UTF16_TAG } from "./content.ts";
import { subjectOf } from "./subject.ts";
import type { TextContext } from "./text_result.ts";

/** Reads `byteLength` bytes of a result; `count` is their length as the guest told it. */
export type Read = (pointer: number, byteLength: number, count: number) => unknown;

/** Compiles copying text, bytes or an array out of memory. */
export function compileRead(
  memory: GuestMemory,
  { content, encoding, trailingNul }: TextResultRecipe,
  context: TextContext,
): Read {
  if (content === "bytes") return (pointer, byteLength) => memory.readBytes(pointer, byteLength);
  if (typeof content === "object") return compileArray(memory, content.element, context);
  const text = compileString(memory, encoding);
  return trailingNul === "keep" ? text : (...range) => trimNuls(text(...range));
}

function compileString(
  memory: GuestMemory,
  encoding: TextResultRecipe["encoding"],
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

/** C counts the NULs at the end (`sizeof`). */
function trimNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}
