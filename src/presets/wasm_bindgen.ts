import type { BlockCall } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { NumberForm, Status } from "../abi/result.ts";
import { RESULT_FORMS, THROWN } from "../abi/result_forms.ts";
import type { Value } from "../abi/value.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { allocating } from "./allocator.ts";
import { complete, MOST_NAMES, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "./preset.ts";
import { handsOut, hasFunction, takesBack } from "./roles.ts";

/** The options of {@linkcode wasmBindgen}. */
export interface WasmBindgenOptions extends ConventionOptions {
  /** The export that allocates, `__wbindgen_malloc` unless it was renamed. */
  allocate?: BlockCall;
  /** The export that frees, `__wbindgen_free` unless it was renamed. */
  free?: BlockCall;
}

/**
 * The raw exports of a module that wasm-bindgen made: strings and byte slices, without its glue. An
 * `Err` throws a {@linkcode GuestError} with the code `guest-error`. If the guest stores JavaScript
 * values in its own table, the value that it threw is the `cause`; otherwise `status` is the number
 * of the value, as known to the functions in `imports` that made it. A `Result<(), E>` that is
 * returned through a return area has the type of a method, so declare it with `arguments` and a
 * `status`.
 *
 * - Recognised by: export `__wbindgen_malloc`, or exports such as `__wbindgen_export_0` with the
 *   types of its allocator
 * - Option: `wasmBindgen()`
 * - Text: UTF-8
 *
 * @param options The names of the allocator's exports, if they were renamed.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
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
  options = readOptions("wasmBindgen", options, { allocate: "blockCall", free: "blockCall" });
  const { allocate = "__wbindgen_malloc", free = "__wbindgen_free" } = options;
  return complete({
    ...allocating("wasm-bindgen", printCall("wasmBindgen", options), { allocate, free }),
    // The length of a Rust slice is its number of elements, which for text are UTF-8 bytes.
    pass: [["pointer", "codeUnits"]],
    // The type of a retptr does not show whether two or four words are written, so there is room
    // for four.
    results: [
      RESULT_FORMS.multiValue,
      RESULT_FORMS.multiValueResult,
      RESULT_FORMS.areaBeforeResult,
    ].map((form) => ({ ...form, text: { ...form.text, unit: "codeUnits" } })),
    numberResults: allNumberResults(),
    argumentsFreedBy: "guest",
    resultsFreedBy: "host",
  }, options);
}

/** Describes where Rust's `Result` has its error and the flag. */
function failsBy(value: Value, code: Value): Status {
  return { value, fails: "nonzero", code, message: THROWN };
}

function numberResults(of: "i32" | "i64" | "f32" | "f64"): NumberForm[] {
  const words = /64/.test(of) ? 2 : 1;
  return [
    {
      of,
      results: [of, "n", "n"],
      value: { result: 0 },
      status: failsBy({ result: 2 }, { result: 1 }),
    },
    {
      of,
      results: [],
      area: "before",
      value: { load: of, offset: 0 },
      status: failsBy({ word: words + 1 }, { word: words }),
    },
  ];
}

/** Describes a Rust `Result` of a number, or of `()` in two results, as wasm-bindgen returns it. */
function allNumberResults(): NumberForm[] {
  return [
    ...(["i32", "i64", "f32", "f64"] as const).flatMap(numberResults),
    ...numberResults("i32").map((form) => ({ ...form, of: "p" as const })),
    {
      of: "void",
      results: ["n", "n"],
      value: 0,
      status: failsBy({ result: 1 }, { result: 0 }),
    },
  ];
}

function recognise(info: ModuleInfo): Detected[] {
  const name = "__wbindgen_malloc";
  return hasFunction(info, name, 1, 1) || hasFunction(info, name, 2, 1)
    ? [{ convention: wasmBindgen(), reason: `it exports ${quote(name)}` }]
    : recogniseRenamed(info);
}

/** Finds an allocator whose exports wasm-bindgen has replaced with numbered names. */
function recogniseRenamed(info: ModuleInfo): Detected[] {
  const renamed = info.exports.filter(({ name }) =>
    name.startsWith("__wb") && /^__wbindgen_export_?\d*$/.test(name)
  );
  if (renamed.length === 0) return [];
  const withArity = (count: number, test: (item: typeof renamed[number]) => boolean) =>
    renamed.filter((item) =>
      item.kind === "function" && item.type.parameters.length === count && test(item)
    ).slice(0, MOST_NAMES).map(({ name }) => name);
  // An alignment comes with both, or with none of them.
  for (const aligned of [1, 0]) {
    const allocating = withArity(1 + aligned, (item) => handsOut(item, 2));
    const freeing = withArity(2 + aligned, takesBack);
    const found = allocating.flatMap((allocate) =>
      freeing.map((free) => ({
        convention: wasmBindgen({ allocate, free }),
        reason: `${quote(allocate)} and ${quote(free)} have the types of its allocator`,
      }))
    );
    if (found.length > 0) return found;
  }
  return [];
}

export const WASM_BINDGEN: Preset = {
  name: "wasm-bindgen",
  make: wasmBindgen,
  recognise,
};
