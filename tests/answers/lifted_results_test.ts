import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, hostFunction, load } from "../../mod.ts";
import { itemText as text, listOf, live, ownedText, split } from "../_list_guests.ts";
import { assemble } from "../_wat.ts";
import { outcome, testRows, Thrown } from "./_rows.ts";

// The lifted result of one call is bounded, because a guest with little memory can refer to the
// same bytes very often.

const MEBIBYTE = 1 << 20;

/**
 * A guest of 19 pages, 1.2 MiB: a table of entries of a pointer and a length begins at 16, and two
 * pages of text of the letter "a" at 17 pages. Blocks are only counted.
 */
const OVERLAP = `(module
  (import "env" "take" (func $take (param i32 i32 i32 i32)))
  (memory (export "memory") 19)
  (global $live (mut i32) (i32.const 0))
  (global $left (mut i32) (i32.const 0))
  (func (export "fill") (param $count i32) (param $byteLength i32) (result i32)
    (local $at i32) (local $rest i32)
    (local.set $at (i32.const 1114112))
    (loop $letters
      (i32.store8 (local.get $at) (i32.const 97))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $letters (i32.lt_u (local.get $at) (i32.const 1245184))))
    (local.set $at (i32.const 16))
    (local.set $rest (local.get $count))
    (block $done
      (loop $entries
        (br_if $done (i32.eqz (local.get $rest)))
        (i32.store (local.get $at) (i32.const 1114112))
        (i32.store offset=4 (local.get $at) (local.get $byteLength))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $rest (i32.sub (local.get $rest) (i32.const 1)))
        (br $entries)))
    (global.set $live (i32.add (local.get $count) (i32.const 1)))
    (local.get $count))
  (func (export "same") (param i32) (result i32) (local.get 0))
  (func (export "begin") (param i32) (result i32) (global.set $left (local.get 0)) (local.get 0))
  (func (export "next") (result i32)
    (if (result i32) (i32.eqz (global.get $left))
      (then (i32.const 0))
      (else (global.set $left (i32.sub (global.get $left) (i32.const 1))) (i32.const 16))))
  (func (export "give")
    (call $take (i32.const 1114112) (i32.const 1000) (i32.const 1116000) (i32.const 1000)))
  (func (export "malloc") (param i32) (result i32) (i32.const 16))
  (func (export "free") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "live") (result i32) (global.get $live)))`;

const convention = allocator({ allocate: "malloc", free: "free" });
const imports = { env: { take: () => {} } };

const bytes = { ...text, type: "bytes" } as const;

/** Returns as many entries of the table as the result has. */
const entries = { type: "list", pointer: 16, count: "result", stride: 8, item: text } as const;

// deno-lint-ignore no-explicit-any -- a result of any kind
function fill(result: any) {
  return {
    convention,
    imports,
    symbols: { fill: { parameters: ["u32", "u32"], result } },
  } as const;
}

function tooLarge(needed: number, limit: number, subject = 'the result of "fill"'): Thrown {
  return new Thrown(
    "GuestError",
    "result-too-large",
    `Cannot lift ${subject}: it takes at least ${needed} bytes of host memory, expected at ` +
      `most ${limit} or a higher limits: { results }`,
  );
}

function lengthOf(value: unknown): number {
  return (value as ArrayLike<unknown>).length;
}

/** 16 times the guest's memory. */
const SIXTEENFOLD = 16 * 19 * 65536;

