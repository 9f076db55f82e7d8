import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, load, LoadError, type NumberName, type SymbolDeclaration } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";

const SYMBOLS = guestPath("c/symbols");
const convention = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

/** `left + right` in each type, its edges, and the values beyond them. */
const NUMBERS: [type: NumberName, sums: [number | bigint, number | bigint, number | bigint][]][] = [
  ["i8", [[-128, 127, -1], [100, 100, -56]]],
  ["u8", [[255, 0, 255], [200, 100, 44]]],
  ["i16", [[-32768, 32767, -1], [32767, 1, -32768]]],
  ["u16", [[65535, 0, 65535], [65535, 1, 0]]],
  ["i32", [[-2147483648, 2147483647, -1], [2147483647, 1, -2147483648]]],
  ["u32", [[4294967295, 0, 4294967295], [4294967295, 1, 0]]],
  ["i64", [[-(2n ** 63n), 2n ** 63n - 1n, -1n], [2n ** 63n - 1n, 1n, -(2n ** 63n)]]],
  ["u64", [[2n ** 64n - 1n, 0n, 2n ** 64n - 1n], [2n ** 64n - 1n, 1n, 0n]]],
  ["f32", [[0.5, 0.25, 0.75], [16777216, 1, 16777216], [Infinity, -Infinity, NaN]]],
  ["f64", [[0.1, 0.2, 0.1 + 0.2], [Number.MAX_VALUE, Number.MAX_VALUE, Infinity], [-0, -0, -0]]],
];

for (const [type, sums] of NUMBERS) {
  Deno.test(`${type} crosses exactly, to its edges`, async () => {
    const symbols = { add: { parameters: [type, type], result: type, name: `add_${type}` } };
    using guest = await load(SYMBOLS, { symbols: symbols as Record<"add", SymbolDeclaration> });
    for (const [left, right, sum] of sums) {
      assertStrictEquals(guest.symbols.add(left as never, right as never) as unknown, sum);
    }
  });
}

const wide = (type: string) => `expected a bigint for ${type}`;
const narrow = (type: string) => `expected a number for ${type}`;

/** Values that a type does not hold, with the errors. */
const BEYOND: [type: NumberName, value: unknown, expected: string][] = [
  ["i8", 128, "it is 128, expected i8, -128 to 127"],
  ["i8", -129, "it is -129, expected i8, -128 to 127"],
  ["u8", 256, "it is 256, expected u8, 0 to 255"],
  ["u8", -1, "it is -1, expected u8, 0 to 255"],
  ["i16", 32768, "it is 32768, expected i16, -32768 to 32767"],
  ["u16", 65536, "it is 65536, expected u16, 0 to 65535"],
  ["i32", 2147483648, "it is 2147483648, expected i32, -2147483648 to 2147483647"],
  ["u32", 4294967296, "it is 4294967296, expected u32, 0 to 4294967295"],
  ["u32", -1, "it is -1, expected u32, 0 to 4294967295"],
  ["u32", 1.5, "it is 1.5, expected u32, 0 to 4294967295"],
  ["u32", NaN, "it is NaN, expected u32, 0 to 4294967295"],
  ["u32", 1n, `it is 1n, ${narrow("u32")}`],
  ["u32", "1", `it is "1", ${narrow("u32")}`],
  ["u32", undefined, `it is undefined, ${narrow("u32")}`],
  ["i64", 2n ** 63n, `it is ${2n ** 63n}n, expected i64, ${-(2n ** 63n)} to ${2n ** 63n - 1n}`],
  ["u64", -1n, `it is -1n, expected u64, 0 to ${2n ** 64n - 1n}`],
  ["u64", 1, `it is 1, ${wide("u64")}`],
  ["f32", 1n, `it is 1n, ${narrow("f32")}`],
  ["f64", "1", `it is "1", ${narrow("f64")}`],
];

for (const [type, value, expected] of BEYOND) {
  Deno.test(`${type} refuses ${typeof value} ${value} before the guest is called`, async () => {
    const symbols = { add: { parameters: [type, type], result: type, name: `add_${type}` } };
    using guest = await load(SYMBOLS, { symbols: symbols as Record<"add", SymbolDeclaration> });
    const error = assertThrows(() => guest.symbols.add(value as never, value as never), Error);
    assertStrictEquals(error.message, `Cannot pass argument 0 to "add_${type}": ${expected}`);
    assertStrictEquals(error instanceof RangeError, !expected.includes("expected a"));
  });
}

