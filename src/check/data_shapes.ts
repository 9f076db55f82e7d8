import type { HostTextParameter } from "../abi/declaration.ts";
import type { ArrayParameter, StringsParameter, TextParameter } from "../abi/parameter.ts";
import type { TextResult } from "../abi/text_result.ts";
import { WORDS } from "../base/misnomers.ts";
import { quote, show } from "../base/show.ts";
import {
  freedByShape,
  passShape,
  placeShape,
  resultFreedByShape,
  unitShape,
} from "./block_shapes.ts";
import { object } from "./object_shape.ts";
import {
  exportName,
  finite,
  flag,
  join,
  known,
  type Problems,
  type Shape,
  text,
  word,
} from "./shape.ts";
import { lengthShape, nestedValue, numericType, valueShape } from "./value_shapes.ts";

// The shapes of text, bytes and arrays of numbers: their encoding, and their parameters.

/** The encodings of text. */
export const encodingShape: Shape = word(WORDS.encoding, {
  utf8: "utf-8",
  wtf8: "wtf-8",
  utf16: "utf-16",
  "utf-16le": "utf-16",
  ucs2: "utf-16",
  ascii: "latin1",
  "latin-1": "latin1",
});

/** The handling of invalid text. */
export const onInvalidShape: Shape = word(WORDS.onInvalid, {
  error: "refuse",
  fatal: "refuse",
  throw: "refuse",
  lossy: "replace",
});

/** Reports the replacement of invalid text in an encoding without U+FFFD. */
export function lookAtInvalid(kept: Record<string, unknown>, at: string, problems: Problems): void {
  if (kept.encoding !== "latin1" || kept.onInvalid !== "replace") return;
  problems.add(
    join(at, "onInvalid"),
    'is "replace", but latin1 has no U+FFFD, expected "refuse" or another encoding',
  );
}

/** The JavaScript class for bytes. */
export const bytesClassShape: Shape = word(["ArrayBuffer", "Uint8ClampedArray"]);

/** Reports a JavaScript class for a type other than bytes. */
export function lookAtClass(kept: Record<string, unknown>, at: string, problems: Problems): void {
  if (kept.as === undefined || kept.type === "bytes") return;
  problems.add(join(at, "as"), `is set for the type ${show(kept.type)}, expected "bytes"`);
}

/** The treatment of trailing NULs. */
export const trailingNulShape: Shape = word(WORDS.trailingNul, { drop: "trim", strip: "trim" });

/** The meaning of a null pointer. */
export const nullIsShape: Shape = word(WORDS.nullIs);

const check = object<NonNullable<TextResult["check"]>>("{ value, is, what }", {
  value: nestedValue,
  is: finite,
  what: text,
}, { needs: ["value", "is", "what"] });

/** The place of text or bytes. */
export const textResultShape: Shape = object<TextResult & { type: "string" }>(
  "{ pointer, length }",
  {
    type: word(["string"]),
    call: exportName,
    pointer: nestedValue,
    length: lengthShape,
    unit: unitShape,
    freedBy: resultFreedByShape,
    nullIs: nullIsShape,
    check,
  },
  { needs: ["pointer", "length"] },
);

const textParameterParts = {
  type: known,
  encoding: encodingShape,
  onInvalid: onInvalidShape,
  place: placeShape,
  pass: passShape,
  terminated: flag,
  byteLength: valueShape,
  freedBy: freedByShape,
  nullable: flag,
  class: text,
};

/** A parameter that is text or bytes. */
export const textParameter: Shape = object<TextParameter>("a parameter", textParameterParts, {
  look: lookAtInvalid,
});

/** A parameter of a host function that is text or bytes. */
export const hostText: Shape = object<HostTextParameter>("a parameter", {
  ...textParameterParts,
  length: lengthShape,
  as: bytesClassShape,
}, {
  look(kept, at, problems) {
    lookAtInvalid(kept, at, problems);
    lookAtClass(kept, at, problems);
  },
});

/** A parameter that is an array of numbers. */
export const arrayParameter: Shape = object<ArrayParameter>("a parameter", {
  type: known,
  element: numericType,
  place: placeShape,
  pass: passShape,
  unit: unitShape,
  freedBy: freedByShape,
  nullable: flag,
  class: text,
}, { needs: ["element"], look: lookAtUnit });

/** Reports a unit for a length that already has one. */
function lookAtUnit(kept: Record<string, unknown>, at: string, problems: Problems): void {
  const { unit, pass = [] } = kept as Partial<ArrayParameter>;
  const stated = pass.find((as) => as === "byteLength" || as === "codeUnits");
  if (unit === undefined || stated === undefined) return;
  problems.add(join(at, "unit"), `is beside "pass" with ${quote(stated)}, expected one of them`);
}

/** A parameter that is a list of texts. */
export const stringsParameter: Shape = object<StringsParameter>("a parameter", {
  type: known,
  encoding: encodingShape,
  onInvalid: onInvalidShape,
  place: placeShape,
  layout: word(["pointers", "pairs"]),
  pass: passShape,
  terminated: flag,
  freedBy: freedByShape,
  class: text,
}, { look: lookAtInvalid });
