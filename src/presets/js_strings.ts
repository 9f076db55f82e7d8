import type { Convention } from "../abi/convention.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { complete, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "./preset.ts";

/**
 * `wasm:js-string` and `externref`: JavaScript strings are passed by reference, without a copy.
 *
 * - Recognised by: imports from `wasm:js-string`, or an export that takes and returns `externref`
 * - Option: `jsStrings()`
 * - Text: any, as it is
 *
 * @param options The options that all conventions have, which are rarely needed here.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown or of another type.
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
  options = readOptions("jsStrings", options);
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

function recognise(info: ModuleInfo): Detected[] {
  const strings = info.imports.find(({ module }) => module === "wasm:js-string");
  return strings === undefined ? [] : [{
    convention: jsStrings(),
    reason: `it imports ${quote(`wasm:js-string.${strings.name}`)}`,
  }];
}

/** Finds a guest that takes and returns references, which may be strings. */
function fallBack(info: ModuleInfo): Detected[] {
  const item = info.exports.find((item) =>
    item.kind === "function" && item.type.parameters.includes("externref") &&
    item.type.results.some((type) => /extern/.test(type))
  );
  return item === undefined ? [] : [{
    convention: jsStrings(),
    reason: `${quote(item.name)} takes and returns externref`,
  }];
}

export const JS_STRINGS: Preset = {
  name: "JS strings",
  make: jsStrings,
  recognise,
  fallBack,
};