Deno.test("bool takes only booleans; other types ignore the bits above them", async () => {
  using guest = await load(SYMBOLS, {
    symbols: {
      not: { parameters: ["bool"], result: "bool" },
      nothing: { parameters: [], result: "void" },
      dirty: { name: "dirty_u8", parameters: ["u32"], result: "u8" },
      dirtyBool: { name: "dirty_u8", parameters: ["u32"], result: "bool" },
    },
  });
  const { not, nothing, dirty, dirtyBool } = guest.symbols;
  assertEquals([not(true), not(false), nothing()], [false, true, undefined]);
  assertEquals([dirty(0x12), dirtyBool(0)], [0x12, true]);
  const error = assertThrows(() => not(1 as never), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot pass argument 0 to "not": it is 1, expected a boolean',
  );
});

Deno.test("pointers are unsigned offsets, of the width of memory", async () => {
  using guest = await load(SYMBOLS, {
    symbols: {
      firstByte: { name: "first_byte", parameters: ["pointer"], result: "u8" },
      malloc: { parameters: ["u32"], result: "pointer" },
      free: { parameters: ["pointer"], result: "void" },
    },
  });
  const pointer = guest.symbols.malloc(4);
  // A fresh block of this allocator is full of 0xcd.
  assertEquals([guest.symbols.firstByte(pointer), guest.symbols.firstByte(BigInt(pointer))], [
    0xcd,
    0xcd,
  ]);
  guest.symbols.free(pointer);
  const error = assertThrows(() => guest.symbols.firstByte("0" as never), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot pass argument 0 to "first_byte": it is "0", expected a pointer',
  );

  using high = await load(guestPath("wat/high_pointer_allocator"), {
    symbols: { malloc: { parameters: ["u32"], result: "pointer" } },
  });
  assertStrictEquals(high.symbols.malloc(1) >= 2 ** 31, true);

  using long = await load(guestPath("c/result_area_64"), {
    symbols: {
      malloc: { parameters: ["pointer"], result: "pointer" },
      free: { parameters: ["pointer"], result: "void" },
      liveBytes: { name: "live_bytes", parameters: [], result: "u64" },
    },
  });
  const block = long.symbols.malloc(5);
  assertEquals([typeof block, long.symbols.liveBytes()], ["number", 5n]);
  long.symbols.free(block);
  assertStrictEquals(long.symbols.liveBytes(), 0n);
});

Deno.test("numbers, texts and bytes can be passed in any order", async () => {
  using guest = await load(SYMBOLS, {
    convention,
    symbols: {
      repeat: { parameters: ["string", "u32"], result: "string" },
      join: { parameters: ["string", "u8", "string"], result: "string" },
      checksum: { parameters: ["bytes"], result: "u32" },
      checksum64: { name: "checksum_64", parameters: ["u64", "bytes"], result: "u64" },
      find: { parameters: ["u8", "bytes"], result: "i32" },
      live: { name: "live_allocations", parameters: [], result: "u32" },
      version: { parameters: [], result: "string" },
    },
  });
  const { repeat, join, checksum, checksum64, find, live, version } = guest.symbols;
  const foobar = new TextEncoder().encode("foobar");
  assertEquals([repeat("ab", 3), repeat("ø", 0), join("left", 45, "right")], [
    "ababab",
    "",
    "left-right",
  ]);
  // Test vectors for "foobar", published by the authors of FNV.
  assertEquals([checksum(foobar), checksum64(0xcbf29ce484222325n, foobar)], [
    0xbf9cf968,
    0x85944171f73967e8n,
  ]);
  assertEquals([find(0x61, foobar), find(0, foobar), version()], [4, -1, "1.0.0"]);
  assertStrictEquals(live(), 0);
});

Deno.test("after a refused second argument, the first one is freed", async () => {
  using guest = await load(SYMBOLS, {
    convention,
    symbols: {
      join: { parameters: ["string", "u8", "string"], result: "string" },
      live: { name: "live_allocations", parameters: [], result: "u32" },
    },
  });
  const { join, live } = guest.symbols;
  assertThrows(() => join("left", 256, "right"), RangeError);
  assertThrows(() => join("left", 45, "\ud800"), TypeError);
  assertThrows(() => join("left", 45, 1 as never), TypeError, "it is 1, expected a string");
  assertEquals([live(), join("a", 45, "b"), live()], [0, "a-b", 0]);
});

