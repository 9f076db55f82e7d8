// Lists whose items have something to free or are found one by one, in both forms of a call.
import { assertEquals } from "@std/assert";
import { allocator, load, type Result } from "../../../mod.ts";
import { refuseRunSteps, testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { outcome } from "../_parity.ts";

refuseRunSteps();

const FREED = 8192;

/**
 * Returns the contents at 64, or the addresses there one after another, and logs the address of
 * each block that is freed.
 */
const GUEST = assemble(`(module (memory (export "memory") 1)
  (global $end (export "end") (mut i32) (i32.const ${FREED}))
  (func (export "malloc") (param i32) (result i32) unreachable)
  (func (export "free") (param $block i32)
    (i32.store (global.get $end) (local.get $block))
    (global.set $end (i32.add (global.get $end) (i32.const 4))))
  (global $at (mut i32) (i32.const 0))
  (func (export "find") (result i32) (global.set $at (i32.const 60)) (i32.const 64))
  (func (export "next") (result i32)
    (global.set $at (i32.add (global.get $at) (i32.const 4)))
    (i32.load (global.get $at)))
  (data (i32.const 128) "a")
  (data (i32.const 136) "bc")
  (data (i32.const 144) "\\ff"))`);

const text = {
  type: "string",
  pointer: { load: "u32", at: "result" },
  length: { load: "u32", at: "result", offset: 4 },
} as const;
const texts = { type: "list", pointer: "result", count: 2, stride: 8, item: text } as const;
const lists = {
  ...texts,
  item: { ...texts, pointer: text.pointer, count: text.length },
} as const;
const beside = {
  type: "record",
  fields: {
    name: text,
    list: {
      ...texts,
      pointer: { load: "u32", at: "result", offset: 8 },
      count: { load: "u32", at: "result", offset: 12 },
    },
  },
} as const;

const drawn = { type: "list", next: { export: "next" }, item: text } as const;

const refused = (code: string, message: string, name = "GuestError") => ({ name, message, code });
const NOT_UTF8 = refused(
  "invalid-text",
  "Cannot decode 1 bytes at pointer 0x90 as UTF-8: byte 0xff at offset 0, expected valid UTF-8",
);

/** The words at 64, the outcome, and the blocks that are freed, in their order. */
const ROWS: readonly (readonly [
  name: string,
  result: Result,
  words: readonly number[],
  outcome: unknown,
  freed: readonly number[],
])[] = [
  ["each item is freed, and then the list", texts, [128, 1, 136, 2], ["a", "bc"], [128, 136, 64]],
  ["a text that is in a list twice is freed once", texts, [128, 1, 128, 1], ["a", "a"], [128, 64]],
  [
    "the items before and after one that is not text are freed",
    texts,
    [144, 1, 136, 2],
    NOT_UTF8,
    [144, 136, 64],
  ],
  [
    "an item that is not there has no block",
    texts,
    [128, 1, 0, 0],
    refused(
      "null-pointer",
      'Cannot lift an item of the result of "find": the guest gave a null pointer, expected text',
    ),
    [128, 64],
  ],
  [
    "an item outside memory has no block",
    texts,
    [65535, 2, 136, 2],
    refused(
      "memory-range",
      "Cannot read 2 bytes at pointer 0xffff: memory is 65536 bytes",
      "MemoryRangeError",
    ),
    [136, 64],
  ],
  [
    "lists in a list are freed after their items",
    lists,
    [80, 1, 88, 1, 128, 1, 136, 2],
    [["a"], ["bc"]],
    [128, 80, 136, 88, 64],
  ],
  [
    "the items of a list in a record are freed first",
    beside,
    [128, 1, 80, 1, 136, 2],
    { name: "a", list: ["bc"] },
    [136, 128, 80],
  ],
  [
    "a list is freed with its items if another text is invalid",
    beside,
    [144, 1, 80, 1, 136, 2],
    NOT_UTF8,
    [136, 144, 80],
  ],
  [
    "items that are found one by one are freed one by one",
    drawn,
    [80, 88, 0, 0, 128, 1, 136, 2],
    ["a", "bc"],
    [128, 136],
  ],
  [
    "the same item is freed each time that it is found",
    drawn,
    [80, 80, 0, 0, 128, 1],
    ["a", "a"],
    [128, 128],
  ],
  [
    "the items that are found after one that is not text are freed",
    drawn,
    [80, 88, 80, 0, 128, 1, 144, 1],
    NOT_UTF8,
    [128, 144, 128],
  ],
  [
    "more items than there may be are refused",
    { ...drawn, most: 1 },
    [80, 88, 0, 0, 128, 1, 136, 2],
    refused(
      "overrun",
      'Cannot lift the result of "find": the guest has more than 1 items, expected an end',
    ),
    [128],
  ],
];

for (const [name, result, words, expected, freed] of ROWS) {
  testTiers(name, async () => {
    using guest = await load(GUEST, {
      convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
      symbols: { find: { parameters: [], result } },
    });
    const { memory, exports, symbols } = guest;
    // A failed call leaves nothing behind.
    for (const found of [words, words]) {
      const end = exports.end as WebAssembly.Global;
      end.value = FREED;
      found.forEach((word, index) => memory.write("u32", 64 + 4 * index, word));
      assertEquals(outcome(() => symbols.find()), expected);
      const { length } = freed;
      assertEquals(
        Array.from({ length }, (_, index) => memory.read("u32", FREED + 4 * index)),
        freed,
      );
      assertEquals(end.value, FREED + 4 * length);
    }
  });
}
