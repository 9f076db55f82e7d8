import type { BlockCall, Convention } from "../convention.ts";
import { RESULT_FORMS } from "../forms.ts";
import { printCall } from "../print.ts";
import { allocating } from "./allocator.ts";
import { complete, type ConventionOptions } from "./options.ts";

/** What {@linkcode wasmBindgen} is told. */
export interface WasmBindgenOptions extends ConventionOptions {
  /** The export that allocates, `__wbindgen_malloc` unless it was renamed. */
  allocate?: BlockCall;
  /** The export that frees, `__wbindgen_free` unless it was renamed. */
  free?: BlockCall;
}

/**
 * The raw exports of a module that wasm-bindgen made: strings and byte slices, without its glue.
 *
 * @param options The names of its allocator, where it was told to hide them.
 * @returns The convention, for the option `convention` of `load`.
 *
 * @example
 * ```ts
 * import { load, wasmBindgen } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = wasmBindgen();
 * using guest = await load("testdata/c/bindgen_new.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function wasmBindgen(options: WasmBindgenOptions = {}): Convention {
  const allocate = options.allocate ?? "__wbindgen_malloc";
  const free = options.free ?? "__wbindgen_free";
  return complete({
    ...allocating("wasm-bindgen", printCall("wasmBindgen", options), { allocate, free }),
    pass: [["pointer", "byteLength"]],
    results: [RESULT_FORMS.multiValue, RESULT_FORMS.areaBefore],
    argumentsFreedBy: "guest",
    resultsFreedBy: "host",
  }, options);
}