Deno.test("a null pointer is null if that is declared, and an error otherwise", async () => {
  using guest = await load(SYMBOLS, {
    convention,
    symbols: {
      orNull: {
        name: "echo_or_null",
        parameters: ["string"],
        result: { type: "string", nullable: true },
      },
      orError: { name: "echo_or_null", parameters: ["string"], result: "string" },
      orEmpty: {
        name: "echo_or_null",
        parameters: ["string"],
        result: {
          type: "string",
          form: {
            results: ["i64"],
            text: { pointer: { high: "result" }, length: { low: "result" }, nullIs: "empty" },
          },
        },
      },
      nullable: {
        name: "checksum",
        parameters: [{ type: "bytes", nullable: true }],
        result: "u32",
      },
    },
  });
  const { orNull, orError, orEmpty, nullable } = guest.symbols;
  assertEquals([orNull("a"), orNull(""), orEmpty("a"), orEmpty("")], ["a", null, "a", ""]);
  assertEquals(guestErrorOf(() => orError("")), [
    "null-pointer",
    'Cannot lift the result of "echo_or_null": the guest gave a null pointer, expected text',
  ]);
  using lenient = await load(SYMBOLS, {
    convention: allocator({
      allocate: "malloc",
      free: "free",
      result: "packedPointerHigh",
      resultsFreedBy: "host",
      nullIs: "empty",
    }),
  });
  assertEquals(["a", ""].map((text) => lenient.passString(text, "echo_or_null")), ["a", ""]);
  // FNV-1a of nothing is its offset basis.
  assertEquals([nullable(null), nullable(new Uint8Array())], [0x811c9dc5, 0x811c9dc5]);
});

Deno.test("a refused argument does not poison a guest, even one whose types are unknown", async () => {
  using guest = await load(guestPath("c/callbacks"), {
    imports: { env: { log: () => {}, answer: () => 0n, print: () => {} } },
    symbols: {
      canary: { parameters: [], result: "i32" },
      say: { parameters: ["u8", "u8"], result: "void" },
    },
  });
  assertThrows(() => guest.symbols.say(256, 0), RangeError);
  assertEquals([guest.state, guest.symbols.canary()], ["ready", 42]);
});

Deno.test("too many or too few arguments are refused", async () => {
  using guest = await load(SYMBOLS, {
    symbols: { add: { name: "add_u8", parameters: ["u8", "u8"], result: "u8" } },
  });
  const add = guest.symbols.add as (...args: number[]) => number;
  const rows = [[[], "0 arguments"], [[1], "1 argument"], [[1, 2, 3], "3 arguments"]] as const;
  for (const [args, given] of rows) {
    const error = assertThrows(() => add(...args), TypeError);
    assertStrictEquals(
      error.message,
      `Cannot call "add_u8": it is given ${given}, expected 2`,
    );
  }
});

Deno.test("all symbols that do not fit are reported at once, with both types", async () => {
  const error = await assertRejects(() =>
    load(SYMBOLS, {
      convention,
      symbols: {
        add_u8: { parameters: ["u8"], result: "u8" },
        add_i64: { parameters: ["u32", "u32"], result: "u64" },
        nothing: { parameters: [], result: "u32" },
        repeat: { parameters: ["string"], result: "string" },
        checksum: { parameters: ["bytes"], result: "string" },
        versoin: { parameters: [], result: "string" },
        fine: { name: "not", parameters: ["bool"], result: "bool" },
      },
    }), LoadError);
  assertStrictEquals(error.code, "symbols");
  assertEquals(error.problems, [
    'symbol "add_u8": Cannot pass ("u8") -> "u8" to "add_u8": ' +
    "it is (i32, i32) -> i32, expected (i32) -> i32",
    'symbol "add_i64": Cannot pass ("u32", "u32") -> "u64" to "add_i64": ' +
    "it is (i64, i64) -> i64, expected (i32, i32) -> i64",
    'symbol "nothing": Cannot pass () -> "u32" to "nothing": it is () -> (), expected () -> i32',
    'symbol "repeat": Cannot pass ("string") -> "string" to "repeat": ' +
    "it is (i32, i32, i32) -> i64, expected (i32, i32) -> i64 or (i64) -> i64 or (i32) -> i64",
    'symbol "checksum": Cannot pass ("bytes") -> "string" to "checksum": ' +
    "it is (i32, i32) -> i32, expected (i32, i32) -> i64 or (i64) -> i64 or (i32) -> i64",
    'symbol "versoin": Cannot find export "versoin": did you mean "version"? ' +
    'The guest exports functions "live_allocations", "live_bytes", "fail_after", "grow_at", ' +
    '"malloc", "free", "add_i8", "add_u8", "add_i16", "add_u16", "add_i32", "add_u32", ' +
    '"add_i64", "add_u64", "add_f32", "add_f64", "not", "nothing", "dirty_u8", "echo" and 8 more',
  ]);
  assertStrictEquals(
    error.message,
    `Cannot bind the declared symbols:\n${error.problems.join("\n")}`,
  );
});

Deno.test("symbols work before and after a reset, even if they were taken from the guest", async () => {
  using guest = await load(SYMBOLS, {
    convention,
    symbols: { repeat: { parameters: ["string", "u32"], result: "string" } },
  });
  const { repeat } = guest.symbols;
  assertStrictEquals(repeat("a", 2), "aa");
  guest.reset();
  assertStrictEquals(repeat("b", 2), "bb");
  assertEquals(Object.keys(guest.symbols), ["repeat"]);
  using undeclared = await load(SYMBOLS);
  assertEquals(undeclared.symbols, {});
});
