// Addresses, capacities and the arguments of freeing exports in other places: in the result of the
// allocator, in a struct that the caller passes, in a word of the result.
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, load, LoadError, type SymbolDeclaration } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";

/** More calls than it takes until a plan is compiled. */
const OFTEN = 120;

const LIVE = {
  live: { name: "live_allocations", parameters: [], result: "u32" },
  bytes: { name: "live_bytes", parameters: [], result: "u32" },
  failAfter: { name: "fail_after", parameters: ["u32"], result: "void" },
} as const satisfies Record<string, SymbolDeclaration>;

/** How a vector of Rust is allocated, and freed with its capacity. */
const PAIR = {
  allocate: "alloc_vec",
  pointer: { high: "result" },
  free: { export: "vec_free", pass: ["pointer", 0, { low: "allocated" }] },
} as const;

const VECTOR = { kind: "allocator", ...PAIR } as const;

const TEXT = { type: "string", place: VECTOR, pass: ["pointer", "byteLength"] } as const;

/** The vector whose parts are in memory from word `at` on. */
const vector = (at: number, free = "vec_free") =>
  ({
    type: "string",
    pointer: { word: at },
    length: { word: at + 1 },
    freedBy: { call: { export: free, pass: ["pointer", "byteLength", { word: at + 2 }] } },
  }) as const;

Deno.test("an allocator's result has the address in one half and an argument of the freeing export in the other", async () => {
  using guest = await load(guestPath("rust/vectors"), {
    convention: allocator({ ...PAIR, resultsFreedBy: "guest" }),
    symbols: {
      ...LIVE,
      count: { parameters: [TEXT, "u32"], result: "u32" },
      countByPreset: { name: "count", parameters: ["string", "u32"], result: "u32" },
    },
  });
  const { count, countByPreset, live, bytes, failAfter } = guest.symbols;
  for (let call = 0; call < OFTEN; call++) {
    assertStrictEquals(count("Grüße 🚀", call), 7 + call);
    assertStrictEquals(countByPreset("Grüße 🚀", call), 7 + call);
    assertStrictEquals(count("", 1), 1);
    assertStrictEquals(count("x".repeat(1000), 2), 1002);
  }
  assertEquals([live(), bytes()], [0, 0]);
  failAfter(1);
  assertEquals(guestErrorOf(() => count("abc", 0)), [
    "out-of-memory",
    'Cannot allocate 3 bytes for "count": { high: "result" } for "alloc_vec" is 0, expected a pointer',
  ]);
  assertThrows(() => count("abc", -1), RangeError, "argument 1");
  assertEquals([live(), bytes()], [0, 0]);
});

