import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Guest,
  type GuestError,
  GuestMemory,
  load,
  MemoryRangeError,
  staticBuffer,
} from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes, guestUrl } from "../_guests.ts";
import { firstDifference, snapshot } from "../_memories.ts";
import { endsInNul, holdsNul, isLatin1, isWellFormed, strings } from "../_strings.ts";
import { STATIC_GUESTS, type StaticGuest } from "./_static_guests.ts";

const encoder = new TextEncoder();

function loadStatic({ guest, options }: StaticGuest): Promise<Guest> {
  return load(guestUrl(guest), options);
}

/** Gets a guest's buffer pointer by hand. */
function pointerOf({ exports }: Guest, { pointer = "get_buffer_pointer" }: StaticGuest): number {
  const found = exports[pointer];
  const value = found instanceof WebAssembly.Global
    ? found.value
    : (found as () => number | bigint)();
  return typeof value === "bigint" ? Number(value) : value >>> 0;
}

/** Makes the same pass by hand: writes the bytes and the NUL after them, and calls the export. */
function passByHand(guest: Guest, row: StaticGuest, text: string): void {
  const pointer = pointerOf(guest, row);
  const bytes = encoder.encode(text);
  const memory = new GuestMemory(guest.memory.memory);
  memory.writeBytes(pointer, bytes);
  memory.write("u8", pointer + bytes.length, 0);
  const wide = row.guest.includes("memory_64");
  const args = row.pass.map((as) => as === "pointer" ? pointer : bytes.length);
  (guest.exports[row.symbol] as CallableFunction)(...(wide ? args.map(BigInt) : args));
}

for (const row of STATIC_GUESTS) {
  Deno.test(`${row.guest} changes a text, and only its buffer is written`, async () => {
    using guest = await loadStatic(row);
    using other = await loadStatic(row);
    for (const input of [row.input, "", row.input]) {
      const before = snapshot(guest.memory);
      const pointer = pointerOf(other, row);
      const output = guest.passString(input, row.symbol);
      if (input === row.input) assertStrictEquals(output, row.output);
      passByHand(other, row, input);

      // The guest's own writes are in both memories; everything else is the same to the byte.
      const after = snapshot(guest.memory);
      assertStrictEquals(firstDifference(after, snapshot(other.memory)), -1, "by hand");
      if (row.writesElsewhere) continue;
      const grown = new Uint8Array(after.length);
      grown.set(before);
      grown.set(after.subarray(pointer, pointer + (row.size ?? 100)), pointer);
      assertStrictEquals(firstDifference(after, grown), -1, "outside the buffer");
    }
  });
}

Deno.test("a buffer above 2 GiB, whose pointer JavaScript shows as negative", async () => {
  using guest = await load(guestUrl("wat/high_pointer"));
  assertStrictEquals((guest.exports.get_buffer_pointer as () => number)(), -0x7ffffff0);
  assertStrictEquals(guest.passString("hello"), "Aello");
  assertEquals(guest.passBytes(Uint8Array.of(1, 2, 0)), Uint8Array.of(0x41, 2, 0));
  assertStrictEquals(guest.memory.readString(0x80000010, 3), "A\x02\0");
  assertEquals(guest.memory.readBytes(0x80000010 + 100, 16), new Uint8Array(16));
  assertEquals(guest.memory.readBytes(0x80000000, 16), new Uint8Array(16));
});

for (const guest of ["c/echo_length", "c/echo_pointer"]) {
  Deno.test(`${guest} takes every string that UTF-8 carries without a NUL at the end`, async () => {
    using echo = await load(guestUrl(guest));
    for (const row of strings) {
      if (!isWellFormed(row)) {
        const index = row.text.search(/\p{Surrogate}/u);
        const error = assertThrows(() => echo.passString(row.text), TypeError);
        assert(error.message.includes(`lone surrogate 0x`), error.message);
        assert(error.message.includes(` at index ${index}, `), error.message);
      } else if (endsInNul(row)) {
        const error = assertThrows(() => echo.passString(row.text), TypeError);
        assertStrictEquals(
          error.message,
          "Cannot pass text that ends in a NUL: trailing NULs of a result are not treated as " +
            'text, expected the option trailingNul: "keep"',
        );
      } else assertStrictEquals(echo.passString(row.text), row.text, row.name);
      const bytes = encoder.encode(row.text);
      assertEquals(echo.passBytes(bytes), bytes, row.name);
    }
    assertStrictEquals(echo.state, "ready");
  });
}

