import {
  type BlockCall,
  canonicalAbi,
  cString,
  hostFunction,
  type LoadOptions,
} from "../../mod.ts";
import { BOTH } from "./_both_forms.ts";
import { counting, messageOf, noted } from "./_counting.ts";
import { type Row, testRows } from "./_rows.ts";

/** The text at two words from an address: the result, or the item, points at them. */
const textAt = <Offset extends number>(offset: Offset) =>
  ({
    type: "string",
    pointer: { load: "u32", at: "result", offset },
    length: { load: "u32", at: "result", offset: offset + 4 },
  }) as const;

const TWO_TEXTS = { type: "record", fields: { a: textAt(0), b: textAt(8) } } as const;

/** `(pointer, length)` of two lists: "ab" and "cd", then "ef" and "ab" again. */
const TABLE = `
  (data (i32.const 1024) "abcdef")
  (data (i32.const 16) "\\20\\00\\00\\00\\02\\00\\00\\00")
  (data (i32.const 32)
    "\\00\\04\\00\\00\\02\\00\\00\\00\\02\\04\\00\\00\\02\\00\\00\\00"
    "\\04\\04\\00\\00\\02\\00\\00\\00\\00\\04\\00\\00\\02\\00\\00\\00")`;

const CANONICAL = counting(`${TABLE}
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (call $malloc (local.get 3)))
  (func (export "list") (result i32) (i32.const 16))
  (func (export "cabi_post_list") (param i32) (call $note (i32.const 3) (local.get 0)))
  (func (export "pair") (result i32) (i32.const 32))
  (func (export "cabi_post_pair") (param i32) (call $note (i32.const 3) (local.get 0)))
  (func (export "text") (param i32 i32) (result i32) (i32.const 40))
  (func (export "cabi_post_text") (param i32) (call $note (i32.const 3) (local.get 0)))`);

const LIST_OF_RECORDS = {
  type: "list",
  pointer: { word: 0, at: "result" },
  count: { word: 1, at: "result" },
  stride: 16,
  item: TWO_TEXTS,
} as const;

const canonical: Row[] = [
  {
    name: "a list of records that a component's guest frees as a whole is freed once",
    guest: CANONICAL,
    options: {
      convention: canonicalAbi(),
      symbols: { list: { parameters: [], result: LIST_OF_RECORDS } },
    },
    ask: (guest) => [guest.symbols.list!(), noted(guest)],
    gives: [[{ a: "ab", b: "cd" }, { a: "ef", b: "ab" }], [["post", 16]]],
  },
  {
    name: "a record that a component's guest frees as a whole is freed once",
    guest: CANONICAL,
    options: {
      convention: canonicalAbi(),
      symbols: {
        pair: {
          parameters: [],
          result: { type: "record", fields: { both: TWO_TEXTS, first: textAt(0) } },
        },
      },
    },
    ask: (guest) => [guest.symbols.pair!(), noted(guest)],
    gives: [{ both: { a: "ab", b: "cd" }, first: "ab" }, [["post", 32]]],
  },
  {
    name: "a text that a component's guest frees as a whole is freed once",
    guest: CANONICAL,
    ask: (guest) => [guest.passString("", "text"), noted(guest)],
    gives: ["cd", [["post", 40]]],
    warmUp: 120,
  },
  {
    name: "a list that cannot be lifted is still freed, once",
    guest: CANONICAL.replace('"abcdef"', '"ab\\ff\\ffef"'),
    options: {
      convention: canonicalAbi(),
      symbols: { list: { parameters: [], result: LIST_OF_RECORDS } },
    },
    ask: (guest) => [messageOf(() => guest.symbols.list!()), noted(guest)],
    gives: [
      "Cannot decode 2 bytes at pointer 0x402 as UTF-8: byte 0xff at offset 0, expected valid UTF-8",
      [["post", 16]],
    ],
  },
];