testRows([
  {
    name: "131,072 texts of a list that share the same 65,535 bytes are refused",
    guest: OVERLAP,
    options: fill(entries),
    ask: (guest) => guest.symbols.fill!(131_072, 65_535),
    // The list itself takes 32 bytes for each item, and 240 texts fit beside it.
    gives: tooLarge(131_072 * 32 + 241 * 65_535, SIXTEENFOLD),
  },
  {
    name: "a list of few texts that overlap is not an error",
    guest: OVERLAP,
    options: fill(entries),
    ask: (guest) =>
      (guest.symbols.fill!(200, 65_535) as string[]).every((item) => item.length === 65_535),
    gives: true,
  },
  {
    name: "a list of many short texts is not an error in any call",
    guest: OVERLAP,
    options: fill(entries),
    ask: (guest) => lengthOf(guest.symbols.fill!(50_000, 3)),
    gives: 50_000,
    warmUp: 3,
  },
  {
    name: "bytes of a list that overlap are refused too",
    guest: OVERLAP,
    options: fill({ ...entries, item: bytes }),
    ask: (guest) => guest.symbols.fill!(1000, 65_535),
    gives: tooLarge(1000 * 240 + 301 * 65_535, SIXTEENFOLD),
  },
  {
    name: "a stride of 0 repeats one item as often as the guest likes, and is bounded as well",
    guest: OVERLAP,
    options: fill({ ...entries, stride: 0 }),
    ask: (guest) => guest.symbols.fill!(1000, 65_535),
    gives: tooLarge(1000 * 32 + 304 * 65_535, SIXTEENFOLD),
  },
  {
    name: "a few items with a stride of 0 are not an error",
    guest: OVERLAP,
    options: fill({ ...entries, stride: 0 }),
    ask: (guest) => guest.symbols.fill!(3, 2),
    gives: ["aa", "aa", "aa"],
  },
  {
    name: "fields of a record that share bytes count separately",
    guest: OVERLAP,
    options: fill({
      type: "record",
      fields: Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [
          `field${index}`,
          { type: "bytes", pointer: 0x10000, length: MEBIBYTE } as const,
        ]),
      ),
    }),
    ask: (guest) => guest.symbols.fill!(0, 0),
    gives: tooLarge(32 + 20 * 240 + 19 * MEBIBYTE, SIXTEENFOLD),
  },
  {
    name: "lists within lists count together",
    guest: OVERLAP,
    options: fill({
      type: "list",
      pointer: 16,
      count: "result",
      stride: 8,
      item: {
        type: "list",
        pointer: 16,
        count: { load: "u32", at: 20 },
        stride: 1,
        item: { type: "u8", value: { load: "u8", at: "result" } },
      },
    }),
    ask: (guest) => guest.symbols.fill!(10_000, 10_000),
    gives: tooLarge(10_000 * 112 + 236 * 80_000, SIXTEENFOLD),
  },
  {
    name: "a set limit counts empty items",
    guest: OVERLAP,
    options: { ...fill(entries), limits: { results: 3200 } },
    ask: (guest) => [guest.symbols.fill!(100, 0), ""].flat().join("") + guest.symbols.fill!(101, 0),
    gives: tooLarge(3232, 3200),
  },
  {
    name: "records without text count too",
    guest: OVERLAP,
    options: {
      ...fill({
        ...entries,
        item: { type: "record", fields: { it: { type: "u32", value: { word: 0, at: "result" } } } },
      }),
      limits: { results: 4000 },
    },
    ask: (guest) => [lengthOf(guest.symbols.fill!(100, 7)), guest.symbols.fill!(101, 7)],
    gives: tooLarge(4040, 4000),
  },
  {
    name: "text in one-byte code units is held in one byte each, and other text in two",
    guest: OVERLAP,
    options: { ...fill(entries), limits: { results: 2 * 32 + 2000 } },
    ask: (guest) => (guest.symbols.fill!(2, 1000) as string[]).map(lengthOf),
    gives: [1000, 1000],
  },
]);

/** A cursor that returns the same item again and again, without an end. */
const endless = {
  type: "list",
  next: { export: "next" },
  item: { type: "string", pointer: 1_114_112, length: 65_535 },
} as const;

testRows([
  {
    name: "a cursor that never ends is refused as soon as its items are too large together",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: { begin: { parameters: ["u32"], result: { ...endless, most: Infinity } } },
    },
    ask: (guest) => [guest.symbols.begin!(0), guest.symbols.begin!(0xffffffff)],
    gives: tooLarge(304 * (65_535 + 32), SIXTEENFOLD, 'the result of "begin"'),
  },
  {
    name: "a cursor of numbers that never ends is refused",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: {
        begin: {
          parameters: ["u32"],
          result: { ...endless, most: Infinity, item: { type: "u32", value: "result" } },
        },
      },
    },
    ask: (guest) => guest.symbols.begin!(0xffffffff),
    gives: tooLarge(SIXTEENFOLD + 8, SIXTEENFOLD, 'the result of "begin"'),
  },
]);

