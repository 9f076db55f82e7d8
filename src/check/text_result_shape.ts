import type { TextResult } from "../abi/text_result.ts";
import { WORDS } from "../base/misnomers.ts";
import { show } from "../base/show.ts";
import { resultFreedByShape, unitShape } from "./block_shapes.ts";
import { object } from "./object_shape.ts";
import { join, type Problems, type Shape } from "./problems.ts";
import { exportName, finite, text, word } from "./shape.ts";
import { lengthShape, nestedValue } from "./value_shapes.ts";

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

/** What becomes of invalid text. */
export const onInvalidShape: Shape = word(WORDS.onInvalid, {
  error: "refuse",
  fatal: "refuse",
  throw: "refuse",
  lossy: "replace",
});

/** Notes that invalid text is to be replaced in an encoding without U+FFFD. */
export function lookAtInvalid(kept: Record<string, unknown>, at: string, problems: Problems): void {
  if (kept.encoding !== "latin1" || kept.onInvalid !== "replace") return;
  problems.add(
    join(at, "onInvalid"),
    'is "replace", but latin1 has no U+FFFD, expected "refuse" or another encoding',
  );
}

/** What bytes are in JavaScript. */
export const bytesClassShape: Shape = word(["ArrayBuffer", "Uint8ClampedArray"]);

/** Notes a class of JavaScript for what is no bytes. */
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
