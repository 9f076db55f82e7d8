// Guests and calls whose plans are reported, with every kind of part that a call can have.
import {
  allocator,
  type CoreArgument,
  cString,
  type CustomConvention,
  inPlace,
  type LoadOptions,
  staticBuffer,
  type SymbolDeclaration,
} from "../../mod.ts";
import { listOf, ownedText, split, word, words } from "../_list_guests.ts";

/** A call, and the arguments that request its plan. */
export interface PlanRow {
  /** The guest in the text format, or the name of one of `testdata/`. */
  readonly guest: string;
  readonly options?: LoadOptions;
  /** The declaration of the symbol `call`; without it, a pass calls an export. */
  readonly declare?: SymbolDeclaration;
  /** The arguments of `guest.plan`; the symbol's name unless set. */
  readonly ask?: readonly [name?: string, content?: "string" | "bytes"];
  /** The texts of its steps. */
  readonly plan: readonly string[];
}

const malloc = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

const own: CustomConvention = {
  name: "own C strings",
  lower: () => ({ args: [0] }),
  lift: () => "",
};

const range: CoreArgument[] = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }];

const chunked = { init: "init", update: "update", final: "final" } as const;

const joined = { type: "string", form: "packedPointerHigh", freedBy: "host" } as const;

const NUMBERS = `(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 f64) (result i32) (local.get 0))
  (func (export "scale") (param i64) (result i64) (local.get 0))
  (func (export "keep") (param externref) (result externref) (local.get 0))
  (func (export "shout") (param i32 i32) (result i32) (local.get 1))
  (func (export "touch") (param i32 i32)))`;

