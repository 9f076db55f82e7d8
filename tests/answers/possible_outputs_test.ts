import { type Guest, staticBuffer } from "../../mod.ts";
import { messageOf } from "./_counting.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Getters whose names do not show whether they return a number or the address of the output.

const takes = '"get_buffer" takes nothing and returns a pointer';

/** Makes a guest that puts "out" at 8192 and leaves what is in its buffer at 4096 as it is. */
const guest = (fields: string) =>
  `(module (memory (export "memory") 1)
    (global $last (mut i32) (i32.const 0))
    (data (i32.const 8192) "out")
    (func (export "get_buffer") (result i32) (i32.const 4096))
    ${fields}
    (func (export "f") (param i32) (result i32)
      (global.set $last (local.get 0)) (local.get 0)))`;

const getter = (name: string, value = "(i32.const 8192)") =>
  `(func (export "${name}") (result i32) ${value})`;

/** A row whose guest has a getter beside that of its buffer. */
const beside = (name: string, getters: string, gives: readonly string[]): Row => ({
  name,
  guest: guest(getters),
  ask: (guest) => [guest.passString("abc", "f"), guest.passString("abc"), guest.convention.reason],
  gives: [gives[0], gives[0], gives[1]],
  warmUp: 120,
});

testRows([
  ...["get_result", "output", "getOutput"].map((name) =>
    beside(`the address that ${name} gives is where text comes out`, getter(name), [
      "out",
      `${takes}, and "${name}" gives the address of the output`,
    ])
  ),
  beside(
    "a small number from get_result is not taken for an address",
    getter("get_result", "(i32.const 0)"),
    [
      "abc",
      `${takes}; "get_result" gives 0x0, where no buffer can be`,
    ],
  ),
  beside(
    "a number beyond memory is not taken for an address",
    getter("get_result", "(i32.const -1)"),
    [
      "abc",
      `${takes}; "get_result" gives 0xffffffff, where no buffer can be`,
    ],
  ),
  beside("a getter of the buffer itself changes nothing", getter("result", "(i32.const 4096)"), [
    "abc",
    `${takes}, and "result" gives the address of the output`,
  ]),
  ...["get_result_status", "get_output_size", "result_kind"].map((name) =>
    beside(`${name} is not asked`, getter(name), ["abc", takes])
  ),
  beside(
    "a function that changes something is not taken for a getter",
    getter("get_result", "(global.set $last (i32.const 1)) (i32.const 8192)"),
    ["abc", takes],
  ),
  ...["get_heap_ptr", "stack_pointer", "getHeapBase"].map((name) =>
    beside(`${name} is not taken for a buffer`, getter(name), ["abc", takes])
  ),
  {
    name: "the first pass finds out whether a result is an address",
    guest: guest(getter("get_result")),
    ask: ({ convention: { reason } }) => reason,
    gives: `${takes}, and "get_result" gives the address of the output; the first pass finds out ` +
      "whether that is an address",
  },
  {
    name: "a buffer can have a number",
    guest: guest("").replace("get_buffer", "buf1"),
    ask: (guest) => [guest.passString("abc"), `${guest.convention}`],
    gives: ["abc", 'convention: staticBuffer({ pointer: "buf1" })'],
  },
]);

/** Makes a guest whose getter gives what `f` sets: 0 before its first call, then `address`. */
const setting = (address: number) =>
  guest(getter("get_result", "(global.get $result)"))
    .replace("(global $last", "(global $result (mut i32) (i32.const 0)) (global $last")
    .replace("(global.set $last", `(global.set $result (i32.const ${address})) (global.set $last`);

const ambiguous = new Thrown(
  "GuestError",
  "ambiguous-convention",
  "Cannot tell how the guest passes text: 2 conventions fit, expected one of the options " +
    'convention: staticBuffer({ pointer: "get_buffer", result: { results: ["n"], text: { pointer: ' +
    '{ export: "get_result" }, length: "result" }, status: { value: "result", fails: "negative" } } ' +
    `}) (${takes}, and "get_result" gives the address of the output) or convention: staticBuffer({ ` +
    `pointer: "get_buffer" }) (${takes})`,
);

const declared = { symbols: { f: { parameters: ["string"], result: "string" } } } as const;

// deno-lint-ignore no-explicit-any -- whatever its symbols are
type AnyGuest = Guest<any>;

testRows(([
  ["a pass", undefined, (guest: AnyGuest) => guest.passString("abc", "f")],
  ["a symbol", declared, (guest: AnyGuest) => guest.symbols.f!("abc")],
] as const).flatMap(([what, options, ask]) => [
  // The text was read from the buffer before it was known to be elsewhere.
  {
    name: `a pointer that is set by the first call is no number: ${what}`,
    guest: setting(8192),
    options,
    ask,
    gives: ambiguous,
  },
  {
    name: `a pointer that is set by the first call is no number, nor later: ${what}`,
    guest: setting(8192),
    options,
    ask,
    gives: ambiguous,
    warmUp: 2,
  },
  ...([["number", 5], ["pointer to the buffer itself", 4096]] as const).map(([value, address]) => ({
    name: `a ${value} that is set by the first call changes nothing: ${what}`,
    guest: setting(address),
    options,
    ask,
    gives: "abc",
    warmUp: 120,
  })),
]));

testRows([{
  name: "symbols of numbers work on when it is known that the text lies elsewhere",
  guest: setting(8192),
  options: {
    symbols: { ...declared.symbols, plain: { name: "f", parameters: ["i32"], result: "i32" } },
  },
  ask: (guest) => {
    messageOf(() => guest.symbols.f!("abc"));
    return [guest.symbols.plain!(7), guest.state];
  },
  gives: [7, "ready"],
}, {
  name: "each option of that error works",
  guest: setting(8192),
  options: {
    convention: staticBuffer({
      pointer: "get_buffer",
      result: {
        results: ["n"],
        text: { pointer: { export: "get_result" }, length: "result" },
        status: { value: "result", fails: "negative" },
      },
    }),
  },
  ask: (guest) => guest.passString("abc", "f"),
  gives: "out",
  warmUp: 120,
}]);
