import type { Convention } from "../convention.ts";
import { RESULT_FORMS } from "../forms.ts";
import { printCall } from "../print.ts";
import { complete, type ConventionOptions } from "./options.ts";

/** `wasm:js-string` and `externref`: JavaScript strings cross as they are. */
export function jsStrings(options: ConventionOptions = {}): Convention {
  return complete({
    name: "JS strings",
    expression: printCall("jsStrings", options),
    encoding: "utf-16",
    place: { kind: "reference" },
    pass: [],
    terminated: "never",
    results: [RESULT_FORMS.reference],
    argumentsFreedBy: "guest",
    resultsFreedBy: "guest",
    trailingNul: "keep",
  }, options);
}
