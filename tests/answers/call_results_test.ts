// Wrong results have the same outcome step by step and in the form that is compiled.
import { assertEquals } from "@std/assert";
import { allocator, load, type SymbolDeclaration } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";
import { BOTH, guestOf, MALLOC, owned } from "./_both_forms.ts";

const null32 = 'Cannot lift the result of "call": the guest gave a null pointer, expected text';

/** A text after a marker of -1 in memory. */
const MARKED =
  `(param i32 i32) (result i32) (i32.store (i32.const 512) (i32.const -1)) (i32.const 512)`;

/** Declares a text whose marker is a number. */
function marked(is: number): SymbolDeclaration["result"] {
  const check = { value: { word: 0, at: "result" }, is, what: "mark" } as const;
  return {
    type: "string",
    form: { results: ["p"], text: { pointer: "result", length: "nul", check } },
  };
}

/** Wrong results: where each is, the result of `call`, and the outcome. */
const RESULTS: [
  name: string,
  result: SymbolDeclaration["result"],
  call: string,
  gives: unknown,
  more?: Partial<SymbolDeclaration>,
][] = [
  [
    "a length that is read through a null pointer",
    { type: "string", pointer: { argument: 0 }, length: { word: 1, at: "result" } },
    "(param i32 i32) (result i32) (i32.const 0)",
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot read { word: 1, at: "result" } for "call": the pointer to it is null, expected the ' +
        "address of i32 at offset 0x4",
    ),
  ],
  [
    "a number at a null pointer",
    {
      type: "string",
      pointer: { argument: 0 },
      length: { load: "u16", at: "result", offset: 2 },
    },
    "(param i32 i32) (result i32) (i32.const 0)",
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot read { load: "u16", at: "result", offset: 2 } for "call": the pointer to it is null, ' +
        "expected the address of u16 at offset 0x2",
    ),
  ],
  [
    "a check of a number that is negative",
    marked(-1),
    MARKED,
    new Thrown("GuestError", "invalid-text", "the bytes are not text"),
  ],
  [
    "a check of a number that is unsigned",
    marked(0xffffffff),
    MARKED,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "call": its mark is -1, expected 4294967295',
    ),
  ],
  [
    "a length before the text's beginning",
    { type: "string", pointer: -8, length: 4 },
    "(param i32 i32) (result i32) (local.get 0)",
    new Thrown(
      "MemoryRangeError",
      "memory-range",
      "Cannot read 4 bytes at pointer 0xfffffff8: memory is 65536 bytes",
    ),
  ],
  [
    "a null pointer",
    { type: "string", pointer: "result", length: "nul" },
    "(param i32 i32) (result i32) (i32.const 0)",
    new Thrown("GuestError", "null-pointer", null32),
  ],
];

for (const [name, result, call, gives, more] of RESULTS) {
  for (const warmUp of BOTH) {
    Deno.test(`a result, after ${warmUp} calls: ${name}`, async () => {
      const bytes = assemble(guestOf(MALLOC, call));
      const symbols = { call: { parameters: ["string"], result, ...more } } as const;
      using guest = await load(bytes, { convention: allocator(owned), symbols });
      const ask = () => (guest.symbols.call as (text: string) => unknown)("text");
      for (let count = 0; count < warmUp; count++) await outcome(ask);
      const found = await outcome(ask);
      if (gives instanceof Thrown && gives.code === "invalid-text") {
        assertEquals((found as Thrown).code, "invalid-text");
      } else assertEquals(found, gives);
    });
  }
}

/**
 * Returns a struct of pointer and length; `lies` puts the text outside memory, or makes the call
 * fail.
 */
const FREEING = assemble(`(module
  (memory (export "memory") 1)
  (global $lies (mut i32) (i32.const 0))
  (global $freed (mut i32) (i32.const 0))
  (func (export "lies") (param i32)
    (global.set $lies (local.get 0))
    (global.set $freed (i32.const 0)))
  (func (export "freed") (result i32) (global.get $freed))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
  (func (export "drop") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 100))))
  (func (export "call") (param $at i32) (param $length i32) (result i32)
    (i32.store (i32.const 512) (select (i32.const 65534) (local.get $at)
      (i32.eq (global.get $lies) (i32.const 1))))
    (i32.store (i32.const 516) (local.get $length))
    (i32.store (i32.const 520) (i32.eq (global.get $lies) (i32.const 2)))
    (i32.const 512)))`);

for (const calls of [0, 1, ...BOTH.slice(1)]) {
  Deno.test(`a result that is freed as a whole, after ${calls} calls: a failure leaks nothing`, async () => {
    using guest = await load(FREEING, {
      convention: allocator(owned),
      symbols: {
        call: {
          parameters: ["string"],
          result: {
            type: "string",
            pointer: { word: 0, at: "result" },
            length: { word: 1, at: "result" },
            freedBy: { call: { export: "drop", pass: ["result"] } },
          },
          status: { value: { word: 2, at: "result" }, fails: "nonzero" },
        },
      },
    });
    const { lies, freed } = guest.exports as { lies(how: number): void; freed(): number };
    for (let count = 0; count < calls; count++) guest.symbols.call("text");
    for (const how of [1, 2]) {
      lies(how);
      const { code } = await outcome(() => guest.symbols.call("text")) as Thrown;
      assertEquals([code, freed()], [how === 1 ? "memory-range" : "guest-error", 101]);
      lies(0);
      // The result is in the argument's place: they are one block, and one struct.
      assertEquals([guest.symbols.call("text"), freed()], ["text", 100]);
    }
  });
}
