// The size of the texts that a call lifts is bounded, including those of a failure: by the option,
// or by the size of memory.
import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, load } from "../../mod.ts";
import { itemText as text } from "../_list_guests.ts";
import { assemble } from "../_wat.ts";
import { testRows } from "./_rows.ts";
import {
  convention,
  entries,
  fill,
  imports,
  lengthOf,
  OVERLAP,
  same,
  single,
  tooLarge,
} from "./_overlap.ts";

for (const warmUp of [0, 120]) {
  const when = warmUp === 0 ? "" : ", also when it is called often";
  testRows([
    {
      name: `a text beyond a set limit is refused${when}`,
      guest: OVERLAP,
      options: same(single, 1000),
      ask(guest) {
        guest.symbols.fill!(0, 0);
        assertEquals(guest.symbols.same!(1000), "a".repeat(1000));
        return guest.symbols.same!(1001);
      },
      gives: tooLarge(1001, 1000, 'the result of "same"'),
      warmUp,
    },
    {
      name: `bytes beyond a set limit are refused${when}`,
      guest: OVERLAP,
      options: same({ ...single, type: "bytes" }, 1000),
      ask: (guest) => [lengthOf(guest.symbols.same!(1000)), guest.symbols.same!(2000)],
      gives: tooLarge(2000, 1000, 'the result of "same"'),
      warmUp,
    },
    {
      name: `an array beyond a set limit is refused${when}`,
      guest: OVERLAP,
      options: same({ ...single, type: "array", element: "f64", unit: "codeUnits" }, 1000),
      ask: (guest) => [lengthOf(guest.symbols.same!(125)), guest.symbols.same!(126)],
      gives: tooLarge(1008, 1000, 'the result of "same"'),
      warmUp,
    },
    {
      name: `a text of a guest with an allocator beyond a set limit is refused, and freed${when}`,
      guest: "c/symbols",
      options: {
        convention: allocator({
          allocate: "malloc",
          free: "free",
          result: "packedPointerHigh",
          resultsFreedBy: "host",
        }),
        symbols: { live: { name: "live_allocations", parameters: [], result: "u32" } },
        limits: { results: 300 },
      },
      ask(guest) {
        // A code unit takes one byte in one of them, and two in the other.
        assertEquals(guest.passString("ü".repeat(300), "echo").length, 300);
        assertEquals(guest.passString("€".repeat(150), "echo").length, 150);
        assertThrows(() => guest.passString("ü".repeat(301), "echo"), GuestError);
        assertThrows(() => guest.passString("€".repeat(151), "echo"), GuestError);
        assertEquals(guest.symbols.live!(), 0);
        return guest.passString("a".repeat(301), "echo");
      },
      gives: tooLarge(301, 300, 'the result of "echo"'),
      warmUp,
    },
    {
      name: `a text of a static buffer beyond a set limit is refused${when}`,
      guest: "c/echo_length",
      options: { limits: { results: 40 } },
      ask: (
        guest,
      ) => [guest.passString("€".repeat(20), "echo"), guest.passString("€".repeat(21), "echo")],
      gives: tooLarge(42, 40, 'the result of "echo"'),
      warmUp,
    },
    {
      name: `bytes of a static buffer beyond a set limit are refused${when}`,
      guest: "c/echo_length",
      options: { limits: { results: 40 } },
      ask: (guest) => [guest.passBytes(new Uint8Array(40)), guest.passBytes(new Uint8Array(41))],
      gives: tooLarge(41, 40, 'the result of "echo"'),
      warmUp,
    },
    {
      name: `UTF-16 without wide units is held in one byte for each unit${when}`,
      guest: "assemblyscript/strings",
      options: { limits: { results: 40 } },
      ask(guest) {
        assertEquals(guest.passString("ü".repeat(40), "echo").length, 40);
        assertEquals(guest.passString("€".repeat(20), "echo").length, 20);
        assertThrows(() => guest.passString("€".repeat(21), "echo"), GuestError);
        return guest.passString("ü".repeat(41), "echo");
      },
      gives: tooLarge(41, 40, 'the result of "echo"'),
      warmUp,
    },
    {
      name: `Infinity sets no limit, and 0 lets nothing but empty text through${when}`,
      guest: OVERLAP,
      options: same(single, 0),
      ask: (guest) => [guest.symbols.same!(0), guest.symbols.same!(1)],
      gives: tooLarge(1, 0, 'the result of "same"'),
      warmUp,
    },
  ]);
}

Deno.test("a guest whose result was too large can be called again", async () => {
  using guest = await load(assemble(OVERLAP), same(single, 1000));
  guest.symbols.fill(0, 0);
  for (let count = 0; count < 250; count++) {
    assertThrows(() => guest.symbols.same(2000), GuestError, "2000 bytes");
    assertEquals([guest.symbols.same(2), guest.state], ["aa", "ready"]);
  }
});

