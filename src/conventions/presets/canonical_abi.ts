import type { Convention } from "../convention.ts";
import { RESULT_FORMS } from "../forms.ts";
import { printCall } from "../print.ts";
import { complete, type ConventionOptions } from "./options.ts";

/**
 * The canonical ABI of a component's core module.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md".
 *
 * @param options The encoding that the component was made for: UTF-8 unless said.
 * @returns The convention, for the option `convention` of `load`.
 *
 * @example
 * ```ts
 * import { canonicalAbi, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = canonicalAbi();
 * using guest = await load("testdata/c/canonical_utf8.wasm", { convention });
 * const name = "example:text/greeter@1.0.0#greet";
 * assertEquals(guest.passString("Ada", name), "Hello, Ada!");
 * ```
 */
export function canonicalAbi(options: ConventionOptions = {}): Convention {
  return complete({
    name: "canonical ABI",
    expression: printCall("canonicalAbi", options),
    encoding: "utf-8",
    place: {
      kind: "allocator",
      allocate: { export: "cabi_realloc", pass: [0, 0, "align", "byteLength"] },
      empty: "none",
    },
    pass: [["pointer", "codeUnits"]],
    terminated: "never",
    results: [{
      ...RESULT_FORMS.pointedTo,
      text: { ...RESULT_FORMS.pointedTo.text, unit: "codeUnits" },
    }],
    // What a component imports writes its result where the last argument says.
    hostResults: [{
      ...RESULT_FORMS.areaAfter,
      text: { ...RESULT_FORMS.areaAfter.text, unit: "codeUnits" },
    }],
    argumentsFreedBy: "guest",
    resultsFreedBy: { call: { export: "cabi_post_*", pass: ["result"], optional: true } },
    // What has no length needs no block: the ABI looks at the pointer of nothing else.
    nullIs: "empty",
    trailingNul: "keep",
  }, options);
}
