import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, load } from "../../../mod.ts";
import { loadStructs, PERSON, STRUCT_GUESTS } from "../../_struct_guests.ts";
import { testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";

// Both forms of a call must have the same outcome: the 100th call takes the compiled one.
const CALLS = 150;

/** Texts with their bytes in UTF-8. */
const TEXTS = [["", 0], ["Ada", 3], ["grüße", 7], ["🚀", 4], ["a".repeat(40), 40]] as const;

for (const name of STRUCT_GUESTS) {
  Deno.test(`${name}: compiled calls pass structs with texts as the run form does`, async () => {
    using guest = await loadStructs(name, {
      older: { parameters: [PERSON], result: PERSON },
      age_and_length: { parameters: [PERSON], result: "i32" },
    });
    const { older, age_and_length } = guest.symbols;
    for (let call = 0; call < CALLS; call++) {
      const [text, byteLength] = TEXTS[call % TEXTS.length]!;
      assertStrictEquals(age_and_length({ name: text, age: call }), call * 1000 + byteLength);
      assertEquals(older({ name: text, age: call }), { name: `${text}!`, age: call + 1 });
    }
    const refused = [
      [{ name: 1, age: 1 }, 'Cannot pass argument 0 .name to "older": it is 1, expected a string'],
      [{ name: null, age: 1 }, '.name to "older": it is null, expected a string'],
      [{ age: 1 }, '.name to "older": it is missing, expected a string'],
      [{ name: "a\0b", age: 1 }, '.name to "older", text with a NUL at index 1'],
      [{ name: "a", age: 0.5 }, '.age to "older": it is 0.5, expected i32'],
    ] as const;
    for (const [wrong, message] of refused) {
      assertStrictEquals(
        assertThrows(() => older(wrong as never), Error).message.includes(message),
        true,
        message,
      );
    }
    const lone = assertThrows(() => older({ name: "\ud83d", age: 1 }), TypeError).message;
    assertStrictEquals(lone.startsWith('Cannot pass argument 0 .name to "older", '), true, lone);
    assertEquals(older({ name: "Ada", age: 1 }), { name: "Ada!", age: 2 });
  });
}

Deno.test("a text that can be null, several texts, and a struct in a struct are compiled too", async () => {
  const maybe = {
    type: "struct",
    fields: { name: { type: "string", nullable: true }, age: "i32" },
  } as const;
  // The guest reads a struct of two persons as two structs: `age_and_length` sees the first one.
  const two = { type: "struct", fields: { first: maybe, second: PERSON } } as const;
  using guest = await loadStructs("c/struct_types", {
    age_and_length: { parameters: [maybe], result: "i32" },
    first: { name: "age_and_length", parameters: [two], result: "i32" },
    bytes: {
      name: "keep",
      parameters: [two],
      result: { type: "bytes", pointer: { argument: 0 }, length: 25 },
    },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  const { age_and_length, first, bytes, live } = guest.symbols;
  for (let call = 0; call < CALLS; call++) {
    assertStrictEquals(age_and_length({ name: null, age: call }), -1);
    assertStrictEquals(age_and_length({ name: "é", age: call }), call * 1000 + 2);
    const second = { name: "second", age: 2 };
    assertStrictEquals(first({ first: { name: null, age: 1 }, second }), -1);
    assertStrictEquals(first({ first: { name: "one", age: 1 }, second }), 1003);
    const found = bytes({ first: { name: "one", age: 1 }, second });
    const at = new DataView(found.buffer);
    const base = at.getUint32(0, true) - 16;
    assertEquals([at.getUint32(4, true), at.getUint32(8, true) - base, at.getUint32(12, true)], [
      1,
      20,
      2,
    ]);
    assertStrictEquals(new TextDecoder().decode(found.subarray(16)), "one\0secon");
  }
  assertStrictEquals(live(), 0);
});

Deno.test("the length of a text can be beside it, and has to fit there", async () => {
  const counted = (store: "u32" | "u8") =>
    ({
      type: "struct",
      fields: { bytes: { type: "string", length: { field: "length" } }, length: store },
    }) as const;
  using guest = await loadStructs("c/struct_types", {
    sum_bytes: { parameters: [counted("u32")], result: "u32" },
    short: { name: "sum_bytes", parameters: [counted("u8")], result: "u32" },
    maybe: {
      name: "sum_bytes",
      parameters: [{
        type: "struct",
        fields: {
          bytes: { type: "string", length: { field: "length" }, nullable: true },
          length: "u32",
        },
      }],
      result: "u32",
    },
  });
  const { sum_bytes, short, maybe } = guest.symbols;
  for (let call = 0; call < CALLS; call++) {
    // A NUL is a byte like any other if the length is passed.
    assertStrictEquals(sum_bytes({ bytes: "a\0b" }), 97 + 98);
    assertStrictEquals(sum_bytes({ bytes: "" }), 0);
    assertStrictEquals(maybe({ bytes: null }), 1000);
    assertStrictEquals(short({ bytes: "b".repeat(255) }), 255 * 98);
    assertThrows(
      () => short({ bytes: "b".repeat(256) }),
      RangeError,
      "it has 256 code units, expected at most 255, which u8 can count",
    );
  }
});

Deno.test("texts that the guest frees have blocks of their own", async () => {
  using guest = await loadStructs("c/struct_types", {
    take_person: { parameters: [{ ...PERSON, freedBy: "guest" }], result: "i32" },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  for (let call = 0; call < CALLS; call++) {
    guest.symbols.take_person({ name: "Ada", age: call });
    assertStrictEquals(guest.symbols.live(), 0);
  }
});

// Each block is at a multiple of the alignment that it was asked for with, and of no larger one. It
// is freed with the same.
const ALIGNING = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (func (export "alloc") (param $size i32) (param $align i32) (result i32) (local $at i32)
    (local.set $at (i32.or (local.get $align) (i32.and
      (i32.add (global.get $next) (i32.const 63)) (i32.const -64))))
    (global.set $next (i32.add (local.get $at) (local.get $size)))
    (local.get $at))
  (func (export "dealloc") (param $at i32) (param $size i32) (param $align i32)
    (if (i32.ne (i32.and (local.get $at) (i32.const 63)) (local.get $align)) (then unreachable))
    (global.set $next (i32.const 4096)))
  (func (export "whole") (param i32) (result i32) (local.get 0))
  (func (export "part") (param i32) (result i32) (i32.load (local.get 0))))`);

const REACHED = [
  ["an array of u8", { type: "array", element: "u8", length: "pair" }, [1], 1],
  ["an array of f64", { type: "array", element: "f64", length: "pair" }, [1], 8],
  ["text in UTF-16", { type: "string", encoding: "utf-16" }, "a", 2],
  ["a list of i64", { type: "list", item: "i64", length: "pair" }, [1n], 8],
  ["a struct", { type: "struct", fields: { x: "u16" }, pointed: true }, { x: 1 }, 2],
] as const;

for (const [what, part, value, align] of REACHED) {
  testTiers(`${what} that a struct points to has its own alignment`, async () => {
    const struct = { type: "struct", fields: { part }, freedBy: "guest" } as const;
    const lent = { type: "struct", fields: { part } } as const;
    using guest = await load(ALIGNING, {
      convention: allocator({ allocate: "alloc", free: "dealloc" }),
      symbols: {
        whole: { parameters: [struct], result: "u32" },
        given: { name: "part", parameters: [struct], result: "u32" },
        lent: { name: "part", parameters: [lent], result: "u32" },
      },
    });
    const { symbols } = guest as unknown as {
      symbols: Record<string, (value: unknown) => number>;
    };
    assertEquals(symbols.whole!({ part: value }) % 64, 4);
    assertEquals(symbols.given!({ part: value }) % 64, align);
    assertEquals(symbols.lent!({ part: value }) % align, 0);
  });
}