const single = { type: "string", pointer: 1_114_112, length: "result", freedBy: "guest" } as const;

/** Lifts one text, or its bytes, of a length. */
// deno-lint-ignore no-explicit-any -- a result of any kind
function same(result: any, results: number) {
  return {
    convention,
    imports,
    symbols: {
      same: { parameters: ["u32"], result },
      fill: { parameters: ["u32", "u32"], result: "u32" },
    },
    limits: { results },
  } as const;
}

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

/** Items that the host frees, each by its pointer. */
const owned = { ...text, freedBy: { call: { export: "free", pass: ["pointer"] } } } as const;

testRows([
  {
    name: "the items of a list that is too large are freed",
    guest: "c/lists",
    options: {
      limits: { results: 1000 },
      symbols: {
        split: { ...split, result: listOf("c/lists", ownedText) },
        live,
      },
    },
    ask(guest) {
      const { split, live } = guest.symbols;
      const rounds = [];
      for (const count of [0, 5, 6, 8, 1000, 5]) {
        // They are refused because of their number, or because of a text in the middle.
        for (const last of ["", "x".repeat(900)]) {
          const found = (() => {
            try {
              return lengthOf(split!(`${last}${",".repeat(count)}`));
            } catch (error) {
              return (error as GuestError).code;
            }
          })();
          rounds.push([count, last.length, found, live!()].join());
        }
      }
      return rounds;
    },
    gives: [
      "0,0,0,0",
      "0,900,result-too-large,0",
      "5,0,6,0",
      "5,900,result-too-large,0",
      "6,0,7,0",
      "6,900,result-too-large,0",
      "8,0,result-too-large,0",
      "8,900,result-too-large,0",
      "1000,0,result-too-large,0",
      "1000,900,result-too-large,0",
      "5,0,6,0",
      "5,900,result-too-large,0",
    ],
  },
  {
    name: "a cursor that never ends and whose items the host frees comes to an end",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: {
        begin: {
          parameters: ["u32"],
          result: {
            ...endless,
            most: Infinity,
            item: { ...owned, pointer: "result", length: 100 },
          },
        },
      },
      limits: { results: 1000 },
    },
    ask: (guest) => guest.symbols.begin!(0xffffffff),
    gives: tooLarge(5 * (32 + 96) + 4 * 100, 1000, 'the result of "begin"'),
  },
  {
    name: "lists within a list that is too large end if the host frees their items",
    guest: OVERLAP,
    options: fill({
      type: "list",
      pointer: 16,
      count: "result",
      stride: 8,
      item: { type: "list", pointer: 16, count: 100_000, stride: 8, item: owned },
    }),
    ask: (guest) => [guest.symbols.fill!(0, 0), guest.symbols.fill!(100_000, 0)],
    gives: tooLarge(100_000 * 112 + 100_000 * 128, SIXTEENFOLD),
  },
]);

for (const calls of [1, 120]) {
  for (const count of [1, 2]) {
    Deno.test(`host function: ${count} texts are bounded together, in call ${calls}`, async () => {
      const taken: unknown[][] = [];
      const parameters = count === 1
        ? ["u32", "u32", "string"] as const
        : ["string", "string"] as const;
      const take = hostFunction({ parameters, result: "void" }, (...values) => {
        taken.push(values);
      });
      const options = { convention, imports: { env: { take } } };
      const ask = async (results: number) => {
        using guest = await load(assemble(OVERLAP), { ...options, limits: { results } });
        const give = guest.exports.give as () => void;
        for (let call = 1; call < calls; call++) await outcome(give);
        taken.length = 0;
        const thrown = await outcome(give);
        return [taken.map((values) => values.map((value) => String(value).length)), thrown];
      };
      const needed = count * 1000;
      assertEquals(await ask(needed), [
        [count === 1 ? [7, 4, 1000] : [1000, 1000]],
        undefined,
      ]);
      const subject = count === 1
        ? 'argument 2 of import "env.take"'
        : 'argument 1 of import "env.take"';
      assertEquals(await ask(needed - 1), [[], tooLarge(needed, needed - 1, subject)]);
    });
  }
}

