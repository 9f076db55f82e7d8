import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { assembleWith } from "../_binaryen.ts";
import { threadTime } from "./_thread_time.ts";

const IMPORTS: Readonly<Record<string, string>> = {
  concat: "(param externref externref) (result (ref extern))",
  equals: "(param externref externref) (result i32)",
  compare: "(param externref externref) (result i32)",
  length: "(param externref) (result i32)",
  charCodeAt: "(param externref i32) (result i32)",
  fromCharCodeArray: "(param (ref null $units) i32 i32) (result (ref extern))",
  intoCharCodeArray: "(param externref (ref null $units) i32) (result i32)",
};

/** Makes a guest of a body, whose first local is a text. */
const guestOf = (body: string, before = "") =>
  assembleWith(`(module
    (type $units (array (mut i16))) (type $two (func (param externref externref) (result i32)))
    ${
    Object.entries(IMPORTS).map(([name, type]) =>
      `(import "wasm:js-string" "${name}" (func $${name} ${type}))`
    ).join("\n")
  } ${before} (func (export "f") (param externref) ${body}))`);

const symbols = { f: { parameters: ["externref"], result: "void" } } as const;

const LOOP = "(local i32) (local.set 1 (i32.const 3)) (loop";

const AGAIN = "(br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))";

const TABLE = '(table 1 funcref) (elem (i32.const 0) $equals) (export "equals" (func $equals))';

/**
 * What guests do with a text of 100 code units, and the units that it takes: one for each operator,
 * and one more for each 16 bytes of a text that is read or made as a whole.
 */
const ROWS: [name: string, body: string, units: number, before?: string][] = [
  ["join two", "(drop (call $concat (local.get 0) (local.get 0)))", 4 + 25],
  ["compare two", "(drop (call $compare (local.get 0) (local.get 0)))", 4 + 12],
  ["ask whether two are the same", "(drop (call $equals (local.get 0) (local.get 0)))", 4 + 12],
  [
    "compare a string with a value that is not one",
    "(drop (call $equals (ref.null extern) (local.get 0)))",
    4,
  ],
  ["ask for the length", "(drop (call $length (local.get 0)))", 3],
  ["read one unit", "(drop (call $charCodeAt (local.get 0) (i32.const 7)))", 4],
  [
    "write one into an array",
    `(drop (call $intoCharCodeArray (local.get 0) (array.new_default $units (i32.const 104))
      (i32.const 0)))`,
    6 + 13 + 12,
  ],
  [
    "make one of a part of an array",
    `(drop (call $fromCharCodeArray (array.new_default $units (i32.const 104)) (i32.const 8)
      (i32.const 56)))`,
    6 + 13 + 6,
  ],
  [
    "compare two in a loop",
    `${LOOP} (drop (call $equals (local.get 0) (local.get 0))) ${AGAIN}`,
    2 + 3 * (1 + 4 + 5 + 12),
  ],
  [
    "compare two through a table",
    "(drop (call_indirect (type $two) (local.get 0) (local.get 0) (i32.const 0)))",
    5 + 12,
    TABLE,
  ],
  [
    "compare two through a reference",
    "(drop (call_ref $two (local.get 0) (local.get 0) (ref.func $equals)))",
    5 + 12,
    TABLE,
  ],
  [
    "compare two by a function of the guest",
    "(drop (call $same (local.get 0) (local.get 0)))",
    4 + 3 + 12,
    `(func $same (param externref externref) (result i32)
      (return_call $equals (local.get 0) (local.get 1)))`,
  ],
];

for (const [name, body, units, before] of ROWS) {
  Deno.test(`to ${name} takes ${units} units`, async () => {
    for (const limits of [{ fuel: 1000 }, { fuel: 1000, deadline: 10_000 }]) {
      using guest = await load(guestOf(body, before), { limits, symbols });
      guest.symbols.f("a".repeat(100));
      assertEquals(guest.fuel!.burnt, units);
    }
  });
}

Deno.test("a call ends soon that compares long texts again and again", async () => {
  const body =
    `(local i32) (local externref) (local.set 2 (call $concat (local.get 0) (local.get 0)))
    (local.set 0 (call $concat (local.get 0) (local.get 0)))
    (local.set 1 (i32.const 1000000)) (loop ${AGAIN}
    (loop (drop (call $equals (local.get 0) (local.get 2))) (br 0))`;
  using guest = await load(guestOf(body), { limits: { deadline: 100 }, symbols });
  const before = threadTime();
  const error = assertThrows(() => guest.symbols.f("a".repeat(2 ** 23)), GuestError);
  assertEquals(error.code, "deadline-exceeded");
  const executed = threadTime() - before;
  assert(executed < 200, `${executed} ms`);
});