const cStrings = counting(`
  (data (i32.const 16) "\\00\\04\\00\\00\\00\\04\\00\\00\\04\\04\\00\\00\\00\\04\\00\\00\\00\\00\\00\\00")
  (data (i32.const 1024) "abc\\00def\\00")
  (func (export "both") (result i32) (i32.const 20))
  (func (export "fails") (param i32) (result i32) (i32.const 16))
  (func (export "fine") (param i32) (result i32) (i32.const 20))`);

const byResult = { call: { export: "free_result", pass: ["result"] } } as const;
const byPointer = { call: { export: "free_result", pass: ["pointer"] } } as const;

const cStringAt = (word: number, freedBy: typeof byResult | typeof byPointer) =>
  ({ type: "string", pointer: { word, at: "result" }, freedBy }) as const;

const both = (freedBy: typeof byResult | typeof byPointer): LoadOptions => ({
  convention: cString({ allocate: "malloc", free: "free" }),
  symbols: {
    both: {
      parameters: [],
      result: {
        type: "record",
        fields: { a: cStringAt(0, freedBy), b: cStringAt(1, freedBy), c: cStringAt(2, freedBy) },
      },
    },
  },
});

const records: Row[] = [
  {
    name: "a record whose texts are freed with it is freed once",
    guest: cStrings,
    options: both(byResult),
    ask: (guest) => [guest.symbols.both!(), noted(guest)],
    gives: [{ a: "abc", b: "def", c: "abc" }, [["free_result", 20]]],
  },
  {
    name: "each text of a record is freed, and one that occurs twice is freed once",
    guest: cStrings,
    options: both(byPointer),
    ask: (guest) => [guest.symbols.both!(), noted(guest)],
    gives: [{ a: "abc", b: "def", c: "abc" }, [["free_result", 1024], ["free_result", 1028]]],
  },
  ...(["fails", "fine"] as const).map((name): Row => ({
    name: `a result that holds its own error text is freed once if the call ${
      name === "fine" ? "succeeds" : name
    }`,
    guest: cStrings,
    options: {
      convention: cString({ allocate: "malloc", free: "free" }),
      symbols: {
        [name]: {
          parameters: ["string"],
          result: { type: "string", pointer: { word: 0, at: "result" }, freedBy: byResult },
          status: {
            value: { difference: ["result", 20] },
            fails: "nonzero",
            message: { pointer: { word: 0, at: "result" }, length: "nul", freedBy: byResult },
          },
        },
      },
    },
    ask(guest) {
      const given = messageOf(() => guest.symbols[name]!("x"));
      return [given, noted(guest).slice(1).map(([name]) => name)];
    },
    gives: name === "fine"
      ? ["abc", ["free_result", "free"]]
      : ['Cannot complete "fails": abc (the guest returned -4)', ["free_result", "free"]],
    warmUp: 120,
  })),
];

const lists = counting(`${TABLE}
  (global $left (mut i32) (i32.const 0))
  (func (export "list") (result i32) (i32.const 16))
  (func (export "begin") (global.set $left (i32.const 3)))
  (func (export "next") (result i32)
    (if (i32.eqz (global.get $left)) (then (return (i32.const 0))))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (i32.const 40))`);