Deno.test("host function: its blocks are freed, even after an argument that is too large", async () => {
  const owned = { type: "string", freedBy: "host" } as const;
  const take = hostFunction({ parameters: [owned, owned], result: "void" }, () => {});
  using guest = await load(assemble(OVERLAP), {
    convention,
    imports: { env: { take } },
    limits: { results: 999 },
  });
  const { give, live } = guest.exports as Record<string, () => number>;
  for (let call = 1; call <= 120; call++) {
    assertThrows(() => give!(), GuestError, "argument 0");
    // The guest only counts its blocks.
    assertEquals(live!(), -2 * call);
  }
  assertEquals(guest.state, "ready");
});

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
    options: {
      convention,
      imports,
      symbols: {
        same: {
          parameters: ["u32"],
          result: "u32",
          status: {
            value: "result",
            fails: "nonzero",
            message: { pointer: 1_114_112, length: "result", freedBy: "guest" },
          },
        },
      },
      limits: { results: 1000 },
    },
    ask: (guest) => guest.symbols.same!(1001),
    gives: tooLarge(1001, 1000, 'the result of "same"'),
  },
  {
    name: "the details of a failure count beside its message",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: {
        same: {
          parameters: ["u32"],
          result: "u32",
          status: {
            value: "result",
            fails: "nonzero",
            message: { pointer: 1_114_112, length: "result", freedBy: "guest" },
            details: { more: { ...single, length: "result" } },
          },
        },
      },
      limits: { results: 1000 },
    },
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
  {
    name: "items in a memory of 64 bits are bounded and freed",
    guest: "c/lists_64",
    options: {
      limits: { results: 1000 },
      symbols: {
        split: { ...split, result: listOf("c/lists_64", ownedText) },
        live,
      },
    },
    ask(guest) {
      assertEquals(guest.symbols.split!(",,,,,,"), Array.from({ length: 7 }, () => ""));
      assertThrows(() => guest.symbols.split!(",,,,,,,"), GuestError, "at least 1024 bytes");
      return guest.symbols.live!();
    },
    gives: 0,
  },
  {
    name: "an asynchronous symbol is bounded in every call",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: { fill: { parameters: ["u32", "u32"], result: entries, async: true } },
      limits: { results: 2 * 32 + 6 },
    },
    async ask(guest) {
      for (let call = 0; call < 3; call++) {
        assertEquals(await guest.symbols.fill!(2, 3), ["aaa", "aaa"]);
      }
      return await guest.symbols.fill!(2, 4);
    },
    gives: tooLarge(2 * 32 + 4 + 4, 2 * 32 + 6),
  },
  {
    name: "a list after an invalid field ends, for any count",
    guest: OVERLAP,
    options: fill({
      type: "record",
      fields: {
        nothing: { type: "string", pointer: "result", length: 1 },
        items: { ...entries, pointer: 16, count: 0xffffffff, stride: 0, item: owned },
        numbers: { ...entries, count: 0xffffffff, stride: 0, item: { type: "u8", value: 1 } },
      },
    }),
    ask: (guest) => guest.symbols.fill!(0, 0),
    gives: new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot lift the result of "fill": the guest gave a null pointer, expected text',
    ),
  },
  {
    name: "a list after an invalid field is not read if none of it is freed",
    guest: OVERLAP,
    options: {
      convention,
      imports,
      symbols: {
        begin: {
          parameters: ["u32"],
          result: {
            type: "record",
            fields: { nothing: { type: "string", pointer: 0, length: 70_000_000 }, items: endless },
          },
        },
        rest: { name: "same", parameters: ["u32"], result: endless },
      },
    },
    ask(guest) {
      assertThrows(() => guest.symbols.begin!(5), RangeError);
      return lengthOf(guest.symbols.rest!(0));
    },
    gives: 5,
  },
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