for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
  Deno.test(`with trailing NULs kept, every string that ${encoding} carries comes back`, async () => {
    const pointer = "get_buffer_pointer";
    using echo = await load(guestUrl("c/echo_length"), {
      convention: staticBuffer({ pointer, encoding, trailingNul: "keep" }),
    });
    for (const row of strings) {
      if (encoding === "utf-8" && !isWellFormed(row)) continue;
      if (encoding === "latin1" && !isLatin1(row)) continue;
      assertStrictEquals(echo.passString(row.text), row.text, row.name);
    }
  });
}

Deno.test("c/echo_scan takes every string that UTF-8 carries and that contains no NUL", async () => {
  using echo = await load(guestUrl("c/echo_scan"));
  for (const row of strings) {
    if (!isWellFormed(row)) continue;
    const bytes = encoder.encode(row.text);
    if (holdsNul(row)) {
      const nul = row.text.indexOf("\0");
      assertStrictEquals(
        assertThrows(() => echo.passString(row.text), TypeError).message,
        `Cannot pass text with a NUL at index ${nul}: the guest takes the text to end there`,
      );
      assertStrictEquals(
        assertThrows(() => echo.passBytes(bytes), TypeError).message,
        `Cannot pass bytes with a NUL at index ${bytes.indexOf(0)}: ` +
          "the guest takes them to end there",
      );
    } else {
      assertStrictEquals(echo.passString(row.text), row.text, row.name);
      assertEquals(echo.passBytes(bytes), bytes, row.name);
    }
  }
});

/** Texts that just fit into 24 bytes, and those that just do not. */
const FITS: [guest: string, text: string, message?: string][] = [
  ["c/shout_scan", "x".repeat(23)],
  ["c/shout_scan", "é".repeat(11) + "x"],
  [
    "c/shout_scan",
    "x".repeat(24),
    'Cannot pass 24 bytes to "shout": the guest\'s buffer holds 23 and a NUL',
  ],
  [
    "c/shout_scan",
    "é".repeat(12),
    'Cannot pass 24 bytes to "shout": the guest\'s buffer holds 23 and a NUL',
  ],
  ["c/shout_length", "x".repeat(24)],
  ["c/shout_length", "🚀".repeat(6)],
  [
    "c/shout_length",
    "x".repeat(25),
    'Cannot pass 25 bytes to "shout": the guest\'s buffer holds 24',
  ],
  [
    "c/shout_length",
    "🚀".repeat(5) + "漢漢",
    'Cannot pass 26 bytes to "shout": the guest\'s buffer holds 24',
  ],
  ["c/shout_pointer", "x".repeat(24)],
  [
    "c/shout_pointer",
    "x".repeat(100_000),
    'Cannot pass 100000 bytes to "shout": the guest\'s buffer holds 24',
  ],
];

/** The arguments of the guests that shout. */
const SHOUTS: Record<string, StaticGuest["pass"]> = {
  "c/shout_scan": [],
  "c/shout_length": ["byteLength"],
  "c/shout_pointer": ["pointer", "byteLength"],
};

/** With the types from the binary, and without them: the two calls differ. */
const LOADS: [how: string, load: (name: string) => Promise<Guest>][] = [
  ["as a binary", (name) => load(guestUrl(name))],
  [
    "compiled",
    async (name) =>
      load(await WebAssembly.compile(await guestBytes(name)), {
        convention: staticBuffer({
          pointer: "get_buffer_pointer",
          capacity: { export: "get_buffer_capacity" },
          pass: SHOUTS[name]!,
        }),
      }),
  ],
];

