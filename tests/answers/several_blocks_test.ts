// Results in more than one block: each block is freed once, however the call ends.
import { allocator, type SymbolDeclaration } from "../../mod.ts";
import { counting, messageOf, noted } from "./_counting.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

/** Frees a text by its address, and a struct by the export's result. */
const BOTH = { calls: ["free", { export: "free_result", pass: ["result"] }] } as const;

const OPTIONS = {
  allocate: "malloc",
  free: "free",
  result: "pointedTo",
  resultsFreedBy: BOTH,
} as const;
const convention = allocator(OPTIONS);

const word = (offset: number) => ({ load: "u32", at: "result", offset }) as const;
const text = { type: "string", pointer: word(0), length: word(4) } as const;

/** `pair` returns a struct with a copy of a text; each of the others makes one part of it wrong. */
const guest = counting(`
  (global $left (mut i32) (i32.const 0))
  (func $pair (export "pair") (param i32 i32) (result i32) (local $copy i32) (local $struct i32)
    (local.set $copy (call $text (local.get 0) (local.get 1)))
    (local.set $struct (call $take (i32.const 24)))
    (i32.store (local.get $struct) (local.get $copy))
    (i32.store offset=4 (local.get $struct) (local.get 1))
    (i32.store offset=16 (local.get $struct) (i32.const 7))
    (local.get $struct))
  (func (export "far") (param i32 i32) (result i32) (local $struct i32)
    (local.set $struct (call $pair (local.get 0) (local.get 1)))
    (i32.store (local.get $struct) (i32.const 0x7fffffff))
    (local.get $struct))
  (func (export "missing") (param i32 i32) (result i32) (local $struct i32)
    (local.set $struct (call $pair (local.get 0) (local.get 1)))
    (i32.store (local.get $struct) (i32.const 0))
    (i32.store offset=4 (local.get $struct) (i32.const 0))
    (local.get $struct))
  (func (export "invalid") (param i32 i32) (result i32) (local $struct i32)
    (local.set $struct (call $pair (local.get 0) (local.get 1)))
    (i32.store8 (i32.load (local.get $struct)) (i32.const 255))
    (local.get $struct))
  (func (export "none") (param i32 i32) (result i32) (i32.const 0))
  (func (export "two") (param i32 i32) (result i32) (local $struct i32)
    (local.set $struct (call $pair (local.get 0) (local.get 1)))
    (i32.store offset=8 (local.get $struct) (call $text (local.get 0) (i32.const 1)))
    (i32.store offset=12 (local.get $struct) (i32.const 1))
    (local.get $struct))
  (func (export "reuses") (param i32 i32) (result i32) (local $copy i32)
    (local.set $copy (call $text (local.get 0) (local.get 1)))
    (i32.store (local.get 0) (local.get $copy))
    (i32.store offset=4 (local.get 0) (local.get 1))
    (local.get 0))
  (func (export "begin") (global.set $left (i32.const 2)))
  (func (export "next") (result i32)
    (if (i32.eqz (global.get $left)) (then (return (i32.const 0))))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (call $pair (i32.const 1024) (i32.const 2)))
  (data (i32.const 1024) "ab")`);

/**
 * Returns how often each export was called. A text is passed, so one block of the caller is freed.
 */
function calls(of: Parameters<Row["ask"]>[0]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name] of noted(of)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const passing = (name: string, gives: unknown, counts: Record<string, number>): Row => ({
  name: `a text and the struct that points to it: ${name}`,
  guest,
  options: { convention },
  ask: (guest) => {
    const given = messageOf(() => guest.passString("abcdefgh", name));
    return [`${given}`.replace(/pointer 0x\w+/, "pointer …"), calls(guest)];
  },
  gives: [gives, counts],
  warmUp: 120,
});

const texts: Row[] = [
  passing("pair", "abcdefgh", { malloc: 2, free: 2, free_result: 1 }),
  passing(
    "invalid",
    "Cannot decode 8 bytes at pointer … as UTF-8: byte 0xff at offset 0, expected valid UTF-8",
    { malloc: 2, free: 2, free_result: 1 },
  ),
  // The block that the guest lies about is not freed, and the one that it returned is.
  passing(
    "far",
    "Cannot read 8 bytes at pointer …: memory is 524288 bytes",
    { malloc: 2, free: 1, free_result: 1 },
  ),
  passing(
    "missing",
    'Cannot lift the result of "missing": the guest gave a null pointer, expected text',
    { malloc: 2, free: 1, free_result: 1 },
  ),
  passing(
    "none",
    'Cannot lift the result of "none": the guest gave a null pointer, expected text',
    { malloc: 1, free: 1 },
  ),
  // The struct is the argument's own block: it is freed as a result, and not a second time.
  passing("reuses", "abcdefgh", { malloc: 2, free: 1, free_result: 1 }),
  {
    name: "a struct without a text is freed even if an empty text has no block",
    guest,
    options: {
      convention: allocator({ ...OPTIONS, nullIs: "empty" }),
    },
    ask: (guest) => [guest.passString("a", "missing"), calls(guest)],
    gives: ["", { malloc: 2, free: 1, free_result: 1 }],
    warmUp: 120,
  },
];

