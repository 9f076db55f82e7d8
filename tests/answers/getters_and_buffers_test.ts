import { type Guest, staticBuffer } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Getters and data symbols that name one buffer, as C and D export both, or that name two.

const COOL = "Hello there, WASM is cool!";
const takesNothing = (name: string) => `"${name}" takes nothing and returns a pointer`;
const option = (name: string, reason: string) =>
  `convention: staticBuffer({ pointer: "${name}" }) (${reason})`;
const ambiguous = (...options: string[]) =>
  new Thrown(
    "GuestError",
    "ambiguous-convention",
    `Cannot tell how the guest passes text: ${options.length} conventions fit, expected one of ` +
      `the options ${options.join(" or ")}`,
  );

/** Guests with one buffer: the choice before the first pass, and the reason after it. */
const ONE_BUFFER: [guest: string, pointer: string, same: string][] = [
  ["c/getter_and_byte_buffer", "get_buffer_pointer", "byte_buffer"],
  ["c/getter_and_byte_buffer_length", "get_wasm_memory_buffer_pointer", "byte_buffer"],
  ["c/getter_and_buf", "get_buffer", "buf"],
  ["c/getter_of_lower_rank", "get_text", "byte_buffer"],
  ["c/getters_of_one_buffer", "get_buffer_pointer", "input_ptr"],
];

testRows(ONE_BUFFER.flatMap(([guest, pointer, same]): Row[] => [
  {
    name: `${guest}: a text is passed without an option`,
    guest,
    ask: (guest) => [
      guest.passString("Hello there, "),
      guest.passString("Hello there, ", "add_wasm_is_cool"),
      `${guest.convention}`,
      guest.convention.reason,
    ],
    gives: [
      COOL,
      COOL,
      `convention: staticBuffer({ pointer: "${pointer}" })`,
      `${takesNothing(pointer)}; "${same}" gives the same address`,
    ],
  },
  {
    name: `${guest}: the choice is known before the first pass`,
    guest,
    ask: ({ convention, state }) => [`${convention}`, convention.reason, state],
    gives: [
      `convention: staticBuffer({ pointer: "${pointer}" })`,
      `${takesNothing(pointer)}; the first pass compares it with "${same}", which may name the ` +
      "same buffer",
      "ready",
    ],
  },
  {
    name: `${guest}: a declared symbol passes through the same buffer`,
    guest,
    options: { symbols: { add_wasm_is_cool: { parameters: ["string"], result: "string" } } },
    ask: ({ symbols: { add_wasm_is_cool } }) => add_wasm_is_cool!("Hello there, "),
    gives: COOL,
    warmUp: 120,
  },
]));

testRows([
  {
    name: "the capacity is read at the address of a C constant",
    guest: "c/getter_and_byte_buffer",
    ask: (guest) => {
      guest.passString("");
      return guest.convention.capacity;
    },
    gives: { kind: "exact", byteLength: 100, reason: '"MAX_BUFFER_SIZE" is the address of it' },
  },
  {
    name: "two data symbols of one address are one buffer, which the binary shows",
    guest: "c/symbols_of_one_buffer",
    ask: (guest) => [guest.convention.reason, guest.passString("Hello there, ")],
    gives: ['global "byte_buffer" names a buffer', COOL],
  },
  {
    name: "two data symbols of different addresses are ambiguous without running the guest",
    guest: "c/symbols_of_two_buffers",
    ask: (guest) => guest.convention,
    gives: ambiguous(
      option("byte_buffer", 'global "byte_buffer" names a buffer'),
      option("spare_buffer", 'global "spare_buffer" names a buffer'),
    ),
  },
  {
    name: "a getter and a data symbol of another buffer are ambiguous at the first pass",
    guest: "c/getter_and_other_buffer",
    ask: (guest) => guest.passString("Hello there, "),
    gives: ambiguous(
      option("get_buffer_pointer", takesNothing("get_buffer_pointer")),
      option("byte_buffer", 'global "byte_buffer" names a buffer'),
    ),
  },
  {
    name: "input and output each have a getter and a data symbol",
    guest: "c/getters_and_symbols_of_output",
    ask: (guest) => [guest.passString("Hello there, "), guest.convention.reason],
    gives: [
      COOL,
      '"get_input_pointer" takes nothing and returns a pointer, and "get_output_pointer" gives ' +
      'the address of the output; "output_bytes_ptr" gives the same address; "input_buffer" gives the ' +
      "same address",
    ],
  },
]);

