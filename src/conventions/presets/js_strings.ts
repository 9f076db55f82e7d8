import type { Convention } from "../convention.ts";
import { RESULT_FORMS } from "../forms.ts";
import { printCall } from "../print.ts";
import { complete, type ConventionOptions } from "./options.ts";

/**
 * `wasm:js-string` and `externref`: JavaScript strings cross as they are, nothing is copied.
 *
 * @param options There is seldom anything to say.
 * @returns The convention, for the option `convention` of `load`.
 *
 * @example
 * ```ts
 * import { jsStrings, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = jsStrings();
 * using guest = await load("testdata/wat/js_strings.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
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
