import { assertEquals, assertStrictEquals } from "@std/assert";
import { load, type NumberName, type Value } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { assemble } from "../_wat.ts";

const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (data (i32.const 64) "\\ff\\fe\\fd\\fc\\fb\\fa\\f9\\f8")
  (data (i32.const 96) "\\40\\00\\00\\00")
  (global (export "answer") i32 (i32.const 42))
  (global (export "nothing") externref (ref.null extern))
  (func (export "getter") (result i64) (i64.const -1))
  (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "wide") (param i64 i32) (result i64) (local.get 0))
  (func (export "f") (param i32 i32) (result i64) (i64.const 0x0000006000000040))
  (func (export "several") (param i32 i32) (result i32 f64) (i32.const -2) (f64.const 1.5))
  (func (export "null") (param i32 i32) (result i64) (i64.const 0))
)`);

const [FIRST, SECOND] = [3, 5];

/** Numbers, their places, and their values. */
const FOUND: [type: NumberName, value: Value, expected: number | bigint, name?: string][] = [
  ["u64", "result", 0x6000000040n],
  ["u32", { low: "result" }, 64],
  ["u32", { high: "result" }, 96],
  ["i32", { result: 0 }, -2, "several"],
  ["f64", { result: 1 }, 1.5, "several"],
  ["u32", { parameter: 1 }, SECOND],
  ["u32", { word: 1, at: { low: "result" } }, 0xf8f9fafb],
  ["i32", { word: 0, at: { low: "result" } }, -0x03_02_01_01],
  ["u8", { load: "u8", at: { low: "result" }, offset: 2 }, 0xfd],
  ["u64", { load: "u64", at: 64 }, 0xf8f9fafbfcfdfeffn],
  ["i16", { load: "i16", at: { word: 0, at: { high: "result" } } }, -257],
  ["u32", { export: "answer" }, 42],
  ["i64", { export: "getter" }, -1n],
  ["u32", { call: "twice", with: [{ export: "answer" }] }, 84],
  ["u64", { call: "wide", with: [{ parameter: 0 }, 1] }, 3n],
  ["u32", { product: [{ parameter: 0 }, { parameter: 1 }, 4] }, FIRST * SECOND * 4],
  ["u32", { sum: [{ parameter: 0 }, { high: "result" }] }, FIRST + 96],
  ["i32", { difference: [{ parameter: 0 }, { parameter: 1 }] }, FIRST - SECOND],
  ["u32", 7, 7],
];

for (const [type, value, expected, name = "f"] of FOUND) {
  Deno.test(`${type} at ${JSON.stringify(value)} is ${expected}`, async () => {
    using guest = await load(GUEST, {
      symbols: { f: { name, parameters: ["u32", "u32"], result: { type, value } } },
    });
    assertStrictEquals(guest.symbols.f(FIRST, SECOND) as unknown, expected);
  });
}

Deno.test("a null pointer is not followed, and a reference is not a number", async () => {
  // The types of a module that was compiled elsewhere are unknown when it is loaded.
  using guest = await load(new WebAssembly.Module(GUEST), {
    symbols: {
      word: {
        name: "null",
        parameters: ["u32", "u32"],
        result: { type: "u32", value: { load: "u16", at: { low: "result" }, offset: 6 } },
      },
      reference: {
        name: "f",
        parameters: ["u32", "u32"],
        result: { type: "u32", value: { export: "nothing" } },
      },
    },
  });
  assertEquals(guestErrorOf(() => guest.symbols.word(0, 0)), [
    "null-pointer",
    'Cannot read { load: "u16", at: { low: "result" }, offset: 6 } for "null": the pointer to it is ' +
    "null, expected the address of u16 at offset 0x6",
  ]);
  assertEquals(guestErrorOf(() => guest.symbols.reference(0, 0)), [
    "signature",
    'Cannot read { export: "nothing" } for "f": it is null, expected a number',
  ]);
});
