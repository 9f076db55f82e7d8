import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load, type Value } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

const number = (value: Value) => ({ type: "i32", value }) as const;

/** The address of one half of an item, for a list in memory. */
const item = {
  type: "string",
  pointer: { word: 0, at: "result" },
  length: { word: 1, at: "result" },
  freedBy: "host",
} as const;

const slice = (to: Value) =>
  ({ type: "slice", of: 0, from: { export: "word_start" }, to }) as const;

const word = slice({ export: "word_end" });

const latin1 = [{ type: "string", encoding: "latin1" }] as const;
const words = { name: "words", parameters: latin1 } as const;

for (const guestName of ["c/lists", "c/lists_64"]) {
  const bytes = await guestBytes(guestName);
  const is64 = guestName.endsWith("64");

  Deno.test(`${guestName}: items in memory are lifted, and freed with their array`, async () => {
    using guest = await load(bytes, {
      symbols: {
        split: {
          parameters: ["string"],
          arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
          result: {
            type: "list",
            pointer: { word: 0 },
            count: { word: 1 },
            stride: is64 ? 16 : 8,
            item,
            freedBy: "host",
          },
        },
        live: { name: "live_allocations", parameters: [], result: is64 ? "u64" : "u32" },
      },
    });
    const { split, live } = guest.symbols;
    for (const text of ["", "a", "a,,grüß dich 🌍,", ",".repeat(1000)]) {
      const parts: string[] = split(text);
      assertEquals(parts, text === "" ? [] : text.split(","));
      assertEquals(Number(live()), 0);
    }
  });

  Deno.test(`${guestName}: an item that is not text fails, and all items are freed`, async () => {
    using guest = await load(bytes, {
      symbols: {
        split: {
          parameters: ["bytes"],
          arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
          result: {
            type: "record",
            fields: {
              items: {
                type: "list",
                pointer: { word: 0 },
                count: { word: 1 },
                stride: is64 ? 16 : 8,
                item: { type: "record", fields: { text: item } },
                freedBy: "host",
              },
            },
          },
        },
        live: { name: "live_allocations", parameters: [], result: is64 ? "u64" : "u32" },
      },
    });
    const { split, live } = guest.symbols;
    const broken = Uint8Array.from([0x61, 0x2c, 0xff, 0x2c, 0x62]);
    assertThrows(() => split(broken), GuestError, "UTF-8");
    assertEquals(Number(live()), 0);
    assertEquals(split(Uint8Array.of(0x61)), { items: [{ text: "a" }] });
    assertEquals(Number(live()), 0);
  });

  Deno.test(`${guestName}: a cursor returns items until there are no more, with lists within them`, async () => {
    using guest = await load(bytes, {
      symbols: {
        words: {
          ...words,
          result: {
            type: "list",
            next: { export: "next_word" },
            item: {
              type: "record",
              fields: {
                word,
                letters: {
                  type: "list",
                  call: "first_letter",
                  next: { export: "next_letter" },
                  item: number({ export: "letter" }),
                },
                index: number({ indexIn: 0, of: { export: "word_place" } }),
                fromE: { ...word, from: { export: "word_e" }, nullable: true },
              },
            },
          },
        },
      },
    });
    assertEquals(guest.symbols.words("  eine  ü e"), [
      { word: "eine", letters: [0x65, 0x69, 0x6e, 0x65], index: 2, fromE: "eine" },
      { word: "ü", letters: [0xfc], index: 8, fromE: null },
      { word: "e", letters: [0x65], index: 10, fromE: "e" },
    ]);
    assertEquals(guest.symbols.words("   "), []);
  });

  Deno.test(`${guestName}: a cursor returns the address of its item`, async () => {
    using guest = await load(bytes, {
      symbols: {
        split: {
          parameters: ["string"],
          arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
          result: {
            type: "list",
            next: { export: "next_item" },
            item: { type: "string", pointer: item.pointer, length: item.length },
          },
        },
      },
    });
    assertEquals(guest.symbols.split("a,bc,"), ["a", "bc", ""]);
  });
}

const BYTES = await guestBytes("c/lists");

Deno.test("a list without an end is refused", async () => {
  const result = { type: "list", next: { export: "always" }, item: number({ export: "letter" }) };
  using guest = await load(BYTES, {
    symbols: {
      words: { ...words, result: { ...result, type: "list", most: 3 } },
    },
  });
  const error = assertThrows(
    () => guest.symbols.words("a"),
    GuestError,
    'Cannot lift the result of "words": the guest has more than 3 items, expected an end',
  );
  assertEquals(error.code, "overrun");
});

Deno.test("a trap within a list poisons the guest", async () => {
  using guest = await load(BYTES, {
    symbols: {
      words: {
        ...words,
        result: {
          type: "list",
          next: { export: "next_word" },
          item: { type: "record", fields: { owned: { ...item, pointer: { export: "trap" } } } },
        },
      },
    },
  });
  assertThrows(() => guest.symbols.words("a b"), GuestError, "the guest trapped");
  assertEquals(guest.state, "poisoned");
});
