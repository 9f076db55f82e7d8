// An imaginary toolchain, as its file in src/presets/ would be.
import type { Convention } from "../../src/abi/convention.ts";
import { RESULT_FORMS } from "../../src/abi/result_forms.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { allocating } from "../../src/presets/allocator.ts";
import { hasFunction } from "../../src/presets/roles.ts";
import { complete, printCall, readOptions } from "../../src/presets/preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "../../src/presets/preset.ts";

/**
 * Zed: text is a pointer and a length, a result is a pointer to a struct of both. The caller frees
 * the struct and the text.
 *
 * - Recognised by: exports `zalloc` and `zfree`
 * - Option: `zed()`
 * - Text: UTF-8
 *
 * - Toolchain: Zed (not tested here)
 * - Exports: functions `(text: &str) -> str`
 * - Load: `load("guest.wasm")`
 */
export function zed(options: ConventionOptions = {}): Convention {
  options = readOptions("zed", options);
  return complete({
    ...allocating("zed", printCall("zed", options), { allocate: "zalloc", free: "zfree" }),
    pass: [["pointer", "byteLength"]],
    results: [RESULT_FORMS.pointedTo],
    resultsFreedBy: { calls: ["zfree", { export: "zfree", pass: ["result", 8] }] },
  }, options);
}

function recognise(info: ModuleInfo): Detected[] {
  return hasFunction(info, "zalloc", 1, 1) && hasFunction(info, "zfree", 2, 0)
    ? [{ convention: zed(), reason: 'it exports "zalloc" and "zfree"' }]
    : [];
}

export const ZED: Preset = {
  name: "zed",
  make: zed,
  recognise,
};