/** The calls, by the kinds of parts that they have. */
export const PLAN_ROWS: readonly PlanRow[] = [
  // Numbers and references.
  {
    guest: NUMBERS,
    declare: { name: "add", parameters: ["i32", "f64"], result: "u8" },
    plan: [
      "check that argument 0 is an i32",
      "check that argument 1 is an f64",
      'call "add" with argument 0 and argument 1',
      "take the result as a u8",
    ],
  },
  {
    guest: NUMBERS,
    declare: { name: "scale", parameters: ["u64"], result: "u64" },
    plan: [
      "check that argument 0 is a u64",
      'call "scale" with argument 0',
      "take the result as a u64",
    ],
  },
  {
    guest: NUMBERS,
    declare: { name: "keep", parameters: ["externref"], result: "externref" },
    plan: [
      'call "keep" with argument 0',
      "take the result as it is",
    ],
  },
  {
    guest: "wat/js_strings",
    ask: ["greet"],
    plan: [
      "check that the text is a string, which is passed unchanged",
      'call "greet" with the text',
      "check that the result is a string",
      "take the result as it is",
    ],
  },
  // Text and bytes in a static buffer.
  {
    guest: "c/passing_data",
    ask: [],
    plan: [
      'ask "get_buffer_pointer" where the buffer is',
      "check that the text fits in the buffer: its capacity is at most the distance to the next item in memory (nothing states it); one with a NUL is refused",
      "write it there as UTF-8, with a NUL after it",
      'call "add_wasm_is_cool"',
      "take the length from the result; a negative one is the guest's error",
      'ask "get_buffer_pointer" again',
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: "c/passing_data_capacity",
    ask: ["add_wasm_is_cool"],
    plan: [
      'ask "get_buffer_pointer" where the buffer is',
      'check that the text fits in the buffer: its capacity is asked for ("get_buffer_capacity" returns it); one with a NUL is refused',
      "write it there as UTF-8, with a NUL after it",
      'call "add_wasm_is_cool"',
      "take the length from the result; a negative one is the guest's error",
      'ask "get_buffer_pointer" again',
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: "c/passing_data_length_symbol",
    ask: [],
    plan: [
      'read the address of the buffer from the global "buffer"',
      'check that the text fits in the buffer: its capacity is asked for ("buffer_size" is the address of it); one that ends in a NUL is refused',
      "write it there as UTF-8, with a NUL after it where there is room",
      'call "add_wasm_is_cool" with the byte length of the text',
      "take the length from the result; a negative one is the guest's error",
      'read the address of the text from the global "buffer"',
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: "c/passing_data_length",
    options: { convention: staticBuffer({ pointer: "get_buffer_pointer", capacity: 100 }) },
    ask: [],
    plan: [
      'ask "get_buffer_pointer" where the buffer is',
      "check that the text fits in the buffer: its capacity is 100 bytes (the option); one that ends in a NUL is refused",
      "write it there as UTF-8, with a NUL after it where there is room",
      'call "add_wasm_is_cool" with the byte length of the text',
      "take the length from the result; a negative one is the guest's error",
      'ask "get_buffer_pointer" again',
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: "c/passing_data_getter_and_symbol",
    ask: [],
    plan: [
      'ask "get_buffer_pointer" where the buffer is',
      'check that the text fits in the buffer: its capacity is asked for ("MAX_BUFFER_SIZE" is the address of it); one with a NUL is refused',
      "write it there as UTF-8, with a NUL after it",
      'call "add_wasm_is_cool"',
      "take the length from the result; a negative one is the guest's error",
      'ask "get_buffer_pointer" again',
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: "c/echo_pointer",
    ask: ["echo", "bytes"],
    plan: [
      'ask "get_buffer_pointer" where the buffer is',
      'check that the bytes fit in the buffer: its capacity is asked for ("get_buffer_capacity" returns it)',
      "write them there",
      'call "echo" with the address and the byte length of the bytes',
      "take the length from the result; a negative one is the guest's error",
      'ask "get_buffer_pointer" again',
      "check that the bytes lie within the buffer",
      "copy them",
    ],
  },
  {
    guest: NUMBERS,
    options: { convention: inPlace({ pointer: "reserve", byteLength: 65536 }) },
    ask: ["shout"],
    plan: [
      "use the 65536 bytes that are added to memory for it once",
      "check that the text fits in the buffer: its capacity is 65536 bytes (the option); one that ends in a NUL is refused",
      "write it there as UTF-8, with a NUL after it where there is room",
      'call "shout" with the address and the byte length of the text',
      "take the length from the result; a negative one is the guest's error",
      "go back to where the text was put",
      "check that the text lies within the buffer",
      "read it as UTF-8, without the NULs at its end",
    ],
  },
  {
    guest: NUMBERS,
    declare: {
      name: "touch",
      parameters: [{ type: "bytes", place: { kind: "buffer", pointer: 1024, capacity: 64 } }],
      result: { type: "bytes", pointer: 1024, length: { byteLengthOf: 0 } },
    },
    plan: [
      "use the buffer at 0x400",
      "check that the bytes fit in the buffer: its capacity is 64 bytes (the option)",
      "write them there",
      'call "touch" with the address and the byte length of the bytes',
      "use the address 0x400 for the bytes",
      "take the length from the byte length of the bytes",
      "check that the bytes lie within the buffer",
      "copy them",
    ],
  },
  // Allocators, and who frees their blocks.
  {
    guest: "c/allocator_malloc",
    options: { convention: malloc },
    ask: ["greet"],
    plan: [
      'ask "malloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      'call "greet" with the address and the byte length of the text',
      "take the address of the text from the high half of the result",
      "take the length from the low half of the result",
      "check that the text lies within memory",
      "read it as UTF-8",
      'free the result with "free"',
      'free the block of the text with "free"',
    ],
  },
  {
    guest: "c/c_string",
    ask: ["greet"],
    plan: [
      'ask "malloc" for a block for the text and a NUL; one with a NUL is refused',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8, with a NUL after it",
      'call "greet" with the address of the text',
      "take the address of the text from the result",
      "find the NUL that ends it",
      "check that the text lies within memory",
      "check that the guest has not allocated the text: nothing shows who frees it",
      "read it as UTF-8; it is the guest's to free",
      'free the block of the text with "free"',
    ],
  },
  {
    guest: "c/c_string_stack",
    options: { convention: cString() },
    ask: ["greet"],
    plan: [
      "take room for the text and a NUL on the guest's stack; one with a NUL is refused",
      "write the text there as UTF-8, with a NUL after it",
      'call "greet" with the address of the text',
      "take the address of the text from the result",
      "find the NUL that ends it",
      "check that the text lies within memory",
      "read it as UTF-8",
      "restore the guest's stack pointer",
    ],
  },
  {
    guest: "c/canonical_utf8",
    ask: ["example:text/greeter@1.0.0#greet"],
    plan: [
      'ask "cabi_realloc" for a block for the text, unless it is empty; the guest frees it',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      'call "example:text/greeter@1.0.0#greet" with the address and the byte length of the text',
      "take the address of the text from word 0 of what the result points at",
      "take the length from word 1 of what the result points at",
      "check that the text lies within memory; a null pointer without a length is empty",
      "read it as UTF-8",
      'free what the export returned with "cabi_post_example:text/greeter@1.0.0#greet"',
    ],
  },
  {
    guest: "c/bindgen_old",
    ask: ["greet"],
    plan: [
      'ask "__wbindgen_malloc" for a block for the text; the guest frees it',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      "take room for a return area of 4 words on the guest's stack",
      "clear the return area",
      'call "greet" with the address of the return area, and the address and the byte length of the text',
      "check word 3 of the return area: anything but 0 is the guest's error",
      'if there is an error, take its code from word 2 of the return area and the value that it threw from the table "__wbindgen_externrefs"',
      "take the address of the text from word 0 of the return area",
      "take the length from word 1 of the return area",
      "check that the text lies within memory",
      "read it as UTF-8",
      'free the result with "__wbindgen_free"',
      "restore the guest's stack pointer",
    ],
  },
  {
    guest: "c/requested_units",
    options: {
      convention: allocator({
        allocate: { export: "sa", pass: ["codeUnits"] },
        pointer: { export: "ra" },
        pass: [],
        encoding: "utf-16",
        result: { text: { pointer: { export: "ra" }, length: "nul" } },
      }),
    },
    ask: ["shout"],
    plan: [
      'ask "sa" for a block for the text; nothing frees it',
      'ask "ra" where the block is',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-16",
      'call "shout"',
      'ask "ra" where the text is',
      "find the NUL that ends it",
      "check that the text lies within memory",
      "read it as UTF-16",
    ],
  },
  // Several values.
  {
    guest: "c/symbols",
    options: { convention: malloc },
    declare: { name: "repeat", parameters: ["string", "u32"], result: "string" },
    plan: [
      'ask "malloc" for a block for argument 0',
      "check that the block lies within memory; 0 is out of memory",
      "write argument 0 there as UTF-8",
      "check that argument 1 is a u32",
      'call "repeat" with the address and the byte length of argument 0, and argument 1',
      "take the address of the text from the high half of the result",
      "take the length from the low half of the result",
      "check that the text lies within memory",
      "read it as UTF-8",
      'free the result with "free"',
      'free the block of argument 0 with "free"',
    ],
  },
  {
    guest: "c/symbols",
    options: { convention: malloc },
    declare: { name: "checksum", parameters: ["bytes"], result: "u32" },
    plan: [
      'ask "malloc" for a block for the bytes',
      "check that the block lies within memory; 0 is out of memory",
      "write the bytes there",
      'call "checksum" with the address and the byte length of the bytes',
      "take the result as a u32",
      'free the block of the bytes with "free"',
    ],
  },
  {
    guest: "c/string_arrays",
    declare: { name: "join", parameters: [{ type: "strings" }], result: joined },
    plan: [
      'ask "malloc" for a block for the texts',
      "check that the block lies within memory; 0 is out of memory",
      "write the texts there as UTF-8",
      'call "join" with the address, the address of the lengths and the number of the texts',
      "take the address of the text from the high half of the result",
      "take the length from the low half of the result",
      "check that the text lies within memory",
      "read it as UTF-8",
      'free the result with "free"',
      'free the block of the texts with "free"',
    ],
  },
  {
    guest: "c/string_arrays",
    declare: {
      name: "take",
      parameters: [{ type: "strings", layout: "pairs", freedBy: "guest" }],
      result: joined,
    },
    plan: [
      'ask "malloc" for a block for the texts; the guest frees it',
      "check that the block lies within memory; 0 is out of memory",
      "write the texts there as UTF-8",
      'call "take" with the address and the number of the texts',
      "take the address of the text from the high half of the result",
      "take the length from the low half of the result",
      "check that the text lies within memory",
      "read it as UTF-8",
      'free the result with "free"',
    ],
  },
  // Objects of AssemblyScript.
  {
    guest: "assemblyscript/strings",
    ask: ["greet"],
    plan: [
      'ask "__new" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      'pin the text with "__pin"',
      "write the text there as UTF-16",
      'call "greet" with the address of the text',
      "take the address of the text from the result",
      "check the u32 8 bytes before what the result points at: the class id of String is 2",
      "take the length from the u32 4 bytes before it",
      "check that the text lies within memory",
      "read it as UTF-16",
      'unpin the text with "__unpin"',
    ],
  },
  {
    guest: "assemblyscript/arrays",
    declare: {
      name: "sumArray",
      parameters: [{ type: "array", element: "f64", class: "Array<f64>" }],
      result: "f64",
    },
    plan: [
      'ask "__new" for the contents of the array and for an object of class Array<f64>',
      "check that both lie within memory; 0 is out of memory",
      'pin both with "__pin"',
      "write the array there as an array of f64",
      'call "sumArray" with the address of the array',
      "take the result as an f64",
      'unpin the array with "__unpin"',
    ],
  },
  {
    guest: "assemblyscript/arrays",
    declare: { name: "split", parameters: ["string", "string"], result: { type: "strings" } },
    plan: [
      'ask "__new" for a block for argument 0',
      "check that the block lies within memory; 0 is out of memory",
      'pin argument 0 with "__pin"',
      "write argument 0 there as UTF-16",
      'ask "__new" for a block for argument 1',
      "check that the block lies within memory; 0 is out of memory",
      'pin argument 1 with "__pin"',
      "write argument 1 there as UTF-16",
      'call "split" with the address of argument 0 and the address of argument 1',
      "take the address of the array from the result",
      "take its contents and their length from its object, by its class",
      "check that the array lies within memory",
      "read its texts as UTF-16",
      'unpin argument 0 with "__unpin"',
      'unpin argument 1 with "__unpin"',
    ],
  },
  {
    guest: "assemblyscript/strings_array",
    declare: { name: "join", parameters: [{ type: "strings" }, "string"], result: "string" },
    plan: [
      'ask "__new" for the contents of argument 0 and for an array',
      "check that both lie within memory; 0 is out of memory",
      'pin both with "__pin"',
      "write argument 0 there as UTF-16",
      'ask "__new" for a block for argument 1',
      "check that the block lies within memory; 0 is out of memory",
      'pin argument 1 with "__pin"',
      "write argument 1 there as UTF-16",
      'call "join" with the address of argument 0 and the address of argument 1',
      "take the address of the text from the result",
      "check the u32 8 bytes before what the result points at: the class id of String is 2",
      "take the length from the u32 4 bytes before it",
      "check that the text lies within memory",
      "read it as UTF-16",
      'unpin argument 0 with "__unpin"',
      'unpin argument 1 with "__unpin"',
    ],
  },
  {
    guest: "assemblyscript_arc/strings",
    ask: ["greet"],
    plan: [
      'ask "__alloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      'pin the text with "__retain"',
      "write the text there as UTF-16",
      'call "greet" with the address of the text',
      "take the address of the text from the result",
      "check the u32 8 bytes before what the result points at: the class id of String is 1",
      "take the length from the u32 4 bytes before it",
      "check that the text lies within memory",
      "read it as UTF-16",
      'free the result with "__release"',
      'unpin the text with "__release"',
    ],
  },
  {
    guest: "assemblyscript/optional",
    options: { missing: "trap" },
    declare: { name: "add", parameters: ["i32"], result: "i32" },
    plan: [
      "check that argument 0 is an i32",
      "set the number of arguments to 1; the export fills in the rest",
      'call "add" with argument 0',
      "take the result as an i32",
    ],
  },
  // Lengths that are expected, return areas, output buffers.
  {
    guest: "c/structs",
    declare: {
      name: "sum",
      parameters: [
        { type: "bytes", byteLength: { product: [{ parameter: 1 }, { parameter: 2 }] } },
        "u32",
        "u32",
      ],
      arguments: [{ text: 0, as: "pointer" }, { parameter: 1 }, { parameter: 2 }],
      result: "u32",
    },
    plan: [
      'ask "malloc" for a block for argument 0',
      "check that the block lies within memory; 0 is out of memory",
      "write argument 0 there",
      "check that argument 1 is a u32",
      "check that argument 2 is a u32",
      "check that argument 0 has as many bytes as the product of argument 1 and argument 2",
      'call "sum" with the address of argument 0, argument 1 and argument 2',
      "take the result as a u32",
      'free the block of argument 0 with "free"',
    ],
  },
  {
    guest: "c/digest_output",
    declare: {
      name: "digest",
      parameters: ["string"],
      output: { capacity: 32 },
      arguments: ["output", ...range],
      result: { type: "bytes", pointer: "output", length: 32 },
    },
    plan: [
      'ask "malloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      'ask "malloc" for a block for an output buffer of 32 bytes',
      "check that the block lies within memory; 0 is out of memory",
      'call "digest" with the address of the output buffer, and the address and the byte length of the text',
      "go to the output buffer",
      "its length is 32 bytes",
      "check that the bytes lie within the output buffer",
      "copy them",
      'free the block of the text with "free"',
      'free the block of the output buffer with "free"',
    ],
  },
  {
    guest: "c/result_output_needed",
    declare: {
      name: "greet",
      parameters: ["string"],
      output: { capacity: "query" },
      arguments: [...range, "output", "capacity"],
      result: { type: "string", pointer: "output", length: "result" },
    },
    plan: [
      'ask "malloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      'call "greet" as below, with an output buffer of 0 bytes at 0',
      "take the size of the result from what that returns",
      'ask "malloc" for a block for an output buffer of that size',
      "check that the block lies within memory; 0 is out of memory",
      'call "greet" with the address and the byte length of the text, the address of the output buffer, and its capacity',
      "take the length from the result; a negative one is the guest's error",
      "go to the output buffer",
      "check that the text lies within the output buffer",
      "read it as UTF-8",
      'free the block of the text with "free"',
      'free the block of the output buffer with "free"',
    ],
  },
  {
    guest: "c/structs",
    declare: {
      name: "drain",
      parameters: ["string", "u32"],
      area: ["output", "capacity", 1, ...range, 2],
      arguments: [{ area: 0 }, { area: 3 }],
      output: { capacity: { parameter: 1 } },
      result: {
        type: "record",
        fields: {
          left: { type: "u32", value: "result" },
          bytes: {
            type: "bytes",
            pointer: { sum: ["output", 1] },
            length: { difference: [{ word: 2 }, 1] },
          },
        },
      },
    },
    plan: [
      'ask "malloc" for a block for argument 0',
      "check that the block lies within memory; 0 is out of memory",
      "write argument 0 there as UTF-8",
      "check that argument 1 is a u32",
      'ask "malloc" for a block for a return area of 6 words',
      "check that the block lies within memory; 0 is out of memory",
      'ask "malloc" for a block for an output buffer of as many bytes as argument 1',
      "check that the block lies within memory; 0 is out of memory",
      "fill the return area with the address of the output buffer, its capacity, 1, the address and the byte length of argument 0, and 2",
      'call "drain" with the address of the return area and the address of word 3',
      '"left": take the result as a u32',
      '"bytes": take the address of the bytes from the sum of the address of the output buffer and 1',
      '"bytes": take the length from the difference of word 2 of the return area and 1',
      '"bytes": check that the bytes lie within memory',
      '"bytes": copy them',
      'free the block of argument 0 with "free"',
      'free the block of the return area with "free"',
      'free the block of the output buffer with "free"',
    ],
  },
  // Chunks.
  {
    guest: "c/chunked_number",
    declare: { parameters: ["bytes"], result: "u32", chunked },
    plan: [
      "check that the bytes can be written in chunks",
      'call "init"',
      "take as much of the bytes as there is room for, until all of it is passed",
      'ask "get_buffer_pointer" where the buffer is',
      'check that the chunk fits in the buffer: its capacity is asked for ("get_buffer_capacity" returns it)',
      "write it there",
      'call "update" with the byte length of the chunk',
      "at the end of the input:",
      'call "final"',
      "take the result as a u32",
    ],
  },
  // Lists, cursors and slices.
  {
    guest: "c/lists",
    declare: { ...split, result: listOf("c/lists", ownedText) },
    plan: [
      'ask "malloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as UTF-8",
      'ask "malloc" for a block for a return area of 2 words',
      "check that the block lies within memory; 0 is out of memory",
      "clear the return area",
      'call "split" with the address and the byte length of the text, and the address of the return area',
      "take the address of the first item from word 0 of the return area",
      "take the number of items from word 1 of the return area",
      "check that the items lie within memory, 8 bytes each",
      "each item: take the address of the text from word 0 of the item",
      "each item: take the length from word 1 of the item",
      "each item: check that the text lies within memory",
      "each item: read it as UTF-8",
      'each item: free it with "free"',
      'free the items with "free"',
      'free the block of the text with "free"',
      'free the block of the return area with "free"',
    ],
  },
  {
    guest: "c/lists",
    declare: {
      ...words,
      result: { type: "list", next: { export: "next_word" }, most: 100, item: word },
    },
    plan: [
      'ask "malloc" for a block for the text',
      "check that the block lies within memory; 0 is out of memory",
      "write the text there as latin1",
      'call "words" with the address and the byte length of the text',
      'take what "next_word" returns as the next item, until it is 0, at most 100 times',
      'each item: check that the text has a part from what "word_start" returns to what "word_end" returns',
      "each item: take that part of the string itself",
      'free the block of the text with "free"',
    ],
  },
  // A custom convention.
  {
    guest: "c/c_string",
    options: { convention: own },
    ask: ["greet"],
    plan: [
      'let the convention "own C strings" lower the text',
      'call "greet" with what was made of it',
      'let the convention "own C strings" lift the result',
      'let the convention "own C strings" free what it allocated',
    ],
  },
  // Statuses.
  {
    guest: "c/symbols",
    options: { convention: malloc },
    declare: {
      name: "checksum",
      parameters: [{ type: "bytes", nullable: true }],
      result: "u32",
      status: { value: "result", fails: { except: [0, 1] }, message: { 2: "two" } },
    },
    plan: [
      'ask "malloc" for a block for the bytes; null is passed as an address of 0',
      "check that the block lies within memory; 0 is out of memory",
      "write the bytes there",
      'call "checksum" with the address and the byte length of the bytes',
      "check the result: anything but 0 and 1 is the guest's error",
      "if there is an error, take what the declaration says of the code",
      "take the result as a u32",
      'free the block of the bytes with "free"',
    ],
  },
];
