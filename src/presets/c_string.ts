import type { BlockCall } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { ModuleInfo } from "../binary/types.ts";
import {
  allocating,
  ALLOCATOR_OPTIONS,
  type AllocatorOptions,
  findAllocators,
} from "./allocator.ts";
import { complete, printCall, readOptions } from "./preset_options.ts";
import type { Detected, Preset } from "./preset.ts";

/** The options of {@linkcode cString}. */
export interface CStringOptions extends Partial<AllocatorOptions> {
  /** The export that allocates; without one, texts are put on the guest's stack for the call. */
  allocate?: BlockCall;
}

/**
 * C strings: a pointer to text that a NUL ends, and the same back. Without an allocator texts are
 * put on the guest's stack, as Emscripten's own `ccall` does: they have to fit there.
 *
 * - Recognised by: an allocator, and functions that take one pointer and return one
 * - Option: `cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" })`
 * - Text: UTF-8, then a NUL
 *
 * - Toolchain: Emscripten
 * - Exports: functions `char *f(const char *text)` that return memory from `malloc`:
 *   `emcc -sSTANDALONE_WASM --no-entry -sEXPORTED_FUNCTIONS=_malloc,_free`, `EMSCRIPTEN_KEEPALIVE`
 * - Load: `load("testdata/emscripten/c_string.wasm", { convention: cString({ allocate: "malloc",
 *   free: "free", resultsFreedBy: "host" }) })`
 *
 * @param options Which exports allocate and free, if any do.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { cString, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = cString({ allocate: "malloc", free: "free" });
 * using guest = await load("testdata/c/c_string.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function cString(options: CStringOptions = {}): Convention {
  options = readOptions("cString", options, ALLOCATOR_OPTIONS);
  const { allocate } = options;
  const expression = printCall("cString", options);
  return complete({
    ...(allocate === undefined
      ? onStack(expression)
      : allocating("C string", expression, { ...options, allocate })),
    pass: [["pointer"]],
    terminated: "always",
    results: [RESULT_FORMS.terminated],
  }, options);
}

function onStack(expression: string): Convention {
  return { ...allocating("C string", expression, { allocate: "" }), place: { kind: "stack" } };
}

function suggest(info: ModuleInfo): Detected[] {
  return findAllocators(info, true).map(({ options, reason }) => ({
    convention: cString(options),
    reason: `${reason}; functions take one pointer and return one`,
  }));
}

export const C_STRING: Preset = {
  name: "C string",
  make: cString,
  suggest,
};
