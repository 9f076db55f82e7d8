import type { Convention } from "../abi/convention.ts";
import { freedByShape, placeShape, resultFreedByShape } from "./block_shapes.ts";
import { passShape } from "./core_argument_shapes.ts";
import { array, object } from "./object_shape.ts";
import type { Shape } from "./problems.ts";
import { formsShape, numberFormsShape, statusShape } from "./result_shapes.ts";
import { text, word } from "./shape.ts";
import { encodingShape, nullIsShape, trailingNulShape } from "./text_result_shape.ts";

/** The shape of a convention that is a record. */
export const conventionShape: Shape = object<Convention>("a convention", {
  name: text,
  expression: text,
  encoding: encodingShape,
  place: placeShape,
  bytesPlace: placeShape,
  bytesResults: formsShape,
  arrayPlace: placeShape,
  arrayResults: formsShape,
  pass: array(passShape, 'an array such as [["pointer", "byteLength"]]'),
  terminated: word(["always", "without length", "never"]),
  results: formsShape,
  numberResults: numberFormsShape,
  hostResults: formsShape,
  argumentsFreedBy: freedByShape,
  resultsFreedBy: resultFreedByShape,
  nullIs: nullIsShape,
  trailingNul: trailingNulShape,
  status: statusShape,
  areaPlace: placeShape,
}, {
  needs: [
    "name",
    "expression",
    "encoding",
    "place",
    "pass",
    "terminated",
    "results",
    "argumentsFreedBy",
    "resultsFreedBy",
    "trailingNul",
  ],
});