Deno.test("a vector of Rust is freed with its capacity", async () => {
  using guest = await load(guestPath("rust/vectors"), {
    symbols: {
      ...LIVE,
      double: {
        parameters: [TEXT],
        result: vector(0),
        arguments: [
          { area: 0 },
          { text: 0, as: "pointer" },
          { text: 0, as: "byteLength" },
        ],
      },
      double_boxed: {
        parameters: [TEXT],
        result: {
          type: "string",
          pointer: { word: 0, at: "result" },
          length: { word: 1, at: "result" },
          freedBy: {
            calls: [
              { export: "box_free", pass: ["result"] },
              {
                export: "vec_free",
                pass: ["pointer", "byteLength", { word: 2, at: "result" }],
              },
            ],
          },
        },
      },
      ends: {
        parameters: [TEXT],
        result: { type: "record", fields: { first: vector(0), last: vector(3) } },
        arguments: [{ area: 0 }, { text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      },
      words: {
        parameters: [TEXT],
        result: {
          type: "list",
          pointer: { word: 0 },
          count: { word: 1 },
          stride: 12,
          item: {
            type: "string",
            pointer: { word: 0, at: "result" },
            length: { word: 1, at: "result" },
            freedBy: {
              call: {
                export: "vec_free",
                pass: ["pointer", "byteLength", { word: 2, at: "result" }],
              },
            },
          },
          freedBy: {
            call: { export: "vec_free_raw", pass: ["pointer", { word: 1 }, { word: 2 }] },
          },
        },
        arguments: [{ area: 0 }, { text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      },
      squares: {
        parameters: ["u32"],
        result: {
          type: "array",
          element: "u32",
          pointer: { word: 0 },
          length: { word: 1 },
          unit: "codeUnits",
          freedBy: {
            call: { export: "vec_free_u32", pass: ["pointer", { word: 1 }, { word: 2 }] },
          },
        },
        arguments: [{ area: 0 }, { parameter: 0 }],
      },
    },
  });
  const { double, double_boxed, ends, words, squares, live, bytes } = guest.symbols;
  for (let call = 0; call < OFTEN; call++) {
    assertStrictEquals(double("ab "), "ab ab ");
    assertStrictEquals(double_boxed("ü"), "üü");
    assertEquals(ends("one two three"), { first: "oneone", last: "threethree" });
    assertEquals(words("a bc"), ["aa", "bcbc"]);
    assertEquals(squares(4), Uint32Array.of(0, 1, 4, 9));
    assertEquals([live(), bytes()], [0, 0], `call ${call}`);
  }
  const { steps } = await guest.plan("double");
  assertStrictEquals(
    steps.find(({ step, export: name }) => step === "free" && name === "vec_free")?.text,
    'free the result with "vec_free", which gets word 2 of the return area too',
  );
});

/** The struct whose address is parameter 0: the address of its buffer and its capacity. */
const CONTEXT = {
  kind: "buffer",
  pointer: { word: 0, at: { parameter: 0 } },
  capacity: { word: 1, at: { parameter: 0 } },
} as const;

for (const name of ["c/contexts", "c/contexts_64"]) {
  Deno.test(`${name}: a text goes into the buffer of a context that the caller passes`, async () => {
    using guest = await load(guestPath(name), {
      symbols: {
        live: { ...LIVE.live, result: "pointer" },
        context_new: { parameters: ["pointer"], result: "pointer" },
        context_grow: { parameters: ["pointer", "pointer"], result: "void" },
        context_free: { parameters: ["pointer"], result: "void" },
        upper: {
          parameters: ["pointer", { type: "string", place: CONTEXT, pass: ["byteLength"] }],
          result: { type: "string", pointer: CONTEXT.pointer, length: "result" },
        },
        upper_in: {
          parameters: [
            {
              type: "string",
              place: {
                ...CONTEXT,
                pointer: { word: 0, at: { parameter: 1 } },
                capacity: { word: 1, at: { parameter: 1 } },
              },
              pass: ["byteLength"],
            },
            "pointer",
          ],
          result: { type: "string", pointer: { word: 0, at: { parameter: 1 } }, length: "result" },
        },
        spell: {
          parameters: ["pointer", "u32"],
          result: { type: "string", pointer: CONTEXT.pointer, length: "result" },
        },
      },
    });
    const { upper, upper_in, spell, context_new, context_grow, context_free, live } = guest.symbols;
    const small = context_new(8), large = context_new(100);
    for (let call = 0; call < OFTEN; call++) {
      assertStrictEquals(upper(large, "abc ü"), "ABC ü");
      assertStrictEquals(upper(small, "12345678"), "12345678");
      assertStrictEquals(upper_in("xy", small), "XY");
      assertStrictEquals(spell(small, 3), "three");
    }
    const tooLong = (call: () => unknown) => assertThrows(call, RangeError).message;
    assertStrictEquals(
      tooLong(() => upper(small, "123456789")),
      'Cannot pass 9 bytes to "upper": the guest\'s buffer holds 8',
    );
    context_grow(small, 9);
    assertStrictEquals(upper(small, "123456789"), "123456789");
    assertStrictEquals(
      tooLong(() => upper(small, "1234567890")),
      'Cannot pass 10 bytes to "upper": the guest\'s buffer holds 9',
    );
    const [code, message] = guestErrorOf(() => upper(0, "abc"));
    assertStrictEquals(code, "null-pointer");
    assertStrictEquals(
      message,
      'Cannot read { word: 0, at: { parameter: 0 } } for "upper": the pointer to it is null, ' +
        `expected the address of ${name.endsWith("64") ? "i64" : "i32"} at offset 0x0`,
    );
    context_free(small);
    context_free(large);
    assertStrictEquals(live(), 0);
    assertEquals((await guest.plan("upper")).steps.slice(1, 3).map(({ text }) => text), [
      "take the address of the buffer from word 0 of what argument 0 points at",
      "check that argument 1 fits in the buffer: its capacity is word 1 of what argument 0 points at",
    ]);
  });

  Deno.test(`${name}: an allocator writes the address to a place, or returns a handle`, async () => {
    const out = {
      kind: "allocator",
      allocate: { export: "allocate", pass: [{ export: "get_slot" }, "byteLength"] },
      pointer: { word: 0, at: { export: "get_slot" } },
      free: { export: "release", pass: ["pointer", "byteLength"] },
    } as const;
    const handle = {
      kind: "allocator",
      allocate: "handle_new",
      pointer: { word: 0, at: "result" },
      free: { export: "handle_free", pass: ["allocated"] },
    } as const;
    const live = { name: "live_allocations", parameters: [], result: "pointer" } as const;
    const failAfter = { name: "fail_after", parameters: ["pointer"], result: "void" } as const;
    using guest = await load(guestPath(name), {
      symbols: {
        live,
        failAfter,
        sum: { parameters: [{ type: "bytes", place: out }], result: "u32" },
        ofHandle: {
          name: "sum_after",
          parameters: [{ type: "bytes", place: handle, pass: ["pointer", "byteLength"] }, "u32"],
          result: "u32",
        },
      },
    });
    const { sum, ofHandle, live: alive, failAfter: fail } = guest.symbols;
    for (let call = 0; call < OFTEN; call++) {
      assertStrictEquals(sum(Uint8Array.of(1, 2, 3)), 6);
      assertStrictEquals(ofHandle(Uint8Array.of(1, 2, 3), call), 6 + call);
      assertStrictEquals(sum(new Uint8Array()), 0);
      assertStrictEquals(alive(), 0);
    }
    fail(1);
    assertEquals(guestErrorOf(() => sum(Uint8Array.of(1))), [
      "out-of-memory",
      'Cannot allocate 1 bytes for "sum": { word: 0, at: { export: "get_slot" } } for "allocate" ' +
      "is 0, expected a pointer",
    ]);
    fail(1);
    assertEquals(guestErrorOf(() => ofHandle(Uint8Array.of(1), 0)), [
      "out-of-memory",
      'Cannot allocate 1 bytes for "sum_after": { word: 0, at: "result" } for "handle_new" is 0, ' +
      "expected a pointer",
    ]);
    assertThrows(() => ofHandle(Uint8Array.of(1), -1));
    assertStrictEquals(alive(), 0);
  });
}

Deno.test("a value that is known only after the call cannot be used before it", async () => {
  const bytes = (place: object) => ({ type: "bytes", place, pass: ["pointer", "byteLength"] });
  const after = (value: string, needed: string) =>
    `is ${value}, which is known only after the call, but is needed ${needed}, ` +
    "expected a number of the caller, of memory, of a getter or a global";
  const rows: [parameters: unknown[], result: unknown, problem: string][] = [
    [
      [bytes({ kind: "buffer", pointer: { low: "result" } })],
      "u32",
      `parameters[0].place.pointer.low ${after('"result"', "to take the block of argument 0")}`,
    ],
    [
      [bytes({ kind: "buffer", pointer: 4096, capacity: { word: 1 } })],
      "u32",
      `parameters[0].place.capacity ${after("{ word: 1 }", "to take the block of argument 0")}`,
    ],
    [
      [bytes({ ...VECTOR, free: { export: "vec_free", pass: ["pointer", 0, { word: 1 }] } })],
      "u32",
      `parameters[0].place.free.pass[2] ${
        after("{ word: 1 }", "to free a block if the export is not called")
      }`,
    ],
    [
      [bytes({ kind: "buffer", pointer: 4096, capacity: { byteLengthOf: 1 } }), bytes(VECTOR)],
      "u32",
      "parameters[0].place.capacity is { byteLengthOf: 1 }, which is known only after argument 1 " +
      "was passed, but is needed to take the block of argument 0, expected a number of the " +
      "caller, of memory, of a getter or a global",
    ],
    [
      [TEXT],
      {
        type: "string",
        pointer: "result",
        freedBy: { call: { export: "vec_free", pass: ["pointer", 0, { low: "allocated" }] } },
      },
      'result.freedBy.pass[2].low is "allocated", but only a call that frees the block of a ' +
      "parameter knows that",
    ],
    [
      [bytes({ ...VECTOR, free: { export: "vec_free", pass: ["pointer", 0, "allocated"] } })],
      "u32",
      'parameters[0].place.free.pass[2] is "allocated", which is 64 bits wide, expected a number ' +
      'of 32 bits, such as { low: "allocated" }',
    ],
  ];
  for (const [parameters, result, problem] of rows) {
    const symbols = {
      f: { name: "count", parameters, result, arguments: [0, 0, 0] },
    } as unknown as Record<
      string,
      SymbolDeclaration
    >;
    const error = await assertRejects(
      () => load(guestPath("rust/vectors"), { symbols }),
      LoadError,
    );
    assertStrictEquals(error.message.includes(problem), true, `${error.message}\n${problem}`);
  }
});
