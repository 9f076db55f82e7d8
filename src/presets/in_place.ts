import type { Convention } from "../abi/convention.ts";
import { type ConventionOptions, printCall, readOptions } from "./preset_options.ts";
import type { Preset } from "./preset.ts";
import { bufferConvention } from "./static_buffer.ts";

/** The options of {@linkcode inPlace}. */
export interface InPlaceOptions extends ConventionOptions {
  /** The address of a range that the host may use, or `"reserve"` to add pages to memory for it. */
  pointer: number | "reserve";
  /** The size of the range in bytes. */
  byteLength: number;
}

/**
 * A range of memory that you let the host use. With `"reserve"` it is added above everything else,
 * which is safe only if the guest has no allocator of its own that takes all memory above
 * `__heap_base` for itself.
 *
 * - Recognised by: never: you name the range
 * - Option: `inPlace({ pointer: "reserve", byteLength: 65536 })`
 * - Text: UTF-8
 *
 * @param options Where the range is and how many bytes it has.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { inPlace, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = inPlace({ pointer: "reserve", byteLength: 1000 });
 * using guest = await load("testdata/c/result_in_place.wasm", { convention });
 * assertEquals(guest.passString("hello", "shout"), "HELLO");
 * ```
 */
export function inPlace(options: InPlaceOptions): Convention {
  const needed = ["pointer", "byteLength"];
  options = readOptions("inPlace", options, { pointer: "range", byteLength: "byteLength" }, needed);
  const { pointer, byteLength } = options;
  return bufferConvention("in place", printCall("inPlace", options), options, {
    kind: "buffer",
    pointer: pointer === "reserve" ? { reserve: byteLength } : pointer,
    capacity: byteLength,
  });
}

export const IN_PLACE: Preset = {
  name: "in place",
  make: inPlace,
};
