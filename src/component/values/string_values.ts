// The component model's canonical ABI, "Loading" and "Storing", for strings.

import { GuestError } from "../../base/errors.ts";
import { heldBytes } from "../../call/text_read.ts";
import type { Codec } from "../../memory/text/codec.ts";
import { SHORT_BYTES } from "../../memory/text/common.ts";
import { abiTrap, checkRange, MOST_BYTES, outOfRange, wrongType } from "./mistakes.ts";
import { createRange, type Range, type RangeForm, type RangeSource } from "./range_values.ts";
import type { ValueCode } from "./value_code.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";

/** The bit of a length that marks UTF-16 in latin1+utf16. */
const UTF16_TAG = 0x8000_0000;

/** The representation of text in memory. */
interface TextForm extends RangeForm {
  write(text: string): Range;
}

/** Makes the codec of strings. */
export function createString(layout: Layout, place: Place): ValueCodec {
  const { read, write } = createForm(place);
  const codec = createRange(layout, {
    read,
    write(value) {
      refuseOther(value);
      return write(value);
    },
  }, place);
  return { ...codec, measure: (value) => heldBytes(value as string) };
}

function refuseOther(value: unknown): asserts value is string {
  if (typeof value !== "string") throw wrongType(value, "a string");
}

/** Writes source for strings in UTF-8. */
export const TEXT_SOURCE: RangeSource = {
  read(code, pointer, length) {
    code.checkRange(pointer, length, 1, "a string");
    code.charge(length);
    const short = code.bind(
      "read short",
      ({ place }) => utf8Of(place).short()?.read ?? (() => null),
    );
    const decodeWhole = code.constant(decode);
    return code.keep(
      "text",
      `(${length} <= ${SHORT_BYTES} ? ${short}(${pointer}, ${length}) : null) ?? ` +
        `${decodeWhole}(${codecIn(code)}, ${pointer}, ${length})`,
    );
  },
  write(code, value) {
    code.refuseIf(`typeof ${value} !== "string"`, refuseOther, value);
    const codec = codecIn(code);
    const length = code.variable("length");
    code.add(`try { ${length} = ${codec}.byteLength(${value}); } catch (error) {
        ${code.carry(code.constant(refuseLone), value)};
        throw error;
      }`);
    code.refuseIf(`${length} > ${MOST_BYTES}`, refuseLong, length);
    const pointer = code.allocate(length, 1);
    code.add(`${codec}.write(${value}, ${pointer}, ${length});`);
    return { pointer, length };
  },
};

function utf8Of({ memory }: Place): Codec {
  return memory.codec("utf-8 refuse");
}

function codecIn(code: ValueCode): string {
  code.usesMemory = true;
  return code.bind("text", ({ place }) => utf8Of(place));
}

function createForm(place: Place): TextForm {
  switch (place.encoding) {
    case "utf8":
      return createUnits(place, utf8Of(place), 1);
    case "utf16":
      return createUnits(place, place.memory.codec("utf-16 refuse"), 2);
    case "latin1+utf16":
      return createTagged(place);
  }
}

/** Makes the form of an encoding with code units of a size. */
function createUnits(place: Place, codec: Codec, unit: 1 | 2): TextForm {
  return {
    read(pointer, length) {
      const byteLength = length * unit;
      checkRange(place, pointer, byteLength, unit, "a string");
      place.charge(byteLength);
      const text = decode(codec, pointer, byteLength);
      if (unit === 1 || text.isWellFormed()) return text;
      throw abiTrap("a string has a lone surrogate", "well-formed UTF-16");
    },
    write(text) {
      if (unit === 2) refuseLone(text);
      const byteLength = measure(codec, text);
      const pointer = place.allocate(byteLength, unit);
      codec.write(text, pointer, byteLength);
      return { pointer, length: byteLength / unit };
    },
  };
}

/** Makes the form of latin1, or of UTF-16 with a bit of the length set. */
function createTagged(place: Place): TextForm {
  const wide = createUnits(place, place.memory.codec("utf-16 refuse"), 2);
  const narrow = place.memory.codec("latin1");
  return {
    read(pointer, length) {
      if (length >= UTF16_TAG) return wide.read(pointer, length - UTF16_TAG);
      checkRange(place, pointer, length, 2, "a string");
      place.charge(length);
      return narrow.read(pointer, length);
    },
    write(text) {
      if (/[^\0-\xff]/.test(text)) {
        const { pointer, length } = wide.write(text);
        return { pointer, length: length + UTF16_TAG };
      }
      refuseLong(text.length);
      const pointer = place.allocate(text.length, 2);
      narrow.write(text, pointer, text.length);
      return { pointer, length: text.length };
    },
  };
}

function decode(codec: Codec, pointer: number, byteLength: number): string {
  try {
    return codec.read(pointer, byteLength);
  } catch (error) {
    // The range is known to be in memory, so only the text itself can be invalid.
    if (error instanceof GuestError) throw abiTrap(error.message, "a string of valid text");
    throw error;
  }
}

function measure(codec: Codec, text: string): number {
  let byteLength: number;
  try {
    byteLength = codec.byteLength(text);
  } catch (error) {
    refuseLone(text);
    throw error;
  }
  refuseLong(byteLength);
  return byteLength;
}

function refuseLone(text: string): void {
  if (!text.isWellFormed()) {
    throw outOfRange(text, "text without lone surrogates, such as text.toWellFormed()");
  }
}

function refuseLong(byteLength: number): void {
  if (byteLength > MOST_BYTES) {
    throw outOfRange(byteLength, `text of at most ${MOST_BYTES} bytes`);
  }
}
