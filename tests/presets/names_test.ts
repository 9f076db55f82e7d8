import { assertEquals } from "@std/assert";
import {
  bufferRank,
  couldDo,
  couldMake,
  freedBy,
  INPUT_WORDS,
  isPlainAllocator,
  madeBy,
  MAY_HAND_OUT_BLOCKS,
  mayNameOutput,
  namesAllocator,
  namesBlocks,
  namesBufferSize,
  namesFreeing,
  namesGetter,
  namesLength,
  namesNumber,
  namesOutput,
  namesToolchain,
  OUTPUT_WORDS,
  ownerOf,
  shareStem,
  sizeRank,
  stemOf,
  withoutWords,
} from "../../src/presets/names.ts";

function mayHandOutBlocks(name: string): boolean {
  return MAY_HAND_OUT_BLOCKS.test(name.toLowerCase());
}

/** Predicates, names for which they return true, and names for which they return false. */
const QUESTIONS: readonly (readonly [(name: string) => boolean, yes: string[], no: string[]])[] = [
  [
    mayHandOutBlocks,
    ["malloc", "walloc", "__new", "cabi_realloc", "stackSave"],
    ["free", "transform", "get_buffer_pointer", "memory"],
  ],
  [
    namesAllocator,
    ["malloc", "alloc", "my_allocate", "wasmAlloc", "sqlite3_malloc"],
    ["stackAlloc", "malloc_usable_size", "allocation", "free", "hand_out"],
  ],
  [
    namesFreeing,
    ["free", "dealloc", "wasm_dealloc", "releaseBuffer", "xfree"],
    ["free_count", "freeze", "malloc"],
  ],
  [
    namesBlocks,
    ["malloc", "alloc_string", "allocUint8", "wasm_alloc"],
    ["alloc_compressor", "parser_alloc"],
  ],
  [couldMake, ["parser_alloc", "contextAllocate"], ["string_alloc", "malloc", "alloc_parser"]],
  [isPlainAllocator, ["malloc", "allocUint8", "wasm_malloc"], ["greeter_malloc"]],
  [namesOutput, ["output_ptr", "getResultPointer"], ["output_size", "input_ptr", "__result_ptr"]],
  [mayNameOutput, ["get_result", "output"], ["get_result_size", "last_output_index", "input"]],
  [namesGetter, ["getVersion", "is_ready", "Hash_GetState"], ["add_wasm_is_cool", "transform"]],
  [namesNumber, ["count_words", "checksum", "is_valid"], ["greet", "add_wasm_is_cool"]],
  [namesLength, ["result_length", "textLen", "size"], ["capacity", "__size"]],
  [namesToolchain, ["__heap_base", "memory", "strlen", "_realloc", "stackSave"], [
    "greet",
    "malloc",
  ]],
  [couldDo, ["make_buffer", "read_buffer", "allocBuffer"], ["buffer", "get_buffer"]],
];

for (const [question, yes, no] of QUESTIONS) {
  Deno.test(`${question.name}() accepts ${yes.join(", ")}`, () => {
    assertEquals([yes.filter((name) => !question(name)), no.filter(question)], [[], []]);
  });
}

/** Names, and their ranks as names of input buffers. */
const BUFFERS: readonly (readonly [name: string, rank: number | undefined])[] = [
  ["get_buffer_pointer", 0],
  ["BUFFER", 0],
  ["inputPtr", 0],
  ["scratch", 1],
  ["text", 1],
  ["greet", undefined],
  ["output_buffer", undefined],
  ["buffer_size", undefined],
  ["process_buffer", undefined],
  ["heap_base_ptr", undefined],
  ["getBufferIndexZero", undefined],
  ["__data_ptr", undefined],
];

for (const [name, rank] of BUFFERS) {
  Deno.test(`${name} has the rank ${rank} among buffers`, () =>
    assertEquals(bufferRank(name), rank));
}

Deno.test("the stem of a name has the words that distinguish it, in any spelling", () => {
  assertEquals([stemOf("get_input_ptr"), stemOf("getInputPointer"), stemOf("INPUT_MAX_LENGTH")], [
    "input",
    "input",
    "input",
  ]);
  assertEquals([shareStem("get_input_ptr", "inputCapacity"), shareStem("get_ptr", "get_size")], [
    true,
    false,
  ]);
  assertEquals(shareStem("input_ptr", "output_size"), false);
});

Deno.test("a size is that of a buffer if it shares its stem, or has none of its own", () => {
  assertEquals([
    namesBufferSize("input_capacity", "input_ptr"),
    namesBufferSize("buffer_size", "text"),
  ], [
    true,
    true,
  ]);
  assertEquals([
    namesBufferSize("item_count", "item_buffer"),
    namesBufferSize("max_retries", "buffer"),
  ], [
    false,
    false,
  ]);
});

Deno.test("the best name of a capacity has the buffer's stem, a word for capacity, and no other words", () => {
  const names = ["output_length", "text_buffer_length", "output_capacity", "buffer_capacity"];
  const ranked = names.toSorted((a, b) => sizeRank(a, "get_buffer") - sizeRank(b, "get_buffer"));
  assertEquals(ranked[0], "buffer_capacity");
  assertEquals(sizeRank("buffer_capacity", "buffer"), 0);
  assertEquals(sizeRank("buffer_capacity", "buffer") < sizeRank("buffer_length", "buffer"), true);
});

/** An export that makes a block, one that may free it, and whether they belong together. */
const PAIRS: readonly (readonly [making: string, ending: string, are: boolean])[] = [
  ["create_buffer", "destroy_buffer", true],
  ["malloc", "free", true],
  ["alloc_string", "free_string", true],
  ["alloc_string", "free_buffer", false],
  ["new_parser", "delete_parser", false],
  ["alloc_parser", "free_parser", false],
  ["greet", "free", false],
  ["greet", "hello", false],
];

for (const [making, ending, are] of PAIRS) {
  Deno.test(`${making} and ${ending} are ${are ? "" : "no "}counterparts`, () => {
    const made = madeBy(making);
    assertEquals(made !== undefined && made === freedBy(ending), are);
  });
}

Deno.test("names of an input and its output differ only in that word", () => {
  const inputs = ["get_input", "text_in", "get_buffer"];
  assertEquals(inputs.map((name) => withoutWords(name, INPUT_WORDS)), ["get", "text", undefined]);
  const outputs = ["get_output", "text_out", "get_output_ptr", "get_buffer"];
  assertEquals(
    outputs.map((name) => withoutWords(name, OUTPUT_WORDS)),
    ["get", "text", "get ptr", undefined],
  );
});

Deno.test("the owner of an allocator is the rest of its name without the general words", () => {
  assertEquals([ownerOf("greeter_malloc"), ownerOf("wasm_alloc"), ownerOf("sqlite3_free")], [
    "greeter",
    "",
    "sqlite3",
  ]);
});