/** Makes a guest with the row's getters, a global, and a transform that echoes. */
const asking = (getters: string, globals: string) =>
  `(module (memory (export "memory") 1) ${getters} ${globals}
    (func (export "echo") (param i32) (result i32) (local.get 0)))`;

testRows([
  {
    name: "two names of one function are one buffer, and nothing is called",
    guest: asking(
      '(func (export "get_buffer") (export "input_ptr") (result i32) (i32.const 64))',
      "",
    ),
    ask: (guest) => [guest.convention.reason, guest.passString("abc")],
    gives: [takesNothing("get_buffer"), "abc"],
  },
  {
    name: "a mutable global is read too",
    guest: asking(
      '(func (export "get_buffer") (result i32) (i32.const 64))',
      '(global (export "scratch_ptr") (mut i32) (i32.const 64))',
    ),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: ["abc", `${takesNothing("get_buffer")}; "scratch_ptr" gives the same address`],
  },
  {
    name: "a getter that returns 0 does not compete with a buffer",
    guest: asking(
      '(func (export "get_buffer") (result i32) (i32.const 0))',
      '(global (export "scratch_ptr") (mut i32) (i32.const 64))',
    ),
    ask: (guest) => [guest.passString("abc"), `${guest.convention}`, guest.convention.reason],
    gives: [
      "abc",
      'convention: staticBuffer({ pointer: "scratch_ptr" })',
      'global "scratch_ptr" names a buffer; "get_buffer" gives 0x0, where no buffer can be',
    ],
  },
  {
    name: "a transform with a buffer's word in its name is not called as a getter",
    guest: `(module (memory (export "memory") 1)
      (global (export "byte_buffer") (mut i32) (i32.const 64))
      (func (export "reverse_string") (result i32) (i32.const 2)))`,
    ask: (guest) => [guest.convention.reason, guest.passString("abc", "reverse_string")],
    gives: ['global "byte_buffer" names a buffer', "ab"],
  },
]);

/** A getter that returns another buffer each time. */
const making = (name: string) =>
  `(global $top (mut i32) (i32.const 1024))
   (func (export "${name}") (result i32)
     (global.set $top (i32.add (global.get $top) (i32.const 256)))
     (global.get $top))`;

/**
 * Reads a byte after the buffer of `asking`, which has a number there that is not an address of a
 * buffer.
 */
const part = (name: string) =>
  `(func (export "${name}") (result i32) (i32.load8_u offset=64 (i32.const 0)))`;

const madeError = (name: string) =>
  new Thrown(
    "GuestError",
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
      `exported functions are "${name}", "echo", expected an option such as convention: ` +
      `staticBuffer({ pointer: "${name}", result: "inPlace" }) if "${name}" makes a buffer for one ` +
      'text, which nothing frees or convention: allocator({ allocate: "…", free: "…" }) (by type ' +
      '"echo" could allocate) or convention: inPlace({ pointer: "reserve", byteLength: 65536, pass: ' +
      '["pointer"], result: "terminated" }) (memory that is added, for a guest that has no allocator ' +
      `of its own) or convention: cString(), symbols: { ${name}: { parameters: [], result: ` +
      `"string" } } if "${name}" returns a text`,
  );

