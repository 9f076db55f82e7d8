// The getters that a call of a guest calls, step by step and in the compiled form.
import { assertEquals } from "@std/assert";
import { type Convention, load, staticBuffer } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";
import { BOTH } from "./_both_forms.ts";

/**
 * Makes a guest with a buffer at 64, and `call`, which may move it; `asked` counts the calls of the
 * getter.
 */
const COUNTING = assemble(`(module
  (memory (export "memory") 1)
  (global $asked (mut i32) (i32.const 0))
  (global $sized (mut i32) (i32.const 0))
  (global $at (mut i32) (i32.const 64))
  (func (export "buffer") (result i32)
    (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
    (global.get $at))
  (func (export "capacity") (result i32)
    (global.set $sized (i32.add (global.get $sized) (i32.const 1)))
    (select (i32.const 8) (i32.const 16) (i32.eq (global.get $at) (i32.const 96))))
  (func (export "count") (result i32)
    (i32.add (global.get $asked) (i32.mul (global.get $sized) (i32.const 100)))
    (global.set $asked (i32.const 0))
    (global.set $sized (i32.const 0)))
  (func (export "at") (param i32) (global.set $at (local.get 0)))
  (func (export "stay") (param i32) (result i32) (local.get 0))
  (func $is_text (result i32) (i32.eq (i32.load8_u (global.get $at)) (i32.const 0x74)))
  (func (export "fail") (param i32) (result i32)
    (select (i32.const -5) (local.get 0) (call $is_text)))
  (func (export "boast") (param i32) (result i32)
    (select (i32.const 17) (local.get 0) (call $is_text)))
  (func (export "grow") (param i32) (result i32)
    (drop (memory.grow (i32.const 1)))
    (local.get 0))
  (func (export "move") (param i32) (result i32)
    (global.set $at (i32.xor (global.get $at) (i32.const 32)))
    (i32.store (global.get $at) (i32.const 0x65766f6d))
    (local.get 0)))`);

/** The arguments, the export, the outcome, and how often address and capacity are asked for. */
const QUESTIONS: [name: string, text: string, gives: unknown, address: number, capacity: number][] =
  [
    ["stay", "text", "text", 2, 0],
    ["stay", "", "", 2, 0],
    [
      "stay",
      "a NUL at the end\0".slice(-2),
      new Thrown(
        "TypeError",
        undefined,
        "Cannot pass text that ends in a NUL: trailing NULs of a result are not treated as " +
          'text, expected the option trailingNul: "keep"',
      ),
      0,
      0,
    ],
    // The call before asked for it at 96, and it is asked for again.
    ["move", "text", "move", 2, 2],
    [
      "move",
      "more text",
      new Thrown(
        "GuestError",
        "overrun",
        'Cannot lift the result of "move": the guest returned 9 bytes, its buffer holds 8',
      ),
      2,
      2,
    ],
    ["grow", "text", "text", 2, 1],
    [
      "stay",
      "seventeen letters",
      new Thrown(
        "RangeError",
        undefined,
        'Cannot pass 17 bytes to "stay": the guest\'s buffer holds 16',
      ),
      1,
      0,
    ],
    [
      "boast",
      "text",
      new Thrown(
        "GuestError",
        "overrun",
        'Cannot lift the result of "boast": the guest returned 17 bytes, its buffer holds 16',
      ),
      2,
      0,
    ],
    [
      "fail",
      "text",
      new Thrown(
        "GuestError",
        "guest-error",
        'Cannot complete "fail": the guest returned -5',
      ),
      1,
      0,
    ],
  ];

for (const [name, text, gives, address, capacity] of QUESTIONS) {
  for (const warmUp of BOTH) {
    Deno.test(`questions, after ${warmUp} calls: ${name}(${JSON.stringify(text)})`, async () => {
      using guest = await load(COUNTING, {
        convention: staticBuffer({ pointer: "buffer", capacity: { export: "capacity" } }),
      });
      const { count, at } = guest.exports as { count(): number; at(pointer: number): void };
      for (let calls = 0; calls <= warmUp; calls++) {
        guest.passString("ab", name);
        at(64);
      }
      count();
      const found = await outcome(() => guest.passString(text, name));
      assertEquals(found, gives);
      assertEquals(count(), address + capacity * 100);
    });
  }
}

const convention: Convention = staticBuffer({ pointer: "buffer", capacity: 16 });

Deno.test("questions: bytes, and a getter that does not return a plain number", async () => {
  const wide = assemble(`(module
    (memory (export "memory") 1)
    (global $asked (mut i32) (i32.const 0))
    (func (export "buffer") (result i64)
      (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
      (i64.const 64))
    (func (export "count") (result i32) (global.get $asked) (global.set $asked (i32.const 0)))
    (func (export "call") (param i32) (result i32) (local.get 0)))`);
  using guest = await load(wide, { convention });
  const { count } = guest.exports as { count(): number };
  for (let calls = 0; calls < 130; calls++) {
    count();
    assertEquals(guest.passBytes(Uint8Array.of(1, 0, calls), "call"), Uint8Array.of(1, 0, calls));
    assertEquals(count(), 2);
  }
});
