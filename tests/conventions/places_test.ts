import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, inPlace, load, staticBuffer } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const buffer = (pointer: string) => ({ kind: "buffer", pointer, capacity: 100 }) as const;

/** `join(firstLength, secondLength)`, whose texts each have a buffer of their own. */
const joinOf = (first: string, second: string, output: string) =>
  ({
    parameters: [
      { type: "string", place: buffer(first), pass: ["byteLength"] },
      { type: "string", place: buffer(second), pass: ["byteLength"] },
    ],
    result: { type: "string", pointer: { export: output }, length: "result" },
  }) as const;

for (
  const [guest, first, second, output] of [
    ["c/several_inputs", "get_first", "get_second", "get_output"],
    ["c/several_inputs_symbols", "first", "second", "output"],
  ] as const
) {
  Deno.test(`${guest} gets each text in a buffer of its own`, async () => {
    using joining = await load(guestPath(guest), {
      symbols: { join: joinOf(first, second, output) },
    });
    const { join } = joining.symbols;
    assertEquals([join("Grüße, ", "🚀"), join("", "b"), join("a", ""), join("", "")], [
      "Grüße, 🚀",
      "b",
      "a",
      "",
    ]);
    const most = "é".repeat(50);
    assertStrictEquals(join(most, most), most + most);
    const error = assertThrows(() => join("a", most + "a"), RangeError);
    assertStrictEquals(
      error.message,
      'Cannot pass 101 bytes to "join": the guest\'s buffer holds 100',
    );
  });
}

Deno.test("a buffer is requested in UTF-16 code units, and holds the result", async () => {
  using guest = await load(guestPath("c/requested_units"), {
    convention: allocator({
      allocate: { export: "sa", pass: ["codeUnits"] },
      encoding: "utf-16",
      pass: [],
      terminated: true,
      result: {
        results: ["n"],
        text: { pointer: { export: "ra" }, length: "result", unit: "codeUnits" },
      },
    }),
    symbols: { live: { name: "live_allocations", parameters: [], result: "u32" } },
  });
  const texts = ["abc", "", "Grüße 🚀 漢", "a\ud800b", "x".repeat(40_000)];
  for (const text of texts) {
    const shouted = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    assertStrictEquals(guest.passString(text, "shout"), shouted);
    assertStrictEquals(guest.symbols.live(), 1);
  }
  const error = assertThrows(() => guest.passString("a\0b", "shout"), TypeError);
  assertStrictEquals(
    error.message,
    "Cannot pass text with a NUL at index 1: the guest takes the text to end there",
  );
});

Deno.test("the getter of a requested block's address can refuse it", async () => {
  using guest = await load(guestPath("c/requested_clear"), {
    convention: allocator({
      allocate: { export: "clear", pass: ["byteLength"] },
      pointer: { export: "input" },
      pass: [],
      result: {
        results: ["n"],
        text: { pointer: { export: "output" }, length: "result" },
        status: { value: "result", fails: "negative" },
      },
    }),
    symbols: { failAfter: { name: "fail_after", parameters: ["u32"], result: "void" } },
  });
  guest.symbols.failAfter(1);
  assertEquals(guestErrorOf(() => guest.passString("Bob", "greet")), [
    "out-of-memory",
    'Cannot allocate 3 bytes for "greet": "input" returned 0, expected a pointer',
  ]);
  guest.symbols.failAfter(2);
  assertEquals(guestErrorOf(() => guest.passString("Bob", "greet")), [
    "guest-error",
    'Cannot complete "greet": the guest returned -1',
  ]);
  assertStrictEquals(guest.passString("Bob", "greet"), "Hello, Bob!");
});

/** SHA-256 of "abc" and of the empty message: FIPS 180-2, appendix B.1. */
const DIGESTS: [text: string, digest: string][] = [
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
];