for (const [how, loadGuest] of LOADS) {
  for (const [name, text, message] of FITS) {
    const bytes = encoder.encode(text);
    const does = message ? "refuses" : "takes";
    Deno.test(`${name}, ${how}, ${does} ${bytes.length} bytes, as text and as bytes`, async () => {
      using guest = await loadGuest(name);
      guest.passString("before", "shout");
      const before = snapshot(guest.memory);
      if (message === undefined) {
        const shouted = text.replaceAll("x", "X");
        assertStrictEquals(guest.passString(text, "shout"), shouted);
        assertEquals(guest.passBytes(bytes, "shout"), encoder.encode(shouted));
        return;
      }
      for (
        const pass of [
          () => guest.passString(text, "shout"),
          () => guest.passBytes(bytes, "shout"),
        ]
      ) {
        assertStrictEquals(assertThrows(pass, RangeError).message, message);
      }
      assertStrictEquals(firstDifference(snapshot(guest.memory), before), -1);
      assertStrictEquals(guest.state, "ready");
    });
  }

  Deno.test(`${how}: a NUL follows text if there is room, and nothing follows bytes`, async () => {
    using guest = await loadGuest("c/shout_length");
    const pointer = (guest.exports.get_buffer_pointer as () => number)();
    for (
      const [isText, pass] of [
        [true, (length: number) => guest.passString("X".repeat(length), "shout")],
        [false, (length: number) => guest.passBytes(new Uint8Array(length).fill(0x58), "shout")],
      ] as const
    ) {
      for (const length of [0, 1, 22, 23, 24]) {
        guest.memory.view(pointer, 26).fill(0xaa);
        pass(length);
        const expected = new Uint8Array(26).fill(0xaa).fill(0x58, 0, length);
        if (isText && length < 24) expected[length] = 0;
        assertEquals(guest.memory.readBytes(pointer, 26), expected, `${length}`);
      }
    }
  });
}

Deno.test("the error for a text that does not fit shows the upper bound", async () => {
  using guest = await load(guestUrl("c/bounds_next_symbol"));
  const text = "x".repeat(113);
  assertStrictEquals(
    assertThrows(() => guest.passString(text), RangeError).message,
    'Cannot pass 113 bytes to "transform": the guest\'s buffer holds at most 112',
  );
});

Deno.test("in UTF-16 the NUL takes two bytes, and nothing is written into a buffer that is too small for it", async () => {
  const make = (capacity: number) =>
    load(guestUrl("c/echo_scan"), {
      convention: staticBuffer({ pointer: "get_buffer_pointer", capacity, encoding: "utf-16" }),
    });
  using four = await make(4);
  // The guest looks for a NUL of one byte: after the low half of "a".
  assertEquals(guestErrorOf(() => four.passString("a")), [
    "invalid-text",
    "Cannot decode 1 bytes at pointer 0x400 as UTF-16: the length is odd, " +
    "expected 2 bytes for each code unit",
  ]);
  assertStrictEquals(
    assertThrows(() => four.passString("ab"), RangeError).message,
    'Cannot pass 4 bytes to "echo": the guest\'s buffer holds 2 and a NUL',
  );
  using one = await make(1);
  assertStrictEquals(
    assertThrows(() => one.passString(""), RangeError).message,
    'Cannot pass 0 bytes to "echo": the guest\'s buffer holds 0 and a NUL',
  );
});

Deno.test("trailing NULs are trimmed from text, unless they are kept, and never from bytes", async () => {
  using guest = await load(guestUrl("c/counts_nul"));
  assertStrictEquals(guest.passString("x"), "xWASM is cool!");
  assertEquals(guest.passBytes(encoder.encode("x")), encoder.encode("xWASM is cool!\0"));
  using keeping = await load(guestUrl("c/counts_nul"), {
    convention: staticBuffer({ pointer: "get_buffer_pointer", trailingNul: "keep" }),
  });
  assertStrictEquals(keeping.passString("x"), "xWASM is cool!\0");
});

Deno.test("a negative length is the guest's own error code, and it stays ready", async () => {
  for (const [name, status] of [["minus_one", -1], ["lowest", -2147483648]] as const) {
    using guest = await load(guestUrl(`c/answers_${name}`));
    for (const pass of [() => guest.passString("x"), () => guest.passBytes(Uint8Array.of(1))]) {
      const error = assertThrows(pass, Error) as GuestError;
      assertEquals([error.code, error.status, error.export], ["guest-error", status, "transform"]);
      assertStrictEquals(
        error.message,
        `Cannot complete "transform": the guest returned ${status}`,
      );
    }
    assertStrictEquals(guest.state, "ready");
  }
  using full = await load(guestUrl("c/passing_data_length_capacity"));
  assertEquals(guestErrorOf(() => full.passString("x".repeat(88))), [
    "guest-error",
    'Cannot complete "add_wasm_is_cool": the guest returned -1',
  ]);
  assertStrictEquals(full.passString("x".repeat(87)).length, 100);
});

