import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import {
  LIST_GUESTS,
  listOf,
  live,
  ownedText,
  sliceTo,
  split,
  word,
  words,
} from "../_list_guests.ts";

for (const guestName of LIST_GUESTS) {
  const bytes = await guestBytes(guestName);

  Deno.test(`${guestName}: owned blocks are freed at every depth of records and lists`, async () => {
    const copy = (word: number) =>
      ({ ...ownedText, pointer: { word }, length: { word: word + 1 } }) as const;
    const both = {
      type: "record",
      fields: { copy: copy(2), items: listOf(guestName, ownedText) },
    } as const;
    const result = { type: "record", fields: { both, again: copy(4) } } as const;
    using guest = await load(bytes, {
      symbols: { split: { ...split, name: "split_and_copy", result }, live },
    });
    assertEquals(guest.symbols.split("a,b"), {
      both: { copy: "a,b", items: ["a", "b"] },
      again: "a,b",
    });
    assertEquals(guest.symbols.live(), 0);
  });
}

const BYTES = await guestBytes("c/lists");

Deno.test("a slice that is not within the text is refused", async () => {
  using guest = await load(BYTES, {
    symbols: {
      after: { ...words, result: sliceTo({ export: "word_after" }) },
      before: { ...words, result: { ...word, from: -1 } },
      backwards: { ...words, result: { ...word, from: 1, to: 0 } },
      all: { ...words, result: { ...word, to: { byteLengthOf: 0 } } },
    },
  });
  const { after, before, backwards, all } = guest.symbols;
  const refusal = (range: string) =>
    `Cannot lift the result of "words": it is from ${range} of a text of 3 code units`;
  assertThrows(() => after("a b"), GuestError, refusal("0 to 4"));
  assertThrows(() => before("a b"), GuestError, refusal("-1 to 0"));
  assertThrows(() => backwards("a b"), GuestError, refusal("1 to 0"));
  assertEquals(all("a b"), "a b");
});

Deno.test("slices count the code units of strings", async () => {
  const error = await load(BYTES, {
    symbols: {
      utf8: { name: "words", parameters: ["string"], result: word },
      bytes: { name: "words", parameters: ["bytes"], result: word },
    },
  }).then(() => undefined, (error) => error);
  assertEquals(
    error?.message,
    "Cannot bind the declared symbols:\n" +
      'symbol "utf8": Cannot take slices of argument 0 of "words": it is text in utf-8, expected ' +
      "text in utf-16 or latin1\n" +
      'symbol "bytes": Cannot take slices of argument 0 of "words": it is no text in memory, ' +
      "expected text in utf-16 or latin1",
  );
});

Deno.test("a field of unknown place is refused", async () => {
  const error = await load(BYTES, {
    symbols: {
      words: { ...words, result: { type: "record", fields: { text: { type: "string" } } } },
    },
  }).then(() => undefined, (error) => error);
  assertEquals(
    error?.message,
    'Cannot bind the declared symbols:\nsymbol "words": Cannot lift a field of type "string": ' +
      'its place is not declared, expected "pointer" and "length", or "form"',
  );
});
