import { allocator, hostFunction, inPlace, type LoadOptions } from "../../mod.ts";
import { counting, messageOf, noted } from "./_counting.ts";
import { type Row, testRows } from "./_rows.ts";

/** An allocator as in Zig: an empty block is at the highest address. */
const zig = counting(`
  (func (export "alloc") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (call $malloc (local.get 0)))
      (else (i32.const 0xffffffff))))
  (func (export "dealloc") (param i32 i32)
    (if (local.get 1) (then (call $free (local.get 0)))
      (else (call $note (i32.const 2) (local.get 0)))))
  (func (export "packed") (param i32 i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
      (i64.extend_i32_u (local.get 1))))
  (func (export "place") (param i32 i32) (result i32) (local.get 1))
  (func (export "values") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))`);

const zigOptions = (
  result: "packedPointerHigh" | "inPlace" | "multiValue",
  encoding: "utf-8" | "utf-16",
) => ({
  convention: allocator({
    allocate: "alloc",
    free: "dealloc",
    result,
    encoding,
    resultsFreedBy: "host",
  }),
});

const nothing: Row[] = (["utf-8", "utf-16"] as const).flatMap((encoding) =>
  ([["packed", "packedPointerHigh"], ["place", "inPlace"], ["values", "multiValue"]] as const)
    .flatMap(([name, form]) =>
      [
        {
          name: `text is not passed at an impossible address, ${form} in ${encoding}`,
          guest: zig,
          options: zigOptions(form, encoding),
          ask: (guest) => [guest.passString("", name), noted(guest)],
          gives: ["", [["free_result", 0xffffffff]]],
        },
        {
          name: `bytes are not passed at an impossible address, ${form} in ${encoding}`,
          guest: zig,
          options: zigOptions(form, encoding),
          ask: (guest) => [guest.passBytes(new Uint8Array(), name), noted(guest)],
          gives: [new Uint8Array(), [["free_result", 0xffffffff]]],
        },
      ] satisfies Row[]
    )
);

const given = zig.replace("(module", '(module (import "env" "give" (func $give (result i64)))')
  .replace(
    '(func (export "packed")',
    '(func (export "take") (result i64) (call $give))\n  (func (export "packed")',
  );

const fromHost: Row[] = (["string", "bytes"] as const).map((type) => ({
  name: `a host function gives no ${type === "string" ? "text" : type} at an impossible address`,
  guest: given,
  options: {
    ...zigOptions("packedPointerHigh", "utf-8"),
    imports: {
      env: {
        give: hostFunction(
          { parameters: [], result: type },
          (() => type === "string" ? "" : new Uint8Array()) as () => never,
        ),
      },
    },
    symbols: { take: { parameters: [], result: "u64" } },
  },
  ask: (guest) => guest.symbols.take!(),
  gives: 0xffffffff_00000000n,
}));

/** The same with 64-bit addresses. */
const wide: Row = {
  name: "text is not passed at an impossible address of 64 bits",
  guest: `(module
    (memory (export "memory") i64 1)
    (func (export "alloc") (param i64) (result i64) (i64.const -1))
    (func (export "dealloc") (param i64 i64))
    (func (export "values") (param i64 i64) (result i64 i64)
      (local.get 0) (local.get 1)))`,
  options: {
    convention: allocator({ allocate: "alloc", free: "dealloc", resultsFreedBy: "host" }),
  },
  ask: (guest) => [guest.passString("", "values"), guest.passBytes(new Uint8Array(), "values")],
  gives: ["", new Uint8Array()],
};

/** Logs the requests to an allocator, and the freed blocks. */
const sizes = counting(`
  (func (export "alloc") (param i32 i32) (result i32)
    (call $note (i32.const 4) (local.get 0))
    (call $note (i32.const 4) (local.get 1))
    (call $take (local.get 1)))
  (func (export "dealloc") (param i32 i32 i32)
    (call $note (i32.const 4) (local.get 1))
    (call $note (i32.const 4) (local.get 2)))
  (func (export "length") (param i32) (result i32) (i32.const 0))`);

const sizeRows: Row[] = ([
  ["utf-8", true, 6, 6],
  ["utf-8", false, 5, 5],
  ["utf-16", true, 5, 10],
  ["utf-16", false, 4, 8],
  ["latin1", true, 5, 5],
] as const).map(([encoding, terminated, units, bytes]) => ({
  name: `an allocator gets the whole size, and the same when the block is freed: ${encoding}` +
    (terminated ? " and a NUL" : ""),
  guest: sizes,
  options: {
    convention: allocator({
      allocate: { export: "alloc", pass: ["codeUnits", "byteLength"] },
      free: { export: "dealloc", pass: ["pointer", "codeUnits", "byteLength"] },
      encoding,
      terminated,
      pass: ["pointer"],
      result: "inPlace",
    }),
  },
  ask: (guest) => [guest.passString("Bøbs", "length"), noted(guest).map(([, value]) => value)],
  gives: ["", [units, bytes, units, bytes]],
}));

/**
 * Exports that get the length of a text beside its address, after which a NUL is set all the same.
 */