Deno.test("a length above an exact capacity is an overrun, which poisons the guest", async () => {
  const rows: [guest: string, text: string, claimed: number][] = [
    ["c/claims_one_more", "x", 101],
    ["c/claims_more", "x", 1000],
    ["c/overruns", "x".repeat(34), 102],
  ];
  for (const [name, text, claimed] of rows) {
    using guest = await load(guestUrl(name));
    const symbol = name === "c/overruns" ? "triple" : "transform";
    assertEquals(guestErrorOf(() => guest.passString(text)), [
      "overrun",
      `Cannot lift the result of "${symbol}": the guest returned ${claimed} bytes, ` +
      "its buffer holds 100",
    ]);
    assertStrictEquals(guest.state, "poisoned");
    guest.reset();
    assertEquals(guestErrorOf(() => guest.passBytes(encoder.encode(text)))[0], "overrun");
  }
  using fits = await load(guestUrl("c/overruns"));
  assertStrictEquals(fits.passString("x".repeat(33)).length, 99);
  assertStrictEquals(fits.state, "ready");
});

Deno.test("a length of 0 is an empty text", async () => {
  using guest = await load(guestUrl("c/claims_nothing"));
  assertStrictEquals(guest.passString("x"), "");
  assertEquals(guest.passBytes(Uint8Array.of(1)), new Uint8Array());
});

Deno.test("a pointer outside memory is refused before anything is written", async () => {
  using guest = await load(guestUrl("c/claims_pointer_outside"));
  const before = snapshot(guest.memory);
  const error = assertThrows(() => guest.passString("x"), MemoryRangeError);
  assertEquals([error.pointer, error.memorySize], [0xfffffff0, 131072]);
  assertStrictEquals(firstDifference(snapshot(guest.memory), before), -1);
  assertStrictEquals(guest.state, "ready");
});

Deno.test("a buffer that reaches beyond memory takes as much as memory holds", async () => {
  using guest = await load(guestUrl("c/claims_pointer_at_end"));
  assertStrictEquals(
    assertThrows(() => guest.passString("x".repeat(51)), RangeError).message,
    'Cannot pass 51 bytes to "transform": the guest\'s buffer holds at most 50',
  );
  guest.passString("x".repeat(32));
  assertEquals(guest.memory.readBytes(131072 - 50, 33), encoder.encode("x".repeat(32) + "\0"));
});

Deno.test("a buffer can begin at address 0", async () => {
  using guest = await load(guestUrl("c/claims_null"));
  assertStrictEquals(guest.passString("hello"), "hello");
  assertStrictEquals(guest.memory.readCString(0), "hello");
});

Deno.test("text that is not UTF-8 is an error with its offset, and bytes may be anything", async () => {
  using guest = await load(guestUrl("c/invalid_text"));
  const error = assertThrows(() => guest.passString("abc"), Error) as GuestError;
  assertEquals([error.code, error.offset], ["invalid-text", 3]);
  assertEquals(guest.passBytes(Uint8Array.of(0x61)), Uint8Array.of(0x61, 0xff));
  assertStrictEquals(guest.state, "ready");
});

Deno.test("the address of a buffer that moves is read again before the write and before the read", async () => {
  using moves = await load(guestUrl("c/moves_buffer"));
  using grows = await load(guestUrl("c/grows_memory_and_moves"));
  for (const text of ["a", "bc", "🚀", "", "longer than the others"]) {
    assertStrictEquals(moves.passString(text), `${text}WASM is cool!`);
    assertStrictEquals(grows.passString(text), `${text}WASM is cool!`);
  }
});

Deno.test("memory may grow in the middle of a pass, by guest or host", async () => {
  for (const name of ["c/grows_memory", "c/grows_memory_and_moves", "c/grows_memory_when_asked"]) {
    using guest = await load(guestUrl(name));
    for (let pass = 0; pass < 20; pass++) {
      assertStrictEquals(guest.passString(`${pass} `), `${pass} WASM is cool!`, name);
      assertEquals(guest.passBytes(encoder.encode("é")), encoder.encode("éWASM is cool!"), name);
      if (guest.memory.size < 16 * 65536) guest.memory.grow(1);
    }
    assertStrictEquals(guest.memory.size, 16 * 65536);
  }
});

