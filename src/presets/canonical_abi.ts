import type { Convention } from "../abi/convention.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { complete, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "./preset.ts";
import { hasFunction } from "./roles.ts";

/**
 * The canonical ABI of a component's core module.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md".
 *
 * - Recognised by: export `cabi_realloc`
 * - Option: `canonicalAbi()`
 * - Text: UTF-8; UTF-16 or latin1+utf16 if set
 *
 * @param options The string encoding of the component: UTF-8 unless set.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown or of another type.
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
  options = readOptions("canonicalAbi", options);
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
    // A function that a component imports writes its result to the address in the last argument.
    hostResults: [{
      ...RESULT_FORMS.areaAfter,
      text: { ...RESULT_FORMS.areaAfter.text, unit: "codeUnits" },
    }],
    argumentsFreedBy: "guest",
    resultsFreedBy: { call: { export: "cabi_post_*", pass: ["result"], optional: true } },
    // An empty value needs no block, because the ABI ignores its pointer.
    nullIs: "empty",
    trailingNul: "keep",
  }, options);
}

function recognise(info: ModuleInfo): Detected[] {
  return hasFunction(info, "cabi_realloc", 4, 1)
    ? [{
      convention: canonicalAbi(),
      reason: 'it exports "cabi_realloc"; nothing shows its encoding, which is mostly UTF-8',
    }]
    : [];
}

export const CANONICAL_ABI: Preset = {
  name: "canonical ABI",
  make: canonicalAbi,
  recognise,
};
