// Guests of various toolchains.
import {
  allocator,
  assemblyScript,
  canonicalAbi,
  cString,
  jsStrings,
  wasmBindgen,
} from "../../mod.ts";
import {
  echo,
  greet,
  hasNoNul,
  isEverything,
  malloc,
  outParameters,
  packed,
  type PlanParts,
} from "./_plan.ts";

/** wasm-bindgen, components, Rust and Emscripten. */
export const TOOLCHAINS: readonly PlanParts[] = [
  { guest: "c/bindgen_old", name: "wasm-bindgen, as it was", traps: true },
  { guest: "c/bindgen_new", name: "wasm-bindgen with alignments", traps: true },
  { guest: "c/bindgen_multi_value", name: "wasm-bindgen with two results", traps: true },
  { guest: "c/bindgen_renamed", name: "wasm-bindgen under other names", traps: true },
  { guest: "c/bindgen_start", name: "wasm-bindgen that wants to be started", traps: true },
  {
    guest: "c/canonical_utf8",
    name: "the canonical ABI in UTF-8",
    prefix: "example:text/greeter@1.0.0#",
    traps: true,
  },
  {
    guest: "c/canonical_utf16",
    name: "the canonical ABI in UTF-16",
    options: { convention: canonicalAbi({ encoding: "utf-16" }) },
    prefix: "example:text/greeter@1.0.0#",
    carries: isEverything,
    bytes: false,
    traps: true,
  },
  {
    guest: "c/canonical_latin1_utf16",
    name: "the canonical ABI in latin1 or UTF-16",
    options: { convention: canonicalAbi({ encoding: "latin1+utf16" }) },
    prefix: "example:text/greeter#",
    transforms: { greet, echo, widen: echo },
    carries: isEverything,
    bytes: false,
    traps: true,
  },
  {
    guest: "rust/packed",
    name: "an i64 with the pointer in its high half",
    options: packed({ allocate: "alloc", free: "dealloc" }),
  },
  {
    guest: "rust/area",
    name: "a struct by value",
    options: {
      convention: allocator({
        allocate: "alloc",
        free: "dealloc",
        result: "areaBefore",
        resultsFreedBy: "host",
      }),
    },
  },
  {
    guest: "rust/boxed",
    name: "a boxed struct",
    options: {
      convention: allocator({
        allocate: "alloc",
        free: "dealloc",
        result: "pointedTo",
        resultsFreedBy: { call: { export: "free_text", pass: ["result"] } },
      }),
    },
    traps: true,
  },
  {
    guest: "rust/c_string",
    name: "CStr and CString",
    options: {
      convention: cString({
        allocate: "alloc",
        free: "dealloc",
        resultsFreedBy: { call: "free_string" },
      }),
    },
    carries: hasNoNul,
    terminated: true,
  },
  {
    guest: "emscripten/c_string",
    name: "C strings",
    options: {
      convention: cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
    },
    carries: hasNoNul,
    terminated: true,
    // Its memory has 16 MiB and does not grow.
    tooMuch: [17_000_000, 9_000_000],
  },
  {
    guest: "emscripten/c_string_growth",
    name: "C strings in memory that grows",
    options: {
      convention: cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
    },
    carries: hasNoNul,
    terminated: true,
  },
  {
    guest: "emscripten/bytes",
    name: "out-parameters on the stack",
    options: malloc(),
    declare: outParameters,
    transforms: { greet },
    tooMuch: [17_000_000, 9_000_000],
  },
];

/** A text that is too large for one block, as the argument or as the result of `greet`. */
const WAT_LIMITS = [60_001, 59_999];

/** WebAssembly text: no more than 60,000 bytes in one block. */
export const WAT: readonly PlanParts[] = [
  {
    guest: "wat/two_memories_allocator",
    name: "a memory among two",
    options: { ...malloc({ result: "packedPointerHigh", empty: "none" }), memoryName: "text" },
    tooMuch: WAT_LIMITS,
  },
  {
    guest: "wat/high_pointer_allocator",
    name: "blocks above 2 GiB",
    options: malloc({ result: "packedPointerHigh", empty: "none" }),
    tooMuch: WAT_LIMITS,
  },
  {
    guest: "wat/result_globals",
    name: "globals that hold pointer and length",
    options: malloc({
      empty: "none",
      result: {
        results: [],
        text: { pointer: { export: "result_pointer" }, length: { export: "result_length" } },
      },
    }),
    tooMuch: WAT_LIMITS,
  },
  {
    guest: "wat/js_strings",
    name: "JavaScript strings",
    transforms: { greet, echo, reverse: (text) => text.split("").reverse().join("") },
    carries: isEverything,
    bytes: false,
  },
];

/** Managed strings, and presets that are set rather than detected. */
export const ASSEMBLYSCRIPT: readonly PlanParts[] = [
  ...["", "_minimal", "_stub", "_imported_memory"].map((variant): PlanParts => ({
    guest: `assemblyscript/strings${variant}`,
    name: "managed strings",
    carries: isEverything,
    bytes: false,
    neverFrees: variant === "_stub",
  })),
  {
    guest: "assemblyscript_arc/strings",
    name: "managed strings that are counted",
    carries: isEverything,
    bytes: false,
  },
  {
    guest: "assemblyscript/strings",
    name: "managed strings, by the option",
    options: { convention: assemblyScript() },
    carries: isEverything,
    bytes: false,
  },
  {
    guest: "wat/js_strings",
    name: "JavaScript strings, by the option",
    options: { convention: jsStrings() },
    carries: isEverything,
    bytes: false,
  },
  {
    guest: "c/bindgen_new",
    name: "by the option",
    options: { convention: wasmBindgen() },
    traps: true,
  },
];
