import type { ResultForm } from "./result.ts";
import type { ResultFormName, ThrownValue } from "./text_result.ts";

/** Where wasm-bindgen stores JavaScript values in a guest. */
export const THROWN: ThrownValue = {
  table: "__wbindgen_externrefs",
  drop: "__externref_table_dealloc",
};

/** A pointer and a byte length in a return area. */
const IN_AREA = { pointer: { word: 0 }, length: { word: 1 } } as const;

/** The shapes of a text result that toolchains produce, by their names in options. */
export const RESULT_FORMS = {
  /** One i64: the pointer in its high half, the byte length in its low half. */
  packedPointerHigh: {
    name: "packedPointerHigh",
    results: ["i64"],
    text: { pointer: { high: "result" }, length: { low: "result" } },
  },
  /** One i64: the pointer in its low half, the byte length in its high half. */
  packedPointerLow: {
    name: "packedPointerLow",
    results: ["i64"],
    text: { pointer: { low: "result" }, length: { high: "result" } },
  },
  /** Two results: pointer and byte length. */
  multiValue: {
    name: "multiValue",
    results: ["p", "n"],
    text: { pointer: { result: 0 }, length: { result: 1 } },
  },
  /**
   * Four results, as for Rust's `Result`: pointer, byte length, error, and whether there is one.
   */
  multiValueResult: {
    name: "multiValueResult",
    results: ["p", "n", "n", "n"],
    text: { pointer: { result: 0 }, length: { result: 1 } },
    status: { value: { result: 3 }, fails: "nonzero", code: { result: 2 }, message: THROWN },
  },
  /** No result: the guest writes pointer and byte length to the address in the first argument. */
  areaBefore: {
    name: "areaBefore",
    results: [],
    area: "before",
    text: IN_AREA,
  },
  /**
   * As `areaBefore` but with four words, as for Rust's `Result`: pointer, byte length, error, and
   * whether there is one. A text that cannot fail leaves the last two words 0.
   */
  areaBeforeResult: {
    name: "areaBeforeResult",
    results: [],
    area: "before",
    text: IN_AREA,
    status: { value: { word: 3 }, fails: "nonzero", code: { word: 2 }, message: THROWN },
  },
  /** No result: the guest writes pointer and byte length to the address in the last argument. */
  areaAfter: {
    name: "areaAfter",
    results: [],
    area: "after",
    text: IN_AREA,
  },
  /** A pointer to a pointer and a byte length. */
  pointedTo: {
    name: "pointedTo",
    results: ["p"],
    text: { pointer: { word: 0, at: "result" }, length: { word: 1, at: "result" } },
  },
  /** A pointer to text that ends at a NUL. */
  terminated: {
    name: "terminated",
    results: ["p"],
    text: { pointer: "result", length: "nul" },
  },
  /** A pointer to a 32-bit byte length, with the text after it. */
  prefixed: {
    name: "prefixed",
    results: ["p"],
    text: { pointer: "result", length: { prefix: "u32" } },
  },
  /**
   * The byte length of the text that has replaced the first argument; a negative one is an error
   * code.
   */
  inPlace: {
    name: "inPlace",
    results: ["n"],
    text: { pointer: { argument: 0 }, length: "result" },
    status: { value: "result", fails: "negative" },
  },
  /** The JavaScript string itself. */
  reference: {
    name: "reference",
    results: ["externref"],
    text: { pointer: "result", length: 0 },
  },
} as const satisfies Record<ResultFormName, ResultForm>;
