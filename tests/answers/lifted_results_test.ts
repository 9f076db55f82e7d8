// The size of the lists that a call lifts is bounded, including all their items.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { listOf, live, ownedText, split } from "../_list_guests.ts";
import { testRows, Thrown } from "./_rows.ts";
import {
  bytes,
  convention,
  endless,
  entries,
  fill,
  imports,
  lengthOf,
  MEBIBYTE,
  OVERLAP,
  owned,
  SIXTEENFOLD,
  tooLarge,
} from "./_overlap.ts";

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

testRows([
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
      'Cannot lift field "nothing" of the result of "fill": the guest gave a null pointer, expected text',
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
]);