const endedRows: Row[] = ([
  ["utf-8", 6, 6, "string"],
  ["utf-16", 5, 10, "string"],
  ["latin1", 5, 5, "string"],
  ["utf-8", 2, 2, "bytes"],
] as const).map(([encoding, units, bytes, type]) => ({
  name: `${type === "bytes" ? "no NUL" : "a NUL"} follows ${type} whose length is passed too, ` +
    `if terminated is set: ${encoding}`,
  guest: sizes.replace(
    '(export "length") (param i32)',
    '(export "length") (param i32 i32)',
  ),
  options: {
    convention: allocator({
      allocate: { export: "alloc", pass: ["codeUnits", "byteLength"] },
      free: { export: "dealloc", pass: ["pointer", "codeUnits", "byteLength"] },
      encoding,
      terminated: true,
    }),
    symbols: { length: { parameters: [type], result: "i32" } },
  },
  ask: (guest) => [
    guest.symbols.length!(type === "bytes" ? Uint8Array.of(1, 2) : "Bøbs"),
    noted(guest).map(([, value]) => value),
  ],
  gives: [0, [units, bytes, units, bytes]],
}));

const reserving = `(module
  (memory (export "memory") 1)
  (func $same (param i32 i32) (result i32) (local.get 1))
  (export "a" (func $same)) (export "b" (func $same)) (export "c" (func $same))
  (func (export "two") (param i32 i32 i32 i32) (result i32) (i32.sub (local.get 2) (local.get 0))))`;

const same = { parameters: ["string"], result: "string" } as const;

const reserved: Row[] = [
  {
    name: "pages are reserved once for all symbols, and once more after a reset",
    guest: reserving,
    options: {
      convention: inPlace({ pointer: "reserve", byteLength: 100_000 }),
      symbols: { a: same, b: same, c: same },
    },
    ask(guest) {
      const pages = () => guest.memory.size / 65536;
      const found = [guest.symbols.a!("x"), guest.symbols.b!("y"), guest.symbols.c!("z"), pages()];
      guest.passString("w", "a");
      guest.reset();
      return [...found, guest.passString("v", "b"), pages()];
    },
    gives: ["x", "y", "z", 3, "v", 3],
  },
  {
    name: "two texts of one call are reserved separately",
    guest: reserving,
    options: {
      convention: inPlace({ pointer: "reserve", byteLength: 32 }),
      symbols: { two: { parameters: ["string", "string"], result: "u32" }, a: same },
    },
    ask: (
      guest,
    ) => [guest.symbols.two!("x", "y"), guest.symbols.a!("z"), guest.memory.size / 65536],
    gives: [32, "z", 2],
  },
];

const overlapping = counting(`
  (func (export "alloc") (param i32) (result i32) (i32.const 0x400))
  (func (export "near") (param $size i32) (result i32)
    (i32.sub (call $take (local.get $size)) (i32.const 15)))
  (func (export "join") (param i32 i32 i32 i32) (result i32) (local.get 3))
  (func (export "list") (param i32 i32) (result i32) (local.get 1))`);

/** The same with a list of texts, each in a block of its own. */
const listing = (allocate: string): LoadOptions => ({
  convention: allocator({ allocate, argumentsFreedBy: "guest" }),
  symbols: {
    list: {
      parameters: [{ type: "strings", layout: "pairs", pass: ["pointer", "count"] }],
      result: "u32",
    },
  },
});

const joining = (allocate: string): LoadOptions => ({
  convention: allocator({ allocate, free: "free" }),
  symbols: { join: { parameters: ["string", "string"], result: "u32" } },
});

const overlaps: Row[] = [
  {
    name: "an allocator that returns one block twice is refused, and the block is freed once",
    guest: overlapping,
    options: joining("alloc"),
    ask: (guest) => [messageOf(() => guest.symbols.join!("abc", "de")), noted(guest)],
    gives: [
      'Cannot allocate 2 bytes for "join": "alloc" returned 0x400, where the call still uses the ' +
      "block at 0x400, expected one of its own",
      [["free", 1024]],
    ],
  },
  {
    name: "an allocator that returns one block for two texts of a list is refused",
    guest: overlapping,
    options: listing("alloc"),
    ask: (guest) => messageOf(() => guest.symbols.list!(["abc", "de"])),
    gives:
      'Cannot allocate 2 bytes for "list": "alloc" returned 0x400, where the call still uses the ' +
      "block at 0x400, expected one of its own",
  },
  {
    name: "an allocator that returns the block of a text for the list is refused",
    guest: overlapping,
    options: listing("alloc"),
    ask: (guest) => messageOf(() => guest.symbols.list!(["abc"])),
    gives:
      'Cannot allocate 8 bytes for "list": "alloc" returned 0x400, where the call still uses the ' +
      "block at 0x400, expected one of its own",
  },
  {
    name: "texts of a list that have blocks of their own, or no bytes, are passed",
    guest: overlapping,
    options: listing("malloc"),
    ask: (guest) => guest.symbols.list!(["abc", "", "de", ""]),
    gives: 4,
  },
  {
    name: "blocks of no bytes share an address with any other",
    guest: overlapping,
    options: joining("alloc"),
    ask: (guest) => [guest.symbols.join!("abc", ""), guest.symbols.join!("", "de")],
    gives: [0, 2],
  },
];

const all = [...nothing, ...fromHost, wide, ...sizeRows, ...endedRows, ...reserved, ...overlaps];

testRows(all);
// The same in the compiled form.
testRows(all.map((row) => ({ ...row, name: `${row.name}, after many calls`, warmUp: 120 })));
