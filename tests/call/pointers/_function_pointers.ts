// The guest of function pointers, with its symbols.
import { allocator, type Guest, load, type LoadOptions } from "../../../mod.ts";

const convention = allocator({ allocate: "malloc", free: "free", result: "terminated" });

/** A function (const void *, const void *) -> int. */
export const COMPARE = {
  type: "function",
  parameters: ["pointer", "pointer"],
  result: "i32",
} as const;

/** The symbols of `function_pointers.c`. */
export const SYMBOLS = {
  sort: {
    parameters: [{ type: "array", element: "i32" }, COMPARE],
    arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "codeUnits" }, { parameter: 1 }],
    result: {
      type: "array",
      element: "i32",
      pointer: { argument: 0 },
      length: { byteLengthOf: 0 },
    },
  },
  on_event: { parameters: ["pointer", "pointer"], result: "void" },
  emit: { parameters: [{ type: "string", pass: ["pointer"] }], result: "i32" },
  emit_twice: { parameters: [{ type: "string", pass: ["pointer"] }], result: "i32" },
  each_word: {
    parameters: [
      { type: "string", pass: ["pointer", "byteLength"] },
      {
        type: "function",
        parameters: [{ type: "string", pass: ["pointer", "byteLength"] }, "pointer"],
        result: "i32",
      },
      "pointer",
    ],
    result: "i32",
  },
  map_i64: {
    parameters: [{ type: "function", parameters: ["i64"], result: "i64" }, "i64"],
    result: "i64",
  },
  map_f32: {
    parameters: [{ type: "function", parameters: ["f32"], result: "f32", nullable: true }, "f32"],
    result: "f32",
  },
  map_f64: {
    parameters: [
      { type: "function", parameters: ["f64", "f64"], result: "f64" },
      "f64",
      "f64",
    ],
    result: "f64",
  },
  apply: {
    parameters: [
      { type: "function", parameters: ["i32", "i32"], result: "i32" },
      "i32",
      "i32",
    ],
    result: "i32",
  },
  greet: {
    parameters: [{ type: "function", parameters: ["i32"], result: "string" }, "i32"],
    result: "i32",
  },
  reenter: {
    parameters: [{ type: "function", parameters: ["i32"], result: "i32" }, "i32"],
    result: "i32",
  },
  get_op: { parameters: ["i32"], result: "pointer" },
} as const;

/** Returns the path of a guest that was made from `function_pointers.c`. */
export function guestPath(name = ""): URL {
  const file = `function_pointers${name === "" ? "" : `_${name}`}.wasm`;
  return new URL(`../../../testdata/c/${file}`, import.meta.url);
}

/** Loads one of the guests with all its symbols. */
export function loadPointers(
  name = "",
  options: Omit<LoadOptions<typeof SYMBOLS>, "symbols" | "convention"> = {},
): Promise<Guest<typeof SYMBOLS>> {
  return load(guestPath(name), { convention, symbols: SYMBOLS, ...options });
}