Deno.test("a digest has a fixed length, at the result's address or at the host's", async () => {
  using result = await load(guestPath("c/digest_result"), {
    symbols: {
      digest: { parameters: ["bytes"], result: { type: "bytes", pointer: "result", length: 32 } },
    },
  });
  using output = await load(guestPath("c/digest_output"), {
    symbols: {
      digest: {
        parameters: ["bytes"],
        result: { type: "bytes", pointer: "output", length: 32 },
        arguments: ["output", { text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
        output: { capacity: 32 },
      },
      live: { name: "live_allocations", parameters: [], result: "u32" },
    },
  });
  for (const [text, expected] of DIGESTS) {
    const bytes = new TextEncoder().encode(text);
    assertStrictEquals(result.symbols.digest(bytes).toHex(), expected);
    assertStrictEquals(output.symbols.digest(bytes).toHex(), expected);
  }
  assertStrictEquals(output.symbols.live(), 0);
});

/** The outcome of each guest for an output buffer of 10 bytes, too small for "Hello, Bob!". */
const TOO_SMALL: [guest: string, code: string, message: string][] = [
  [
    "c/result_output_needed",
    "result-too-large",
    'Cannot lift the result of "greet": it takes 11 bytes, the output buffer holds 10',
  ],
  [
    "c/result_output_truncates",
    "result-too-large",
    'Cannot lift the result of "greet": it takes 11 bytes, the output buffer holds 10',
  ],
  ["c/result_output_error", "guest-error", 'Cannot complete "greet": the guest returned -1'],
  [
    "c/result_output_negative_needed",
    "guest-error",
    'Cannot complete "greet": the guest returned -11',
  ],
];

for (const [guest, code, message] of TOO_SMALL) {
  Deno.test(`${guest}: an output buffer that is too small is an error, and is freed`, async () => {
    using writing = await load(guestPath(guest), {
      symbols: {
        greet: {
          parameters: ["string"],
          result: { type: "string", pointer: "output", length: "result" },
          arguments: [
            "output",
            "capacity",
            { text: 0, as: "pointer" },
            { text: 0, as: "byteLength" },
          ],
          output: { capacity: 10 },
        },
        live: { name: "live_allocations", parameters: [], result: "u32" },
      },
    });
    const { greet, live } = writing.symbols;
    assertEquals([guestErrorOf(() => greet("Bob")), live()], [[code, message], 0]);
    assertEquals([greet("Jo"), writing.state, live()], ["Hello, Jo!", "ready", 0]);
  });
}

Deno.test("the status of a failed query for the size is not taken for a size", async () => {
  const failing = assemble(`(module
    (memory (export "memory") 1)
    (func (export "alloc") (param i32) (result i32) (i32.const 1024))
    (func (export "f") (param i32 i32 i32 i32) (result i32) (i32.const -5)))`);
  using guest = await load(failing, {
    symbols: {
      f: {
        parameters: ["string"],
        result: { type: "string", pointer: "output", length: "result" },
        arguments: ["output", "capacity", { text: 0, as: "pointer" }, {
          text: 0,
          as: "byteLength",
        }],
        output: { capacity: "query" },
      },
    },
  });
  assertEquals(guestErrorOf(() => guest.symbols.f("a")), [
    "guest-error",
    'Cannot complete "f": the guest returned -5',
  ]);
});

Deno.test("a function of the arguments computes an output buffer's size, and is checked", async () => {
  using guest = await load(guestPath("c/result_output_needed"), {
    symbols: {
      greet: {
        parameters: ["string"],
        result: { type: "string", pointer: "output", length: "result" },
        arguments: ["output", "capacity", { text: 0, as: "pointer" }, {
          text: 0,
          as: "byteLength",
        }],
        output: { capacity: (name: string) => name === "Bob" ? 11 : name.length - 5 },
      },
      live: { name: "live_allocations", parameters: [], result: "u32" },
    },
  });
  const { greet, live } = guest.symbols;
  assertStrictEquals(greet("Bob"), "Hello, Bob!");
  const error = assertThrows(() => greet("Jo"), RangeError);
  assertStrictEquals(
    error.message,
    'Cannot take an output buffer for "greet": its capacity is -3, expected an integer, 0 or more',
  );
  assertStrictEquals(live(), 0);
});

Deno.test("in place: text is passed in a range that the caller chose, and no byte outside is changed", async () => {
  using guest = await load(guestPath("c/echo_pointer"), {
    convention: inPlace({ pointer: 70_000, byteLength: 8 }),
    symbols: { pointer: { name: "get_buffer_pointer", parameters: [], result: "pointer" } },
  });
  assertStrictEquals(
    `${guest.convention}`,
    "convention: inPlace({ pointer: 70000, byteLength: 8 })",
  );
  // The guest accepts no buffer except its own, and returns an error for others.
  assertEquals(guestErrorOf(() => guest.passString("ab", "echo"))[0], "guest-error");
  assertThrows(
    () => guest.passString("123456789", "echo"),
    RangeError,
    'Cannot pass 9 bytes to "echo": the guest\'s buffer holds 8',
  );
});

for (const pointer of [65536, "reserve"] as const) {
  Deno.test(`in place: text is changed where it is, at ${pointer}`, async () => {
    using guest = await load(guestPath("c/result_in_place"), {
      convention: inPlace({ pointer, byteLength: 100, trailingNul: "keep" }),
    });
    const pages = guest.memory.size / 65536;
    assertStrictEquals(guest.passString("Hello there", "shout"), "HELLO THERE");
    assertStrictEquals(guest.passString("a b c", "strip"), "abc");
    assertEquals(guest.passBytes(Uint8Array.of(1, 32, 2), "strip"), Uint8Array.of(1, 2));
    // Pages are reserved once, and contain no data of the guest.
    assertStrictEquals(guest.memory.size / 65536, pages + (pointer === "reserve" ? 1 : 0));
  });
}

Deno.test("a buffer's place can be an address, with an offset", async () => {
  using guest = await load(guestPath("c/several_inputs"), {
    convention: staticBuffer({ pointer: "get_first", capacity: 100 }),
    symbols: {
      getFirst: { name: "get_first", parameters: [], result: "pointer" },
    },
  });
  const address = guest.symbols.getFirst();
  using at = await load(guestPath("c/several_inputs"), {
    symbols: {
      join: {
        parameters: [
          {
            type: "string",
            place: { kind: "buffer", pointer: address, offset: 2, capacity: 98 },
            pass: [],
          },
          { type: "string", place: buffer("get_second"), pass: ["byteLength"] },
        ],
        arguments: [5, { text: 1, as: "byteLength" }],
        result: { type: "string", pointer: { export: "get_output" }, length: "result" },
      },
    },
  });
  assertStrictEquals(at.symbols.join("abc", "d"), "\0\0abcd");
});
