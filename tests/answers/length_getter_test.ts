import { load, staticBuffer } from "../../mod.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";
import { assertEquals } from "@std/assert";
import { guestPath } from "../_guests.ts";
import { evaluate, optionsIn } from "../conventions/_evaluate.ts";

// Guests whose functions do not return the length of their result: another export returns it.

const pass: Row["ask"] = (guest) => guest.passString("hello");

/** A module with a buffer at 1024, a variable for a length, and further fields. */
const module = (fields: string) =>
  `(module (memory (export "memory") 1)
    (global $made (mut i32) (i32.const 0))
    (func (export "get_buffer") (result i32) (i32.const 1024))
    ${fields})`;

/** Makes the first byte an "A", and the length that of the text without its last byte. */
const TRANSFORM = `(func (export "transform") (param i32)
    (i32.store8 (i32.const 1024) (i32.const 65))
    (global.set $made (i32.sub (local.get 0) (i32.const 1))))`;

const getter = (name: string) => `(func (export "${name}") (result i32) (global.get $made))`;

const NAMES = [
  "get_result_len",
  "result_length",
  "output_len",
  "outputLength",
  "getOutLen",
  "outlen",
  "wlen",
  "bytes_written",
  "response_length",
];

testRows([
  {
    name: "a transform of C without a result or an argument has the length of its getter",
    guest: "c/length_getter",
    ask: pass,
    gives: "helloWASM is cool!",
  },
  {
    name: "data symbols of a buffer and of a length are those of one transform",
    guest: "c/length_getter_symbols",
    ask: pass,
    gives: "helloWASM is cool!",
    warmUp: 120,
  },
  {
    name: "a buffer of Rust has a result with getters for its address and its length",
    guest: "rust/length_getter",
    ask: (guest) => guest.passString("héllo"),
    gives: "olléh",
    warmUp: 120,
  },
  {
    name: "an allocator of Rust has a static result with getters for its address and its length",
    guest: "rust/length_getter_alloc",
    ask: (guest) => guest.passString("héllo"),
    gives: "olléh",
  },
  ...["greet", "echo"].map((name): Row => ({
    name: `${name} has a result with two getters beside an allocator of C`,
    guest: "c/result_getters",
    ask: (guest) => guest.passString("Ada", name),
    gives: name === "greet" ? "Hello, Ada!" : "Ada",
  })),
  {
    name: "data symbols of a pointer and of a length hold both",
    guest: "c/result_symbols",
    ask: (guest) => guest.passString("Ada", "greet"),
    gives: "Hello, Ada!",
  },
  ...NAMES.map((name): Row => ({
    name: `${name} is the length of a result`,
    guest: module(TRANSFORM + getter(name)),
    ask: pass,
    gives: "Aell",
  })),
  {
    name: "an exported global that changes is the length of a result",
    guest: module(`${TRANSFORM} (export "output_len" (global $made))`),
    ask: pass,
    gives: "Aell",
  },
  {
    name: "a length of a result is not taken for a capacity",
    guest: module(TRANSFORM + getter("output_len")),
    ask: (guest) => [pass(guest), guest.convention.capacity?.kind],
    gives: ["Aell", "upper bound"],
  },
  {
    name: "functions that return the length themselves are passed to beside silent ones",
    guest: module(`${TRANSFORM} ${getter("output_len")}
      (func (export "shorten") (param i32) (result i32)
        (i32.store8 (i32.const 1024) (i32.const 66))
        (i32.sub (local.get 0) (i32.const 2)))`),
    ask: (guest) => [guest.passString("hello", "transform"), guest.passString("hello", "shorten")],
    gives: ["Aell", "Bel"],
  },
  {
    name: "the length that shares its name with the address of a result is meant",
    guest: module(`${TRANSFORM} ${getter("get_result_len")} ${getter("get_output_len")}
      (func (export "get_result_ptr") (result i32) (i32.const 1024))`),
    ask: (guest) => [pass(guest), `${guest.convention}`.includes("get_result_len")],
    gives: ["Aell", true],
  },
]);

const signature = (expected: string) =>
  new Thrown(
    "GuestError",
    "signature",
    `Cannot pass ("string") -> "string" to "transform": it is ` +
      `(i32) -> (), expected ${expected} or () -> i32 or (i32) -> i32 or (i32, i32) -> i32`,
  );

