import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load, type Value } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import {
  itemText,
  LIST_GUESTS,
  listOf,
  listOfWords,
  live,
  ownedText,
  split,
  word,
  words,
} from "../_list_guests.ts";

const number = (value: Value) => ({ type: "i32", value }) as const;

for (const guestName of LIST_GUESTS) {
  const bytes = await guestBytes(guestName);

  Deno.test(`${guestName}: items in memory are lifted, and freed with their array`, async () => {
    const result = listOf(guestName, ownedText);
    using guest = await load(bytes, { symbols: { split: { ...split, result }, live } });
    for (const text of ["", "a", "a,,grüß dich 🌍,", ",".repeat(1000)]) {
      const parts: string[] = guest.symbols.split(text);
      assertEquals(parts, text === "" ? [] : text.split(","));
      assertEquals(guest.symbols.live(), 0);
    }
  });

  Deno.test(`${guestName}: an item that is not text fails, and all items are freed`, async () => {
    const items = listOf(guestName, { type: "record", fields: { text: ownedText } });
    const result = { type: "record", fields: { items } } as const;
    using guest = await load(bytes, {
      symbols: { split: { ...split, parameters: ["bytes"], result }, live },
    });
    const broken = Uint8Array.from([0x61, 0x2c, 0xff, 0x2c, 0x62]);
    assertThrows(() => guest.symbols.split(broken), GuestError, "UTF-8");
    assertEquals(guest.symbols.live(), 0);
    assertEquals(guest.symbols.split(Uint8Array.of(0x61)), { items: [{ text: "a" }] });
    assertEquals(guest.symbols.live(), 0);
  });

  Deno.test(`${guestName}: a cursor returns items until there are no more, with lists within them`, async () => {
    using guest = await load(bytes, {
      symbols: {
        words: listOfWords({
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
        }),
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
    const result = { type: "list", next: { export: "next_item" }, item: itemText } as const;
    using guest = await load(bytes, { symbols: { split: { ...split, result } } });
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
  const owned = { ...ownedText, pointer: { export: "trap" } } as const;
  using guest = await load(BYTES, {
    symbols: { words: listOfWords({ type: "record", fields: { owned } }) },
  });
  assertThrows(() => guest.symbols.words("a b"), GuestError, "the guest trapped");
  assertEquals(guest.state, "poisoned");
});
