import type { Guest } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// The choice of a sole export among functions of one type, by what their bodies do.

// deno-lint-ignore no-explicit-any -- whatever its symbols are
type AnyGuest = Guest<any>;

/** Makes a guest with a buffer at 4096. */
const withBuffer = (functions: string) =>
  `(module (memory (export "memory") 1)
    (func (export "get_buffer") (result i32) (i32.const 4096)) ${functions})`;

/** Puts a "!" behind the text in the buffer, whose end it finds by itself. */
const SHOUT = `(func (export "add_mark") (result i32) (local i32)
  (loop $next
    (if (i32.load8_u offset=4096 (local.get 0))
      (then (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $next))))
  (i32.store8 offset=4096 (local.get 0) (i32.const 33))
  (i32.add (local.get 0) (i32.const 1)))`;

const BYTE_AT = `(func (export "byte_at") (param i32) (result i32)
  (i32.load8_u offset=4096 (local.get 0)))`;

const INCREMENT = `(func (export "increment") (param i32) (result i32)
  (i32.add (local.get 0) (i32.const 1)))`;

const DOUBLE = `(func (export "double") (param i32) (result i32)
  (i32.shl (local.get 0) (i32.const 1)))`;

const EVEN = `(func (export "is_odd") (param i32) (result i32)
    (i32.and (local.get 0) (i32.const 1)))
  ${DOUBLE}`;

const HELLO = `(data (i32.const 1024) "hello")
  (func (export "hello") (result i32)
    (memory.copy (i32.const 4096) (i32.const 1024) (i32.const 5)) (i32.const 5))`;

const bump = `(global $next (mut i32) (i32.const 1024))
  (func (export "malloc") (param i32) (result i32)
    (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 0))))
  (func (export "free") (param i32))`;

const PACKED = `(func (export "echo") (param i32 i32) (result i64)
  (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
    (i64.extend_i32_u (local.get 1))))`;

/** Makes a function that is longer than the largest amount of code that detection reads. */
const LONG = `(func (export "long") (param f64) (result i32)
    ${"(drop (i32.const 1))".repeat(6000)} (i32.const 1))
  (func (export "longer") (result i32) ${"(drop (i32.const 1))".repeat(6000)} (i32.const 1))`;

testRows(
  [
    {
      name:
        "a function that finds the end of the text is preferred to one that returns a byte of it",
      guest: withBuffer(SHOUT + BYTE_AT),
      ask: (guest) => [guest.passString("abc"), guest.passString("")],
      gives: ["abc!", "!"],
      warmUp: 120,
    },
    {
      name: "a transform that finds the end itself competes with one that may take the length",
      guest: withBuffer(SHOUT + EVEN),
      ask: (guest) => guest.passString("abc"),
      gives: new Thrown(
        "GuestError",
        "missing-export",
        'Cannot choose an export for ("string") -> "string": "add_mark", "is_odd", "double" fit, ' +
          "expected its name as the second argument",
      ),
    },
    {
      name:
        "a function that calls the host may find the end of the text, if all others only calculate",
      guest: withBuffer(`${SHOUT.replace("(local i32)", "(local i32) (call $notify)")}
      (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "square") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))`)
        .replace("(memory", '(import "env" "notify" (func $notify)) (memory'),
      options: { imports: { env: { notify: () => {} } } },
      ask: (guest) => guest.passString("abc"),
      gives: "abc!",
    },
    // A function that neither writes nor loops does not change the text: its result is a number.
    ...([["byte_at", BYTE_AT], ["increment", INCREMENT], ["double", DOUBLE]] as const).map((
      [name, functions],
    ) => ({
      name: `a function that returns a number about the text is not taken for a transform: ${name}`,
      guest: withBuffer(functions),
      ask: (guest: AnyGuest) => guest.passString("abc"),
      gives: new Thrown(
        "GuestError",
        "missing-export",
        `Cannot choose an export for ("string") -> "string": only "${name}" fits, which may ` +
          `return something else, expected its name as the second argument or symbols: { ${name}: ` +
          '{ parameters: ["string"], result: "i32" } } if it returns a number',
      ),
    })),
    {
      name: "a function that returns the given length may be a transform",
      guest: withBuffer('(func (export "same") (param i32) (result i32) (local.get 0))'),
      ask: (guest) => guest.passString("abc"),
      gives: "abc",
    },
    {
      name: "a function that compares the length with a capacity in memory may be a transform",
      guest: withBuffer(`(data (i32.const 1024) "\\64")
        (func (export "same") (param i32) (result i32)
          (select (local.get 0) (i32.const -1)
            (i32.le_u (local.get 0) (i32.load (i32.const 1024)))))`),
      ask: (guest) => guest.passString("abc"),
      gives: "abc",
    },
    {
      name: "a function that returns a number about the text can be called by its name",
      guest: withBuffer(BYTE_AT),
      options: { symbols: { byte_at: { parameters: ["i32"], result: "u32" } } },
      ask: (guest) => [guest.passString("", "byte_at"), guest.symbols.byte_at!(0)],
      gives: ["", 0],
    },
    {
      name: "a function that copies a text of its own into the buffer is chosen",
      guest: withBuffer(HELLO),
      ask: (guest) => guest.passString("abc"),
      gives: "hello",
    },
    {
      name: "a long function hides nothing that comes after it",
      guest: withBuffer(
        `${LONG} (func (export "total") (result i32) (i32.const 2)) ${SHOUT}`,
      ).replace('(export "longer")', '(export "get_longer")'),
      ask: (guest) => guest.passString("abc"),
      gives: "abc!",
    },
    {
      name: "a buffer is one, whatever its text's address is calculated from",
      guest: withBuffer(`(func (export "whole") (param i32 i32) (result i32)
      (i32.sub (i32.add (local.get 0) (local.get 1)) (i32.const 4096)))`),
      ask: (guest) => guest.passString("abc", "whole"),
      gives: "abc",
    },
    {
      name: "a pointer and a length that are packed make no guest of C strings",
      guest: `(module (memory (export "memory") 1) ${bump} ${PACKED}
      (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))`,
      ask: (guest) => `${guest.convention}`,
      gives: 'convention: allocator({ allocate: "malloc", free: "free" })',
    },
  ] satisfies Row[],
);