testRows([
  ...["create_buffer", "new_buffer", "acquire_buffer"].map((name): Row => ({
    name: `${name} is not called as a getter: it returns another buffer each time`,
    guest: asking(making(name), ""),
    ask: (guest) => guest.passString("abc"),
    gives: madeError(name),
  })),
  {
    name: "a buffer that is made for each text is requested once, with the option in the error",
    guest: asking(making("create_buffer"), ""),
    options: { convention: staticBuffer({ pointer: "create_buffer", result: "inPlace" }) },
    ask: (guest) => guest.passString("abc"),
    gives: "abc",
    warmUp: 120,
  },
  {
    name: "a function that could make a buffer is a getter if it only looks it up",
    guest: asking('(func (export "new_buffer") (result i32) (i32.const 64))', ""),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: ["abc", takesNothing("new_buffer")],
  },
  {
    name: "a function that may change a buffer is not called as its getter",
    guest: asking(
      `(func (export "get_buffer") (result i32) (i32.const 64)) ${making("hash_buffer")}`,
      "",
    ),
    ask: (guest) => [guest.passString("abc", "echo"), guest.convention.reason],
    gives: ["abc", takesNothing("get_buffer")],
  },
  {
    name: "a getter for a part of the buffer does not compete with the buffer's getter",
    guest: asking(
      '(func (export "getBufferPointer") (result i32) (i32.const 64))' +
        ["getBufferIndexZero", "is_buffer_empty", "buffer_checksum", "bufferUsed"].map(part).join(
          "",
        ),
      "",
    ),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: ["abc", takesNothing("getBufferPointer")],
  },
  {
    name: "two getters with equivalent names are called too",
    guest: asking(
      '(func (export "get_buffer_pointer") (result i32) (i32.const 64))' +
        '(func (export "get_buffer_address") (result i32) (i32.add (i32.const 60) (i32.const 4)))',
      "",
    ),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: [
      "abc",
      `${takesNothing("get_buffer_pointer")}; "get_buffer_address" gives the same address`,
    ],
  },
  {
    name: "two getters with equivalent names are ambiguous if they return two addresses",
    guest: asking(
      '(func (export "get_buffer_pointer") (result i32) (i32.const 64))' +
        '(func (export "get_buffer_address") (result i32) (i32.const 128))',
      "",
    ),
    ask: (guest) => guest.passString("abc"),
    gives: ambiguous(
      option("get_buffer_pointer", takesNothing("get_buffer_pointer")),
      option("get_buffer_address", takesNothing("get_buffer_address")),
    ),
  },
  {
    name:
      "a getter wins over the symbol of its name, which can be a variable that holds the address",
    guest: asking(
      '(func (export "get_buffer_pointer") (result i32) (i32.load (i32.const 128)))',
      '(data (i32.const 128) "\\40") (global (export "buffer") i32 (i32.const 128))',
    ),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: ["abc", takesNothing("get_buffer_pointer")],
  },
  ...[["get_input", "get_output"], ["getInput", "getResult"], ["in_text", "out_text"]].map(
    ([input, output]): Row => ({
      name: `the input buffer is ${input}, and the output buffer is ${output}`,
      guest: `(module (memory (export "memory") 1)
        (data (i32.const 128) "output")
        (func (export "${input}") (result i32) (i32.const 64))
        (func (export "${output}") (result i32) (i32.const 128))
        (func (export "echo") (param i32) (result i32) (local.get 0)))`,
      ask: (guest) => [guest.passString("abc"), guest.convention.reason],
      gives: [
        "out",
        `${takesNothing(input!)}, and "${output}" gives the address of the output`,
      ],
    }),
  ),
]);

/** Sizes that a guest states beside its buffer, and the one that is used as its capacity. */
const sizes = (
  name: string,
  exports: readonly (readonly [name: string, size: number])[],
  reason: string,
) => ({
  name: `the capacity of a buffer: ${name}`,
  guest: asking(
    '(func (export "get_buffer_pointer") (result i32) (i32.const 64))' +
      exports.map(([name, size]) => `(func (export "${name}") (result i32) (i32.const ${size}))`)
        .join(""),
    "",
  ),
  ask: (guest: Guest) => [guest.passString("abcd"), guest.convention.capacity?.reason],
  gives: ["abcd", reason],
});

const nothing = "memory ends there, and nothing states it";

testRows([
  sizes("a number of other things states nothing", [["item_count", 3]], nothing),
  sizes("a limit of something else states nothing", [["get_max_retries", 3]], nothing),
  sizes("the size of something else states nothing", [["heap_size", 3]], nothing),
  sizes("a size of nothing else is it", [["get_size", 100]], '"get_size" returns it'),
  sizes(
    "the size of what is passed is it",
    [["MAX_TEXT_LENGTH", 100]],
    '"MAX_TEXT_LENGTH" returns it',
  ),
  sizes(
    "a name for the capacity is preferred to a name for the used length",
    [["buffer_length", 2], ["max_buffer_length", 100]],
    '"max_buffer_length" returns it',
  ),
  sizes(
    "the size of a buffer of that name comes before those of others",
    [["scratch_buffer_size", 2], ["get_buffer_size", 100]],
    '"get_buffer_size" returns it',
  ),
  sizes(
    "two that say the same leave it open",
    [["buffer_capacity", 2], ["get_buffer_size", 100]],
    'memory ends there, and any of "buffer_capacity", "get_buffer_size" could state it',
  ),
]);
