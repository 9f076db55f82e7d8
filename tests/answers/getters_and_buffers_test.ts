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

/** Guests of one buffer: what is chosen before the first pass, and the reason after it. */
const ONE_BUFFER: [guest: string, pointer: string, same: string][] = [
  ["c/getter_and_byte_buffer", "get_buffer_pointer", "byte_buffer"],
  ["c/getter_and_byte_buffer_length", "get_wasm_memory_buffer_pointer", "byte_buffer"],
  ["c/getter_and_buf", "get_buffer", "buf"],
  ["c/getter_of_lower_rank", "get_text", "byte_buffer"],
  ["c/getters_of_one_buffer", "get_buffer_pointer", "input_ptr"],
];

testRows(ONE_BUFFER.flatMap(([guest, pointer, same]): Row[] => [
  {
    name: `${guest}: a text is passed with no option`,
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
    name: `${guest}: what is chosen before the first pass can be asked for`,
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
    name: "the address of a C constant is the capacity that it is",
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
      '"get_input_pointer" takes nothing and returns a pointer, and "get_output_pointer" tells ' +
      'where text comes out; "output_bytes_ptr" gives the same address; "input_buffer" gives the ' +
      "same address",
    ],
  },
]);

/** A guest whose getters are made for the row, with a global and a transform that echoes. */
const asking = (getters: string, globals: string) =>
  `(module (memory (export "memory") 1) ${getters} ${globals}
    (func (export "echo") (param i32) (result i32) (local.get 0)))`;

testRows([
  {
    name: "two names of one function are one buffer, and nothing is asked",
    guest: asking(
      '(func (export "get_buffer") (export "input_ptr") (result i32) (i32.const 64))',
      "",
    ),
    ask: (guest) => [guest.convention.reason, guest.passString("abc")],
    gives: [takesNothing("get_buffer"), "abc"],
  },
  {
    name: "a global that can change is asked too",
    guest: asking(
      '(func (export "get_buffer") (result i32) (i32.const 64))',
      '(global (export "scratch_ptr") (mut i32) (i32.const 64))',
    ),
    ask: (guest) => [guest.passString("abc"), guest.convention.reason],
    gives: ["abc", `${takesNothing("get_buffer")}; "scratch_ptr" gives the same address`],
  },
  {
    name: "a getter that has nothing to tell is no rival of a buffer",
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
    name: "a transform whose name has a word of buffers is not asked where the buffer is",
    guest: `(module (memory (export "memory") 1)
      (global (export "byte_buffer") (mut i32) (i32.const 64))
      (func (export "reverse_string") (result i32) (i32.const 2)))`,
    ask: (guest) => [guest.convention.reason, guest.passString("abc", "reverse_string")],
    gives: ['global "byte_buffer" names a buffer', "ab"],
  },
]);