const listRows: Row[] = [
  {
    name: "the texts of a list are freed when all are read, and one that occurs twice once",
    guest: lists,
    options: {
      symbols: {
        list: {
          parameters: [],
          result: {
            type: "list",
            pointer: 32,
            count: 4,
            stride: 8,
            item: {
              ...textAt(0),
              freedBy: { call: { export: "free", pass: ["pointer"] } },
            },
            freedBy: { call: { export: "free_result", pass: ["result"] } },
          },
        },
      },
    },
    ask: (guest) => [guest.symbols.list!(), noted(guest)],
    gives: [["ab", "cd", "ef", "ab"], [
      ["free", 1024],
      ["free", 1026],
      ["free", 1028],
      ["free_result", 16],
    ]],
  },
  {
    name: "items of a cursor are freed each time, even at the same address again",
    guest: lists,
    options: {
      symbols: {
        list: {
          name: "begin",
          parameters: [],
          result: {
            type: "list",
            next: { export: "next" },
            item: { ...textAt(0), freedBy: { call: { export: "free", pass: ["pointer"] } } },
          },
        },
      },
    },
    ask: (guest) => [guest.symbols.list!(), noted(guest)],
    gives: [["cd", "cd", "cd"], [["free", 1026], ["free", 1026], ["free", 1026]]],
  },
  {
    name: "an argument of an import that equals another argument is freed once",
    guest: counting(`
      (import "env" "log" (func $log (param i32 i32 i32 i32)))
      (func (export "call")
        (call $log (i32.const 64) (i32.const 1) (i32.const 64) (i32.const 1))
        (call $log (i32.const 64) (i32.const 1) (i32.const 65) (i32.const 1)))`)
      .replace(/\(import .*\)\n/, "").replace(
        "(module",
        '(module (import "env" "log" (func $log (param i32 i32 i32 i32)))',
      ),
    options: {
      imports: {
        env: {
          log: hostFunction({
            parameters: [
              { type: "string", freedBy: { call: { export: "free", pass: ["pointer"] } } },
              { type: "string", freedBy: { call: { export: "free", pass: ["pointer"] } } },
            ],
            result: "void",
          }, () => {}),
        },
      },
      symbols: { call: { parameters: [], result: "void" } },
    },
    ask: (guest) => [guest.symbols.call!(), noted(guest)],
    gives: [undefined, [["free", 64], ["free", 64], ["free", 65]]],
    warmUp: 120,
  },
];

/** A vector of two numbers at 1024 for five, as capacity, address and length in a return area. */
const VECTOR = counting(`
  (global (export "__stack_pointer") (mut i32) (i32.const 0x8000))
  (data (i32.const 1024) "\\07\\00\\00\\00\\08\\00\\00\\00")
  (func (export "vec") (param i32)
    (i32.store (local.get 0) (i32.const 5))
    (i32.store offset=4 (local.get 0) (i32.const 1024))
    (i32.store offset=8 (local.get 0) (i32.const 2)))
  (func (export "vec_free") (param $pointer i32) (param $capacity i32)
    (call $note (i32.const 1) (local.get $pointer))
    (call $note (i32.const 4) (local.get $capacity)))
  (func (export "drop") (param $vec i32)
    (call $note (i32.const 3) (local.get $vec))
    (call $note (i32.const 1) (i32.load offset=4 (local.get $vec))))`);

const vectorFreedBy = (call: BlockCall): LoadOptions => ({
  symbols: {
    vec: {
      parameters: [],
      arguments: [{ area: 0 }],
      result: {
        type: "list",
        pointer: { word: 1 },
        count: { word: 2 },
        stride: 4,
        item: { type: "u32", value: { load: "u32", at: "result" } },
        freedBy: { call },
      },
    },
  },
});

const vectors: Row[] = BOTH.flatMap((warmUp) => [
  {
    name: `a list is freed by its capacity (after ${warmUp} calls)`,
    guest: VECTOR,
    options: vectorFreedBy({ export: "vec_free", pass: ["pointer", { word: 0 }] }),
    ask: (guest) => [guest.symbols.vec!(), noted(guest)],
    gives: [[7, 8], [["free", 1024], ["use", 5]]],
    warmUp,
  },
  {
    name: `a list is freed by the address of what the export wrote (after ${warmUp} calls)`,
    guest: VECTOR,
    options: vectorFreedBy({ export: "drop", pass: ["area"] }),
    ask: (guest) => [guest.symbols.vec!(), noted(guest)],
    gives: [[7, 8], [["post", 0x7ff0], ["free", 1024]]],
    warmUp,
  },
]);

testRows([...canonical, ...records, ...listRows, ...vectors]);
