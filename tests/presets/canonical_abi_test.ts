import { assertEquals, assertStrictEquals } from "@std/assert";
import { canonicalAbi, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const GREETER = "example:text/greeter@1.0.0#";
const live = { name: "live_allocations", parameters: [], result: "u32" } as const;

for (const encoding of ["utf-8", "utf-16"] as const) {
  Deno.test(`a component's core module in ${encoding}: strings, lists and numbers by their names`, async () => {
    using guest = await load(guestPath(`c/canonical_${encoding.replace("-", "")}`), {
      convention: canonicalAbi({ encoding }),
      symbols: {
        repeat: { name: `${GREETER}repeat`, parameters: ["string", "u32"], result: "string" },
        lengthOf: { name: `${GREETER}length-of`, parameters: ["string"], result: "u32" },
        add: { name: `${GREETER}add`, parameters: ["u32", "u32"], result: "u32" },
        reverse: { name: `${GREETER}reverse`, parameters: ["bytes"], result: "bytes" },
        live,
      },
    });
    const { repeat, lengthOf, add, reverse, live: count } = guest.symbols;
    assertEquals([repeat("ø🚀", 2), repeat("a", 0), add(2, 4294967294)], ["ø🚀ø🚀", "", 0]);
    // A string's length counts code units: six in UTF-8, three in UTF-16.
    assertStrictEquals(lengthOf("ø🚀"), encoding === "utf-8" ? 6 : 3);
    assertEquals([reverse(Uint8Array.of(1, 2, 3)), count()], [Uint8Array.of(3, 2, 1), 0]);
    assertEquals([reverse(new Uint8Array()), count()], [new Uint8Array(), 0]);
  });
}

Deno.test("latin1+utf16 is latin1 if that can encode the text, and a bit of the length shows the encoding", async () => {
  using guest = await load(guestPath("c/canonical_latin1_utf16"), {
    convention: canonicalAbi({ encoding: "latin1+utf16" }),
    symbols: { live },
  });
  const texts = ["", "abc", "\x80\xff", "\u0100", "aé漢", "\ud800", "x".repeat(1000) + "漢"];
  for (const text of texts) {
    assertStrictEquals(guest.passString(text, "example:text/greeter#greet"), `Hello, ${text}!`);
    assertStrictEquals(guest.passString(text, "example:text/greeter#widen"), text);
    assertStrictEquals(guest.symbols.live(), 0);
  }
});

Deno.test("a post-return function is called if there is one, even after a failure", async () => {
  /**
   * `make` returns a text, `fail` an error's text with status 1; results without a post-return are
   * counted.
   */
  const module = assemble(`(module
    (memory (export "memory") 1)
    (data (i32.const 16) "\\20\\00\\00\\00\\02\\00\\00\\00")
    (data (i32.const 32) "ok")
    (data (i32.const 64) "\\01\\00\\00\\00\\60\\00\\00\\00\\03\\00\\00\\00")
    (data (i32.const 96) "bad")
    (global $open (mut i32) (i32.const 0))
    (func (export "open") (result i32) (global.get $open))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 128))
    (func (export "make") (param i32 i32) (result i32)
      (global.set $open (i32.add (global.get $open) (i32.const 1)))
      (i32.const 16))
    (func (export "cabi_post_make") (param i32)
      (global.set $open (i32.sub (global.get $open) (i32.const 1))))
    (func (export "fail") (param i32 i32) (result i32)
      (global.set $open (i32.add (global.get $open) (i32.const 1)))
      (i32.const 64))
    (func (export "cabi_post_fail") (param i32)
      (global.set $open (i32.sub (global.get $open) (i32.const 1))))
    (func (export "borrow") (param i32 i32) (result i32) (i32.const 16)))`);
  using guest = await load(module, {
    symbols: {
      open: { parameters: [], result: "u32" },
      fail: {
        parameters: ["string"],
        result: {
          type: "string",
          pointer: { load: "u32", at: "result", offset: 4 },
          length: { load: "u32", at: "result", offset: 8 },
        },
        status: {
          value: { load: "u8", at: "result" },
          fails: "nonzero",
          message: {
            pointer: { load: "u32", at: "result", offset: 4 },
            length: { load: "u32", at: "result", offset: 8 },
          },
        },
      },
    },
  });
  const { open, fail } = guest.symbols;
  assertEquals([guest.passString("", "make"), open()], ["ok", 0]);
  assertEquals([guest.passString("", "borrow"), open()], ["ok", 0]);
  assertEquals([guestErrorOf(() => fail("a")), open()], [
    ["guest-error", 'Cannot complete "fail": bad (the guest returned 1)'],
    0,
  ]);
});
