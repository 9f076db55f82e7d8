import { assertEquals } from "@std/assert";
import { findHiddenState } from "../../src/binary/hidden_state.ts";
import { readModule } from "../../src/binary/module.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const hiddenIn = (bytes: Uint8Array) => findHiddenState(bytes, readModule(bytes));

/** The stack pointer as compilers use it: lowered when a function begins, raised when it ends. */
const STACK = `(global $sp (mut i32) (i32.const 4096))
  (func (export "f") (local i32)
    (global.set $sp (local.tee 0 (i32.sub (global.get $sp) (i32.const 16))))
    (global.set $sp (i32.add (local.get 0) (i32.const 16))))`;

/** Modules in the text format, and their hidden state. */
const ROWS: [name: string, text: string, hidden: string[]][] = [
  ["nothing", "", []],
  ["a memory", '(memory (export "memory") 1)', []],
  ["a global that is never set", "(global (mut i32) (i32.const 1))", []],
  [
    "a global that is set",
    "(global $g (mut i32) (i32.const 1)) (func (global.set $g (i32.const 2)))",
    ["global 0 is set and not exported"],
  ],
  [
    "a global that is set and exported",
    '(global $g (export "g") (mut i32) (i32.const 1)) (func (global.set $g (i32.const 2)))',
    [],
  ],
  [
    "a global of the second of two that is set, whose index has two bytes",
    `${"(global (mut i32) (i32.const 1))".repeat(200)}(func (global.set 150 (i32.const 2)))`,
    ["global 150 is set and not exported"],
  ],
  [
    "an opcode within a constant",
    "(global (mut i32) (i32.const 1)) (func (drop (i64.const 0x24002400)) (drop (f64.const 1e300)))",
    [],
  ],
  ["an imported global that can change", '(import "a" "b" (global (mut i32)))', [
    "global 0 is imported",
  ]],
  ["an imported constant", '(import "a" "b" (global i32))', []],
  [
    "a reference in a global",
    '(global (export "g") (mut externref) (ref.null extern))',
    ["global 0 of type externref is not a number"],
  ],
  ["a constant reference", "(global funcref (ref.null func))", []],
  ["a stack pointer without a name", STACK, []],
  [
    "a stack pointer that one function only lowers",
    `${STACK} (func (global.set $sp (i32.sub (global.get $sp) (i32.const 8))))`,
    ["global 0 is set and not exported"],
  ],
  [
    "a stack pointer that a function lowers and never returns",
    `${STACK} (func (global.set $sp (i32.sub (global.get $sp) (i32.const 8))) unreachable)`,
    [],
  ],
  [
    "a stack pointer that is set from outside",
    `${STACK} (func (param i32) (global.set $sp (local.get 0)))`,
    ["global 0 is set and not exported"],
  ],
  [
    "a stack pointer that a toolchain's export sets",
    `${STACK} (func (export "stackRestore") (param i32) (global.set $sp (local.get 0)))`,
    [],
  ],
  [
    "a stack pointer that is also set to a constant",
    `${STACK} (func (local i32)
      (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
      (global.set $sp (i32.const 4096)))`,
    ["global 0 is set and not exported"],
  ],
  [
    "a table that is only called",
    `(table 2 funcref) (elem (i32.const 0) $f $f) (func $f) (func (call_indirect (i32.const 1)))`,
    [],
  ],
  [
    "a table that is set",
    "(table 2 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))",
    ["its code changes tables"],
  ],
  [
    "a table that grows",
    "(table 2 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))",
    ["its code changes tables"],
  ],
  [
    "a segment that is copied",
    '(memory 1) (data "abc") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1)))',
    [],
  ],
  [
    "a segment that is dropped",
    '(memory 1) (data "abc") (func (data.drop 0))',
    ["its code drops segments"],
  ],
  [
    "several memories, one of them not exported",
    '(memory (export "a") 1) (memory 1)',
    ["memory 1 is one of several and not exported"],
  ],
  ["several memories that are exported", '(memory (export "a") 1) (memory (export "b") 1)', []],
];

for (const [name, text, hidden] of ROWS) {
  Deno.test(`hidden state of ${name}`, () => {
    assertEquals(hiddenIn(assemble(`(module ${text})`)), hidden);
  });
}

/** Guests that toolchains made, and their hidden state. */
const GUESTS: [name: string, hidden: string[]][] = [
  ["c/slow_start", []],
  ["c/slow_start_stripped", []],
  ["c/slow_start_hidden", ['global 1 "hidden" is set and not exported']],
  ["c/memory_shared_own", ["memory 0 is shared between threads", "its code drops segments"]],
  ["c/memory_64_own", []],
  ["rust/packed", []],
  ["emscripten/c_string", []],
  ["wasi/hello", []],
  ["assemblyscript/strings_stub", ["global 0 is set and not exported"]],
];

for (const [name, hidden] of GUESTS) {
  Deno.test(`hidden state of ${name}`, async () => {
    assertEquals(hiddenIn(await guestBytes(name)), hidden);
  });
}

/** A module of one function with this body. */
function withBody(...body: number[]): Uint8Array {
  const code = [body.length + 2, 0, ...body, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[10, code.length + 1, 1, ...code],
  ]);
}

/** Instructions with immediates of each form: after them, `drop` is read as an instruction. */
const KNOWN: [name: string, body: number[]][] = [
  ["v128.const", [0xfd, 12, ...Array(16).fill(0xff)]],
  ["i8x16.shuffle", [0xfd, 13, ...Array(16).fill(0xff)]],
  ["i8x16.extract_lane_s", [0xfd, 21, 0xff]],
  ["v128.load", [0xfd, 0, 0, 0x80, 0]],
  ["v128.load8_lane", [0xfd, 84, 0, 0, 0xff]],
  ["i8x16.add", [0xfd, 110]],
  ["i32.atomic.load", [0xfe, 0x10, 2, 0]],
  ["atomic.fence", [0xfe, 3, 0]],
  ["br_table", [0x0e, 2, 0, 0, 0]],
  ["select of a type", [0x1c, 1, 0x7f]],
  ["a block of a reference", [0x02, 0x63, 0x70, 0x0b]],
  ["try_table", [0x1f, 0x40, 2, 0, 0, 0, 2, 0, 0x0b]],
  ["i32.load of a second memory", [0x28, 0x42, 1, 0]],
];

for (const [name, body] of KNOWN) {
  Deno.test(`the immediates of ${name} are skipped`, () => {
    assertEquals(hiddenIn(withBody(...body, 0x1a)), []);
    // A `table.set` after it is seen.
    assertEquals(hiddenIn(withBody(...body, 0x26, 0)), ["its code changes tables"]);
  });
}

Deno.test("an unknown instruction is reported as hidden state", () => {
  for (const body of [[0xfb, 0x30, 0], [0xff], [0xfc, 18], [0x44, 0]]) {
    assertEquals(hiddenIn(withBody(...body)), [
      "its code has instructions that Passage does not read",
    ]);
  }
});