/** Makes every result a failure with a message, and with more. */
function failing(more: object) {
  const message = { pointer: 1_114_112, length: "result", freedBy: "guest" } as const;
  const status = { value: "result", fails: "nonzero", message, ...more } as const;
  return {
    convention,
    imports,
    symbols: { same: { parameters: ["u32"], result: "u32", status } },
    limits: { results: 1000 },
  } as const;
}

/** A custom convention has no such limit. */
const own = {
  name: "custom",
  lower: () => ({ args: [0] }),
  lift: (_core: unknown, content: string) => content === "string" ? "ab€" : new Uint8Array(7),
} as const;

const latin1AndUtf16 = {
  ...single,
  encoding: "latin1+utf16",
  unit: "codeUnits",
  // The address of the length of the first entry.
  length: { load: "u32", at: 20 },
} as const;

testRows([
  {
    name: "the result of a custom convention is bounded too",
    guest: OVERLAP,
    options: { convention: own, imports, limits: { results: 6 } },
    ask: (guest) => [guest.passString("", "same"), guest.passBytes(new Uint8Array(), "same")],
    gives: tooLarge(7, 6, 'the result of "same"'),
  },
  {
    name: "the message of a failure is bounded too",
    guest: OVERLAP,
    options: failing({}),
    ask: (guest) => guest.symbols.same!(1001),
    gives: tooLarge(1001, 1000, 'the result of "same"'),
  },
  {
    name: "the details of a failure count beside its message",
    guest: OVERLAP,
    options: failing({ details: { more: { ...single, length: "result" } } }),
    ask: (guest) => guest.symbols.same!(600),
    gives: tooLarge(600 + 32 + 32 + 600, 1000, 'the result of "same"'),
  },
  {
    name: "latin1 of latin1+utf16 is held in one byte for each unit",
    guest: OVERLAP,
    options: same(latin1AndUtf16, 100),
    ask(guest) {
      guest.symbols.fill!(1, 100);
      assertEquals(guest.symbols.same!(0), "a".repeat(100));
      guest.symbols.fill!(1, 101);
      return guest.symbols.same!(0);
    },
    gives: tooLarge(101, 100, 'the result of "same"'),
  },
  {
    name: "UTF-16 of latin1+utf16 is held in two bytes for each unit above U+00FF",
    guest: OVERLAP,
    options: same(latin1AndUtf16, 100),
    ask(guest) {
      guest.symbols.fill!(1, 0x80000000 + 50);
      assertEquals(guest.symbols.same!(0), "\u6161".repeat(50));
      guest.symbols.fill!(1, 0x80000000 + 51);
      return guest.symbols.same!(0);
    },
    gives: tooLarge(102, 100, 'the result of "same"'),
  },
  {
    name: "trimmed NULs at the end of texts count, because the host holds them",
    guest: OVERLAP,
    options: {
      ...fill({ ...entries, item: { ...text, trailingNul: "trim", pointer: 0x80000 } }),
      limits: { results: 4 * (32 + 1000) },
    },
    ask: (guest) => [guest.symbols.fill!(4, 1000), guest.symbols.fill!(5, 1000)],
    gives: tooLarge(5 * 32 + 4 * 1000, 4 * (32 + 1000)),
  },
]);

testRows([
  {
    name: "a guest without memory may return up to 256 MiB of numbers",
    guest: `(module
      (global $left (mut i32) (i32.const 0))
      (func (export "begin") (param i32) (result i32) (global.set $left (local.get 0)) (local.get 0))
      (func (export "next") (result i32)
        (if (result i32) (i32.eqz (global.get $left))
          (then (i32.const 0))
          (else
            (global.set $left (i32.sub (global.get $left) (i32.const 1)))
            (i32.const 7)))))`,
    options: {
      symbols: {
        begin: {
          parameters: ["u32"],
          result: {
            type: "list",
            next: { export: "next" },
            item: { type: "u32", value: "result" },
          },
        },
      },
    },
    ask: (guest) => lengthOf(guest.symbols.begin!(500_000)),
    gives: 500_000,
  },
  {
    name: "the limit grows with the guest's memory",
    guest: `(module
      (memory (export "memory") 1)
      (func (export "grow") (param i32) (result i32)
        (drop (memory.grow (local.get 0)))
        (i32.const 50000)))`,
    options: {
      symbols: {
        grow: {
          parameters: ["u32"],
          result: {
            type: "list",
            pointer: 16,
            count: "result",
            stride: 1,
            item: {
              type: "record",
              fields: { it: { type: "u8", value: { load: "u8", at: "result" } } },
            },
          },
        },
      },
    },
    ask: (guest) => [
      (() => {
        try {
          return guest.symbols.grow!(0);
        } catch (error) {
          return (error as GuestError).message.includes(`at most ${16 * 65536} or`);
        }
      })(),
      lengthOf(guest.symbols.grow!(1)),
    ],
    gives: [true, 50_000],
  },
]);