const declared = (
  name: string,
  symbol: Omit<SymbolDeclaration, "parameters">,
  gives: unknown,
  counts: Record<string, number>,
  isPassing = true,
): Row => ({
  name,
  guest,
  options: {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: { ask: { parameters: isPassing ? ["string"] : [], ...symbol } },
  },
  ask: (guest) => [
    messageOf(() => isPassing ? guest.symbols.ask!("abcdefgh") : guest.symbols.ask!()),
    calls(guest),
  ],
  gives: [gives, counts],
  warmUp: 120,
});

const symbols: Row[] = [
  declared(
    "a result says itself that it has two blocks",
    { name: "pair", result: { ...text, freedBy: BOTH } },
    "abcdefgh",
    { malloc: 2, free: 2, free_result: 1 },
  ),
  declared(
    "a record frees its struct once and each of its texts",
    {
      name: "two",
      result: {
        type: "record",
        freedBy: BOTH,
        fields: {
          first: text,
          second: { type: "string", pointer: word(8), length: word(12) },
          third: { type: "u32", value: word(16) },
        },
      },
    },
    { first: "abcdefgh", second: "a", third: 7 },
    { malloc: 3, free: 3, free_result: 1 },
  ),
  declared(
    "a record of nothing but numbers frees its struct",
    {
      name: "pair",
      result: {
        type: "record",
        freedBy: { call: { export: "free_result", pass: ["result"] } },
        fields: { length: { type: "u32", value: word(4) } },
      },
    },
    { length: 8 },
    { malloc: 2, free: 1, free_result: 1 },
  ),
  declared(
    "a field says who frees it, the record frees the rest",
    {
      name: "two",
      result: {
        type: "record",
        freedBy: BOTH,
        fields: {
          first: { ...text, freedBy: "guest" },
          second: { type: "string", pointer: word(8), length: word(12) },
        },
      },
    },
    { first: "abcdefgh", second: "a" },
    { malloc: 3, free: 2, free_result: 1 },
  ),
  declared(
    "a struct is freed also if the result itself reports failures",
    {
      name: "pair",
      status: { value: "result", fails: "zero" },
      result: { type: "record", freedBy: BOTH, fields: { text } },
    },
    { text: "abcdefgh" },
    { malloc: 2, free: 2, free_result: 1 },
  ),
  declared(
    "a result that reports a failure is not freed as a struct",
    {
      name: "none",
      status: { value: "result", fails: "zero" },
      result: { type: "record", freedBy: BOTH, fields: { text } },
    },
    'Cannot complete "none": the guest returned 0',
    { malloc: 1, free: 1 },
  ),
  declared(
    "each item of a list that is got one by one is a struct with a text",
    {
      name: "begin",
      result: { type: "list", next: { export: "next" }, item: { ...text, freedBy: BOTH } },
    },
    ["ab", "ab"],
    { malloc: 2, free: 2, free_result: 2 },
    false,
  ),
  declared(
    "so is each record of such a list",
    {
      name: "begin",
      result: {
        type: "list",
        next: { export: "next" },
        item: { type: "record", freedBy: BOTH, fields: { text } },
      },
    },
    [{ text: "ab" }, { text: "ab" }],
    { malloc: 2, free: 2, free_result: 2 },
    false,
  ),
];

/** The wrong options are reported before the guest is called. */
const wrong: Row[] = [
  {
    name: "several freeing calls that are not an array are refused",
    guest,
    options: {
      convention: allocator({ allocate: "malloc", resultsFreedBy: { calls: "free" as never } }),
    },
    ask: () => {},
    gives: new Thrown(
      "TypeError",
      undefined,
      'Cannot load the guest: option convention.resultsFreedBy.calls is "free", expected an array ' +
        'such as ["free"]',
    ),
  },
  {
    name: "several freeing calls are refused for an argument, which has one block",
    guest,
    options: {
      symbols: {
        pair: { parameters: [{ type: "string", freedBy: BOTH as never }], result: "u32" },
      },
    },
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      "Cannot bind the declared symbols:\n" +
        'symbol "pair": parameters[0].freedBy.calls is unknown, did you mean "call"?',
    ),
  },
  {
    name: "a call of a missing export is refused with its name",
    guest,
    options: {
      convention: allocator({ ...OPTIONS, resultsFreedBy: { calls: ["free", "drop"] } }),
    },
    ask: (guest) => guest.passString("a", "pair"),
    gives: new Thrown(
      "GuestError",
      "missing-export",
      'Cannot find export "drop": The guest exports functions "malloc", "free", "free_result", ' +
        '"pair", "far", "missing", "invalid", "none", "two", "reuses", "begin", "next"',
    ),
  },
];

testRows([...texts, ...symbols, ...wrong]);
