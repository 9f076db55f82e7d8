import { assert, assertThrows } from "@std/assert";
import { load } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { testRows, Thrown } from "./_rows.ts";

// Functions that count something in a text: the number that they return is not a text.

/** Counts the bytes above "a": 3 in "abcd". */
const COUNT_LETTERS =
  `(func (export "count_letters") (param $at i32) (param $left i32) (result i32) (local $count i32)
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $left)))
      (local.set $count (i32.add (local.get $count)
        (i32.gt_u (i32.load8_u (local.get $at)) (i32.const 97))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (local.get $count))`;

const declared = (name: string) =>
  `symbols: { ${name}: { parameters: ["string"], result: "i32" } } if it returns a number`;

const belowData = (name: string) =>
  new Thrown(
    "GuestError",
    "null-pointer",
    `Cannot lift the result of "${name}": the guest gave 0x3, which is below its data, expected ` +
      `text or ${declared(name)}`,
  );

testRows([
  {
    name: "a small number that a guest of AssemblyScript returns is not taken for an object",
    guest: "assemblyscript/strings",
    ask: (guest) => guest.passString("abc", "units"),
    gives: belowData("units"),
  },
  {
    name: "a small number that a guest of Emscripten returns is no C string",
    guest: `(module (memory (export "memory") 1) (data (i32.const 1024) "text")
      (func (export "stackSave") (result i32) (i32.const 4096))
      (func (export "malloc") (param i32) (result i32) (i32.const 8192))
      (func (export "free") (param i32))
      (func (export "letters") (param i32) (result i32)
        (i32.sub (i32.load8_u (local.get 0)) (i32.const 94))))`,
    ask: (guest) => guest.passString("abc", "letters"),
    gives: belowData("letters"),
  },
]);

Deno.test("the error for such a function of a guest with an allocator lists its declaration first", async () => {
  using guest = await load(assemble(`(module (memory (export "memory") 1)
    (func (export "malloc") (param i32) (result i32) (i32.const 2048))
    (func (export "free") (param i32)) ${COUNT_LETTERS})`));
  const { message } = assertThrows(() => guest.passString("abcd", "count_letters"), Error);
  const [, advice = ""] = message.split(", expected ");
  assert(advice.startsWith(declared("count_letters")), message);
});