const IN_PLACE = 'symbols: { transform: { parameters: ["string"], result: { type: "string", ' +
  "pointer: { argument: 0 }, length: { byteLengthOf: 0 } } } } if it changes the text where it is " +
  'or symbols: { transform: { parameters: ["string"], result: "void" } } if it returns nothing';

const offered = (name: string) =>
  'symbols: { transform: { parameters: ["string"], result: { type: "string", pointer: ' +
  `{ argument: 0 }, length: { export: "${name}" } } } } if it changes the text where it is, and ` +
  `"${name}" returns the new length or ${IN_PLACE}`;

testRows([
  {
    name: "an export of that name with a parameter is not taken for a length",
    guest: module(`${TRANSFORM}
      (func (export "output_len") (param i32) (result i32) (local.get 0))`),
    ask: (guest) => guest.passString("hello", "transform"),
    gives: signature(IN_PLACE),
  },
  {
    name: "a floating-point number of that name is not taken for a length",
    guest: module(`${TRANSFORM} (func (export "output_len") (result f64) (f64.const 4))`),
    ask: (guest) => guest.passString("hello", "transform"),
    gives: signature(IN_PLACE),
  },
  {
    name: "a size that is a constant is not taken for a length",
    guest: module(`${TRANSFORM} (func (export "output_size") (result i32) (i32.const 512))`),
    ask: (guest) => guest.passString("hello", "transform"),
    gives: signature(IN_PLACE),
  },
  {
    name: "a length of anything is offered",
    guest: module(TRANSFORM + getter("get_len")),
    ask: (guest) => guest.passString("hello", "transform"),
    gives: signature(offered("get_len")),
  },
  {
    name: "a length is offered if the convention is set",
    guest: module(TRANSFORM + getter("output_len")),
    options: { convention: staticBuffer({ pointer: "get_buffer" }) },
    ask: (guest) => guest.passString("hello", "transform"),
    gives: signature(offered("output_len")),
  },
]);

/** Guests with several answers, the options that their errors list, and what each gives. */
const OPEN: readonly [guest: string, given: readonly unknown[]][] = [
  ["c/length_getter_two", ["helloWASM is cool!", "hel"]],
  // It returns a status of 0, which could be a length or an address too.
  ["c/length_getter_status", [
    "",
    "helloWASM is cool!",
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot lift the result of "transform": the guest gave a null pointer, expected text',
    ),
  ]],
];

for (const [name, given] of OPEN) {
  Deno.test(`${name} has an error that lists each meaning of its length`, async () => {
    using guest = await load(guestPath(name));
    const { code, message } = await outcome(() => guest.passString("hello")) as Thrown;
    assertEquals(code, "ambiguous-convention");
    const found = [];
    for (const option of optionsIn(message)) {
      using settled = await load(guestPath(name), { convention: evaluate(option) });
      found.push(await outcome(() => settled.passString("hello")));
    }
    assertEquals(found, given);
  });
}

/** Guests that return each result in a block of its own, which nothing shows who frees. */
const BLOCKS: [what: string, name: string, options: string][] = [
  [
    "a function of C that returns a pointer has the length of its getter",
    "c/length_getter_blocks",
    'allocator({ allocate: "alloc", free: "dealloc", result: { results: ["p"], text: { pointer: ' +
    '"result", length: { export: "result_len" } } }, resultsFreedBy: "host" })',
  ],
  [
    "wlen is the length beside walloc",
    "c/length_getter_walloc",
    'allocator({ allocate: "walloc", free: "wfree", result: { results: ["p"], text: { pointer: ' +
    '"result", length: { export: "wlen" } } }, resultsFreedBy: "host" })',
  ],
];

for (const [what, name, options] of BLOCKS) {
  Deno.test(what, async () => {
    using open = await load(guestPath(name));
    const { code, message } = await outcome(() => open.passString("hello")) as Thrown;
    assertEquals([code, message.slice(message.indexOf("expected "))], [
      "ambiguous-convention",
      `expected convention: ${options} (resultsFreedBy: "guest" instead if the guest keeps what ` +
      "it returns)",
    ]);
    using settled = await load(guestPath(name), { convention: evaluate(options) });
    for (let count = 0; count < 120; count++) {
      assertEquals(settled.passString("hello"), "HELLO");
    }
  });
}
