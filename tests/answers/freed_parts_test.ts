// Records and structs whose texts are freed one by one, in both tiers.
import { assertEquals } from "@std/assert";
import { allocator, load, type SymbolDeclaration } from "../../mod.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

// The struct is at 64: two texts, each a pointer and a length, and a number. The host chooses the
// texts: "abcdef" is at 1024, and bytes that are not valid UTF-8 are at 2048.
const BYTES = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (global $count (mut i32) (i32.const 0))
  (data (i32.const 1024) "abcdef")
  (data (i32.const 2048) "\\ff\\fe")
  (func (export "malloc") (param i32) (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 64)))
    (global.get $next))
  (func $note (param i32)
    (if (i32.eq (local.get 0) (i32.const 999)) (then unreachable))
    (i32.store (i32.add (i32.const 512) (i32.mul (global.get $count) (i32.const 4))) (local.get 0))
    (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "free") (param i32) (call $note (local.get 0)))
  (func (export "free_sized") (param i32 i32)
    (call $note (i32.add (local.get 0) (local.get 1))))
  (func (export "freed") (result i32) (global.get $count))
  (func (export "call") (param $a i32) (param $an i32) (param $b i32) (param $bn i32) (result i32)
    (i32.store (i32.const 64) (local.get $a)) (i32.store (i32.const 68) (local.get $an))
    (i32.store (i32.const 72) (local.get $b)) (i32.store (i32.const 76) (local.get $bn))
    (i32.store (i32.const 80) (i32.const 7))
    (i32.const 64))
  (func (export "same") (param $a i32) (param $an i32) (result i32)
    (i32.store (i32.const 64) (local.get $a)) (i32.store (i32.const 68) (local.get $an))
    (i32.store (i32.const 72) (i32.const 1024)) (i32.store (i32.const 76) (i32.const 2))
    (i32.store (i32.const 80) (i32.const 7))
    (i32.const 64)))`);

const convention = allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh" });

const record = (call: unknown = "free", nullable = false, type = "string") => ({
  type: "record",
  fields: {
    first: {
      type,
      pointer: { word: 0, at: "result" },
      length: { word: 1, at: "result" },
      freedBy: { call },
      nullable,
    },
    inner: {
      type: "record",
      fields: {
        second: {
          type,
          pointer: { word: 2, at: "result" },
          length: { word: 3, at: "result" },
          freedBy: { call },
          nullable,
        },
      },
    },
    number: { type: "i32", value: { load: "i32", at: "result", offset: 16 } },
  },
});

// The two texts as a text and a variant: a tag, and a pointer to a struct or to text.
const someCode = { type: "struct", fields: { code: "u8" }, pointed: true };
const struct = {
  type: "struct",
  fields: {
    first: { type: "string", length: "pair" },
    what: {
      type: "variant",
      tag: "u32",
      cases: { some: { is: 1, value: someCode }, named: { is: 2, value: "string" } },
    },
  },
  freedBy: { calls: ["free"] },
};
const chain = {
  type: "struct",
  fields: {
    some: {
      type: "struct",
      fields: { next: { ...someCode, nullable: true } },
      pointed: true,
    },
    name: { type: "string", length: "pair" },
  },
  freedBy: { calls: ["free"] },
};
const numbers = (result: unknown) =>
  ({ name: "call", parameters: ["u32", "u32", "u32", "u32"], result }) as SymbolDeclaration;

const found = (first: unknown, second: unknown) => ({ first, inner: { second }, number: 7 });
const SIZED = { export: "free_sized", pass: ["pointer", "byteLength"] };

const ROWS: readonly (readonly [
  name: string,
  symbol: SymbolDeclaration,
  args: readonly unknown[],
  expected: unknown,
  freed: readonly number[],
  state?: string,
])[] = [
  ["two texts", numbers(record()), [1024, 3, 1027, 2], found("abc", "de"), [1024, 1027]],
  ["one block, which is freed once", numbers(record()), [1024, 3, 1024, 2], found("abc", "ab"), [
    1024,
  ]],
  ["one address, and two sizes", numbers(record(SIZED)), [1024, 3, 1024, 2], found("abc", "ab"), [
    1027,
    1026,
  ]],
  ["one block and one size", numbers(record(SIZED)), [1024, 2, 1024, 2], found("ab", "ab"), [1026]],
  ["empty texts", numbers(record()), [1024, 0, 1025, 0], found("", ""), [1024, 1025]],
  [
    "bytes",
    numbers(record("free", false, "bytes")),
    [1024, 1, 1025, 2],
    found(Uint8Array.of(97), Uint8Array.of(98, 99)),
    [1024, 1025],
  ],
  [
    "no text where there may be none",
    numbers(record("free", true)),
    [0, 0, 1024, 1],
    found(null, "a"),
    [1024],
  ],
  [
    "a null pointer",
    numbers(record()),
    [1024, 1, 0, 0],
    'GuestError: Cannot lift field "second" of field "inner" of the result of "call": the guest ' +
    "gave a null pointer, expected text",
    [1024],
  ],
  [
    "text that is no UTF-8, before another",
    numbers(record()),
    [2048, 2, 1024, 1],
    "GuestError: not UTF-8",
    [2048, 1024],
  ],
  [
    "text that is no UTF-8, after another",
    numbers(record()),
    [1024, 1, 2048, 2],
    "GuestError: not UTF-8",
    [1024, 2048],
  ],
  [
    "a text beyond memory",
    numbers(record()),
    [1024, 1, 65535, 2],
    "MemoryRangeError: Cannot read 2 bytes at pointer 0xffff: memory is 65536 bytes",
    [1024],
  ],
  [
    "a text beyond memory, before another",
    numbers(record()),
    [65535, 2, 1024, 1],
    "MemoryRangeError: Cannot read 2 bytes at pointer 0xffff: memory is 65536 bytes",
    [1024],
  ],
  [
    "a freeing export that traps",
    numbers(record()),
    [1024, 1, 999, 1],
    'GuestError: Cannot free a block of "call": the guest trapped in "free": unreachable; ' +
    'what the call returned is in "result" of this error, expected ' +
    'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
    [1024],
    "poisoned",
  ],
  [
    "the block of an argument, which is freed once",
    {
      name: "same",
      parameters: [{ type: "string", freedBy: "host" }],
      result: record(),
    } as SymbolDeclaration,
    ["xyz"],
    found("xyz", "ab"),
    [4160, 1024],
  ],
  [
    "a struct that a variant of another points to",
    numbers(struct),
    [1024, 3, 1, 1027],
    { first: "abc", what: { tag: "some", value: { code: 100 } } },
    [1024],
  ],
  [
    "no struct, where it would have a variant with a text",
    numbers({ ...struct, pointer: { load: "u32", at: 64 }, nullable: true }),
    [0, 0, 0, 0],
    null,
    [],
  ],
  [
    "no struct, where there has to be one",
    numbers({ ...struct, pointer: { load: "u32", at: 64 } }),
    [0, 0, 0, 0],
    'GuestError: Cannot lift the result of "call": the guest gave a null pointer, expected a ' +
    'struct with "first" and "what", or nullable: true',
    [],
  ],
  [
    "a struct beyond memory that would point to another, before a text",
    numbers(chain),
    [0xffff0, 1024, 3, 0],
    "MemoryRangeError: Cannot read 4 bytes at pointer 0xffff0: memory is 65536 bytes",
    [1024],
  ],
  [
    "no struct in a variant, where there has to be one",
    numbers(struct),
    [1024, 3, 1, 0],
    'GuestError: Cannot lift field "what" of the result of "call": the guest gave a null ' +
    'pointer, expected a struct with "code", or nullable: true',
    [1024],
  ],
  [
    "a list in a variant",
    numbers({
      type: "variant",
      tag: "u32",
      cases: { listed: { is: 1, value: { type: "list", item: "u8", length: "pair" } } },
      freedBy: { calls: ["free"] },
    }),
    [1, 1024, 3, 0],
    { tag: "listed", value: [97, 98, 99] },
    [1024],
  ],
];

/** Returns the result of a call, or its error without the part that the codec adds. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message } = error as Error;
    return /UTF-8/.test(message) ? `${name}: not UTF-8` : `${name}: ${message}`;
  }
}

for (const [name, symbol, args, expected, freed, state = "ready"] of ROWS) {
  testTiers(`a record whose texts are freed: ${name}`, async () => {
    using guest = await load(BYTES, { convention, symbols: { call: symbol } });
    const call = guest.symbols.call as (...args: unknown[]) => unknown;
    assertEquals(outcome(() => call(...args)), expected);
    const count = state === "ready" ? (guest.exports.freed as () => number)() : freed.length;
    const blocks = Array.from(
      { length: count },
      (_, index) => guest.memory.read("u32", 512 + 4 * index),
    );
    assertEquals([blocks, guest.state], [freed, state]);
  });
}
