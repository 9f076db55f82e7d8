import type { Capacity, Place } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ResultForm } from "../abi/result.ts";
import type { Value } from "../abi/value.ts";
import { complete, type ConventionOptions, printCall, readOptions } from "./options.ts";

/** What {@linkcode staticBuffer} is told. */
export interface StaticBufferOptions extends ConventionOptions {
  /** The getter or the exported global that gives the buffer's address, or the address itself. */
  pointer: string | number;
  /** How many bytes the buffer holds, or which export says so. */
  capacity?: Capacity;
}

/**
 * One buffer of the guest's, at an address that it tells: text is written there, an export
 * transforms it and returns its new length.
 *
 * @param options Where the buffer is, and whatever else the binary does not tell.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { load, staticBuffer } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = staticBuffer({ pointer: "get_buffer_pointer", capacity: 100 });
 * using guest = await load("testdata/c/passing_data.wasm", { convention });
 * assertEquals(guest.passString("Passage: "), "Passage: WASM is cool!");
 * ```
 */
export function staticBuffer(options: StaticBufferOptions): Convention {
  options = readOptions(
    "staticBuffer",
    options,
    { pointer: "address", capacity: "capacity" },
    ["pointer"],
  );
  const { pointer, capacity } = options;
  return bufferConvention("static buffer", printCall("staticBuffer", options), options, {
    kind: "buffer",
    pointer,
    ...(capacity !== undefined && { capacity }),
  });
}

/** What {@linkcode inPlace} is told. */
export interface InPlaceOptions extends ConventionOptions {
  /** The address of a range that the host may use, or `"reserve"` to add pages to memory for it. */
  pointer: number | "reserve";
  /** The size of the range in bytes. */
  byteLength: number;
}

/**
 * A range of memory that the caller says the host may use. With `"reserve"` it is added above
 * everything else, which is safe only where the guest has no allocator of its own that takes all
 * memory above `__heap_base` for itself.
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

function bufferConvention(
  name: string,
  expression: string,
  options: ConventionOptions,
  place: Place & { kind: "buffer" },
): Convention {
  const { pointer } = place;
  const at: Value = typeof pointer === "string"
    ? { export: pointer }
    : typeof pointer === "number"
    ? pointer
    : { argument: 0 };
  const inBuffer: ResultForm = {
    name: "inBuffer",
    results: ["n"],
    text: { pointer: at, length: "result" },
    status: { value: "result", fails: "negative" },
  };
  return complete({
    name,
    expression,
    encoding: "utf-8",
    place,
    pass: [[], ["byteLength"], ["pointer", "byteLength"]],
    terminated: "without length",
    results: [inBuffer],
    argumentsFreedBy: "guest",
    resultsFreedBy: "guest",
    trailingNul: "trim",
  }, options);
}