Deno.test("the result is a copy with its own buffer", async () => {
  for (const name of ["c/echo_length", "c/memory_shared"]) {
    using guest = await load(guestUrl(name));
    const first = guest.passBytes(Uint8Array.of(1, 2, 3));
    const kept = first.slice();
    guest.passBytes(Uint8Array.of(9, 9, 9));
    assertEquals(first, kept);
    assert(first.buffer instanceof ArrayBuffer);
    assertStrictEquals(first.buffer.byteLength, first.byteLength);
  }
});

Deno.test("any part can be set by hand", async () => {
  const pointer = "get_buffer_pointer";
  using small = await load(guestUrl("c/echo_length"), {
    convention: staticBuffer({ pointer, capacity: 4 }),
  });
  assertStrictEquals(small.passString("1234"), "1234");
  assertThrows(() => small.passString("12345"), RangeError, "the guest's buffer holds 4");

  using address = await load(guestUrl("wat/value_globals"), {
    convention: staticBuffer({ pointer: 1024, capacity: { export: "BUFFER_SIZE" } }),
  });
  assertStrictEquals(address.passString("x".repeat(100)), "x".repeat(100));
  assertThrows(
    () => address.passString("x".repeat(101)),
    RangeError,
    "the guest's buffer holds 100",
  );

  using second = await load(guestUrl("c/two_buffers"), {
    convention: staticBuffer({ pointer: "get_first_buffer" }),
  });
  assertStrictEquals(second.passString("x", "transform"), "xWASM is cool!");
});

Deno.test("the error for a misspelt export shows the nearest name", async () => {
  using guest = await load(guestUrl("c/passing_data"));
  assertEquals(guestErrorOf(() => guest.passString("x", "add_wasm_is_col")), [
    "missing-export",
    'Cannot find export "add_wasm_is_col": did you mean "add_wasm_is_cool"? The guest exports ' +
    'functions "get_buffer_pointer", "add_wasm_is_cool"',
  ]);
  using misspelt = await load(guestUrl("c/passing_data"), {
    convention: staticBuffer({ pointer: "get_bufer_pointer" }),
  });
  assertEquals(guestErrorOf(() => misspelt.passString("x", "add_wasm_is_cool")), [
    "missing-export",
    'Cannot find export "get_bufer_pointer": did you mean "get_buffer_pointer"? The guest exports ' +
    'function or globals "get_buffer_pointer", "add_wasm_is_cool"',
  ]);
});

Deno.test("the error for an export that cannot take text shows its type and the expected ones", async () => {
  using guest = await load(guestUrl("wat/odd_signatures"));
  const wanted = "() -> i32 or (i32) -> i32 or (i32, i32) -> i32";
  for (
    const [name, type, advice = ""] of [
      ["scale", "(f64) -> f64"],
      [
        "wide",
        "(i64) -> i64",
        'symbols: { wide: { parameters: ["string"], result: "i64" } } if it returns a number or ',
      ],
      ["pair", "(i32) -> (i32, i32)"],
      ["vector", "(v128) -> ()"],
      ["reference", "(externref) -> externref"],
      [
        "nothing",
        "() -> ()",
        'symbols: { nothing: { parameters: ["string"], result: { type: "string", pointer: { ' +
        'argument: 0 }, length: "nul" } } } if it changes the text where it is, and a NUL ends it ' +
        'or symbols: { nothing: { parameters: ["string"], result: { type: "string", pointer: { ' +
        "argument: 0 }, length: { byteLengthOf: 0 } } } } if it changes the text where it is, and " +
        'its length stays or symbols: { nothing: { parameters: ["string"], result: "void" } } if ' +
        'it returns nothing or symbols: { nothing: { parameters: [], result: "void" } } if it ' +
        "takes and gives nothing or ",
      ],
    ]
  ) {
    assertEquals(guestErrorOf(() => guest.passString("x", name)), [
      "signature",
      `Cannot pass ("string") -> "string" to "${name}": it is ${type}, expected ${advice}${wanted}`,
    ]);
  }
});

Deno.test("the error for an export with too many parameters says to declare it", async () => {
  using guest = await load(guestUrl("wat/odd_signatures"));
  assertEquals(guestErrorOf(() => guest.passBytes(Uint8Array.of(1), "five")), [
    "signature",
    'Cannot pass ("bytes") -> "bytes" to "five": it is (i32, i32, i32, i32, i32) -> i32, ' +
    "expected () -> i32 or (i32) -> i32 or (i32, i32) -> i32; passString and passBytes are for " +
    "one value in and one out: declare anything else with the option symbols",
  ]);
});
