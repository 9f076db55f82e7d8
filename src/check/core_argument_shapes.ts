import type { CoreArgument } from "../abi/block_source.ts";
import { isObject } from "../base/misnomers.ts";
import { array, keyed } from "./object_shape.ts";
import type { Shape } from "./problems.ts";
import { choice, count, integer, word } from "./shape.ts";
import { type Form, form } from "./value_shapes.ts";

/** The core arguments for a text. */
const passName: Shape = word([
  "pointer",
  "byteLength",
  "codeUnits",
  "count",
  "lengths",
  "packedPointerHigh",
  "packedPointerLow",
], { length: "byteLength", size: "byteLength", len: "byteLength", ptr: "pointer" });

/** All core arguments for a text. */
export const passShape: Shape = array(passName, 'an array such as ["pointer", "byteLength"]');

/** One core argument. */
const coreArgumentShape: Shape = choice(
  'a core argument: a number, { parameter }, { text, as }, { area }, "output" or "capacity"',
  (value) => {
    if (typeof value === "string") return coreArgumentWord;
    return typeof value === "number" ? integer : isObject(value) ? coreArgumentForms : undefined;
  },
);

const coreArgumentWord: Shape = {
  expected: '"output" or "capacity"',
  read(value, at, problems) {
    if (value === "area") return problems.add(at, 'is "area", did you mean { area: 0 }?');
    if (value !== "pointer" && value !== "byteLength") {
      return coreArgumentWords.read(value, at, problems);
    }
    return problems.add(at, `is "${value}", did you mean { text: 0, as: "${value}" }?`);
  },
};

const coreArgumentWords = word(["output", "capacity"], {}, " or one such as { parameter: 0 }");

const coreArgumentForms: Shape = keyed("{ parameter }, { text, as } or { area }", {
  parameter: form<Form<CoreArgument, "parameter">>("{ parameter }", { parameter: count }),
  text: form<Form<CoreArgument, "text">>("{ text, as }", { text: count, as: passName }, ["as"]),
  area: form<Form<CoreArgument, "area">>("{ area }", { area: count }),
}, (key, value) => {
  if (key === "argument") return `did you mean { text: ${value}, as: "pointer" }?`;
  return key === "byteLengthOf" ? `did you mean { text: ${value}, as: "byteLength" }?` : undefined;
});

/** All core arguments in order. */
export const coreArgumentsShape: Shape = array(coreArgumentShape, "an array of core arguments");
