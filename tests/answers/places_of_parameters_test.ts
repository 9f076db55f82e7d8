// A block source in a declaration means the same with every convention, detected or not.
import { assertEquals } from "@std/assert";
import { load, staticBuffer, type SymbolDeclaration } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

/**
 * A guest whose `own` buffer of 4 bytes is not detected; \`get_\` returns the number of bytes that
 * it was given, or 4. Its allocator counts the blocks that are not freed.
 */
const BODY = `
  (memory (export "memory") 1)
  (global $held (mut i32) (i32.const 0))
  (func (export "custom") (result i32) (i32.const 1024))
  (func (export "take") (param i32) (result i32)
    (global.set $held (i32.add (global.get $held) (i32.const 1)))
    (i32.const 1024))
  (func (export "drop") (param i32)
    (global.set $held (i32.sub (global.get $held) (i32.const 1))))
  (func (export "held") (result i32) (global.get $held))
  (func (export "none") (result i32) (i32.const 4))
  (func (export "one") (param i32) (result i32) (local.get 0))
  (func (export "two") (param i32 i32) (result i32) (local.get 1))`;

/** The other exports of each guest, which decide what is detected. */
const GUESTS: Record<string, string> = {
  "nothing recognised": "",
  "a static buffer": `(func (export "get_buffer_pointer") (result i32) (i32.const 2048))`,
  "two static buffers": `(func (export "first_buffer") (result i32) (i32.const 2048))
    (func (export "second_buffer") (result i32) (i32.const 4096))`,
  "an allocator": `(func (export "malloc") (param i32) (result i32) (i32.const 2048))
    (func (export "free") (param i32))`,
  "C strings": `(func (export "malloc") (param i32) (result i32) (i32.const 2048))
    (func (export "free") (param i32))
    (func (export "greet") (param i32) (result i32) (local.get 0))
    (func (export "shout") (param i32) (result i32) (local.get 0))`,
  "AssemblyScript": `(func (export "__new") (param i32 i32) (result i32) (i32.const 2048))
    (func (export "__pin") (param i32) (result i32) (local.get 0))
    (func (export "__unpin") (param i32))`,
  "wasm-bindgen": `(func (export "__wbindgen_malloc") (param i32 i32) (result i32) (i32.const 2048))
    (func (export "__wbindgen_free") (param i32 i32 i32))`,
  "the canonical ABI": `(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (i32.const 2048))`,
  "JS strings": `(func (export "id") (param externref) (result externref) (local.get 0))`,
};

const place = { kind: "buffer", pointer: "custom", capacity: 4 } as const;
const block = { kind: "allocator", allocate: "take", free: "drop" } as const;

/** A declaration, its arguments, the result, and the five bytes at `own` after the call. */
type Row = [
  name: string,
  declaration: SymbolDeclaration,
  value: unknown,
  gives: unknown,
  bytes: number[],
];

const bytes = (...values: number[]) => Uint8Array.from(values);
const tooLarge = (message: string) => new Thrown("RangeError", undefined, message);

const ROWS: Row[] = [
  [
    "bytes that fill the buffer, without core arguments",
    {
      name: "none",
      parameters: [{ type: "bytes", place }],
      result: "u32",
    },
    bytes(1, 2, 3, 4),
    4,
    [1, 2, 3, 4, 9],
  ],
  [
    "bytes with a NUL",
    {
      name: "none",
      parameters: [{ type: "bytes", place }],
      result: "u32",
    },
    bytes(1, 0, 3, 4),
    4,
    [1, 0, 3, 4, 9],
  ],
  [
    "fewer bytes, and no NUL behind them",
    {
      name: "one",
      parameters: [{ type: "bytes", place }],
      result: "u32",
    },
    bytes(1, 2),
    2,
    [1, 2, 9, 9, 9],
  ],
  [
    "bytes that are declared to end at a NUL",
    {
      name: "none",
      parameters: [{ type: "bytes", place, terminated: true }],
      result: "u32",
    },
    bytes(1, 2, 3, 4),
    tooLarge('Cannot pass 4 bytes to "none": the guest\'s buffer holds 3 and a NUL'),
    [
      9,
      9,
      9,
      9,
      9,
    ],
  ],
  [
    "bytes by their address",
    {
      name: "two",
      parameters: [{ type: "bytes", place }],
      result: "u32",
    },
    bytes(1, 2, 3),
    3,
    [1, 2, 3, 9, 9],
  ],
  [
    "text, which a NUL follows where there is room",
    {
      name: "one",
      parameters: [{ type: "string", place }],
      result: "u32",
    },
    "ab",
    2,
    [0x61, 0x62, 0, 9, 9],
  ],
  [
    "text that fills it",
    {
      name: "one",
      parameters: [{ type: "string", place }],
      result: "u32",
    },
    "abcd",
    4,
    [0x61, 0x62, 0x63, 0x64, 9],
  ],
  [
    "text that the guest has to find the end of",
    {
      name: "none",
      parameters: [{ type: "string", place }],
      result: "u32",
    },
    "abcd",
    tooLarge('Cannot pass 4 bytes to "none": the guest\'s buffer holds 3 and a NUL'),
    [
      9,
      9,
      9,
      9,
      9,
    ],
  ],
  [
    "text in its own encoding",
    {
      name: "one",
      parameters: [{ type: "string", place, encoding: "utf-16" }],
      result: "u32",
    },
    "a",
    2,
    [0x61, 0, 0, 0, 9],
  ],
  [
    "an array",
    {
      name: "one",
      parameters: [{ type: "array", element: "u16", place }],
      result: "u32",
    },
    Uint16Array.of(1, 0),
    2,
    [1, 0, 0, 0, 9],
  ],
  [
    "several strings",
    {
      name: "one",
      parameters: [{
        type: "strings",
        place: { kind: "buffer", pointer: "custom", capacity: 16 },
        layout: "pairs",
        pass: ["count"],
      }],
      result: "u32",
    },
    [""],
    1,
    [8, 4, 0, 0, 0],
  ],
  [
    "bytes in a block, which is freed",
    {
      name: "two",
      parameters: [{ type: "bytes", place: block }],
      result: "u32",
    },
    bytes(1, 0, 3),
    3,
    [1, 0, 3, 9, 9],
  ],
  [
    "bytes in a block, of which the guest gets only the address",
    {
      name: "one",
      parameters: [{ type: "bytes", place: block }],
      result: "u32",
    },
    bytes(1, 0, 3),
    1024,
    [1, 0, 3, 9, 9],
  ],
  [
    "text in a block that ends at a NUL",
    {
      name: "one",
      parameters: [{ type: "string", place: block }],
      result: "u32",
    },
    "abc",
    1024,
    [0x61, 0x62, 0x63, 0, 9],
  ],
  [
    "text in a block with its length",
    {
      name: "two",
      parameters: [{ type: "string", place: block }],
      result: "u32",
    },
    "abc",
    3,
    [0x61, 0x62, 0x63, 9, 9],
  ],
  [
    "a text result with a NUL at its end",
    {
      name: "one",
      parameters: ["u32"],
      result: { type: "string", pointer: { export: "custom" }, length: { parameter: 0 } },
    },
    4,
    "\t\t\t\t",
    [9, 9, 9, 9, 9],
  ],
  [
    "a text result that is a NUL",
    {
      name: "one",
      parameters: ["u32"],
      result: { type: "string", pointer: 8, length: "result" },
    },
    2,
    "\0\0",
    [9, 9, 9, 9, 9],
  ],
  [
    "a record of texts",
    {
      name: "one",
      parameters: ["u32"],
      result: {
        type: "record",
        fields: { a: { type: "string", pointer: 1024, length: 1 } },
      },
    },
    4,
    { a: "\t" },
    [9, 9, 9, 9, 9],
  ],
  [
    "a list of texts",
    {
      name: "one",
      parameters: ["u32"],
      result: {
        type: "list",
        pointer: 1024,
        count: "result",
        stride: 1,
        item: { type: "string", pointer: "result", length: 1 },
      },
    },
    2,
    ["\t", "\t"],
    [9, 9, 9, 9, 9],
  ],
  [
    "the words of a failure",
    {
      name: "one",
      parameters: ["u32"],
      result: "void",
      status: { value: "result", fails: "nonzero", message: { pointer: 1024, length: 1 } },
    },
    2,
    new Thrown(
      "GuestError",
      "guest-error",
      'Cannot complete "one": \\t (the guest returned 2)',
    ),
    [
      9,
      9,
      9,
      9,
      9,
    ],
  ],
];

for (const [recognised, more] of Object.entries(GUESTS)) {
  const guestBytes = assemble(`(module ${BODY} ${more})`);
  for (const [name, declaration, value, gives, written] of ROWS) {
    for (const warmUp of [0, 120]) {
      if (warmUp > 0 && typeof declaration.result === "string") continue;
      Deno.test(`${recognised}, after ${warmUp} calls: ${name}`, async () => {
        using guest = await load(guestBytes, { symbols: { f: declaration } });
        const f = guest.symbols.f as (value: unknown) => unknown;
        for (let calls = 0; calls < warmUp; calls++) await outcome(() => f(value));
        guest.memory.view(1024, 5).fill(9);
        assertEquals(await outcome(() => f(value)), gives);
        assertEquals([...guest.memory.readBytes(1024, 5)], written);
        assertEquals((guest.exports.held as () => number)(), 0);
      });
    }
  }
}

Deno.test("a parameter's block source means the same for a compiled module as for a binary", async () => {
  const module = new WebAssembly.Module(assemble(`(module ${BODY} ${GUESTS["a static buffer"]})`));
  const f = {
    name: "none",
    parameters: [{ type: "bytes", place, pass: [] }],
    result: "u32",
  } as const;
  for (const options of [{}, { convention: staticBuffer({ pointer: "get_buffer_pointer" }) }]) {
    using guest = await load(module, { ...options, symbols: { f } });
    guest.memory.view(1024, 5).fill(9);
    assertEquals(guest.symbols.f(bytes(1, 0, 3, 4)), 4);
    assertEquals([...guest.memory.readBytes(1024, 5)], [1, 0, 3, 4, 9]);
  }
});

Deno.test("the caller's convention also applies to a declaration's own block sources", async () => {
  const guestBytes = assemble(`(module ${BODY} ${GUESTS["a static buffer"]})`);
  using guest = await load(guestBytes, {
    convention: staticBuffer({ pointer: "get_buffer_pointer", encoding: "utf-16" }),
    symbols: { f: { name: "one", parameters: [{ type: "string", place }], result: "u32" } },
  });
  guest.memory.view(1024, 5).fill(9);
  assertEquals(guest.symbols.f("a"), 2);
  assertEquals([...guest.memory.readBytes(1024, 5)], [0x61, 0, 0, 0, 9]);
});

Deno.test("bytes end at a NUL if the guest looks for one in the convention's own buffer", async () => {
  const guestBytes = assemble(`(module ${BODY} ${GUESTS["a static buffer"]})`);
  using guest = await load(guestBytes, {
    symbols: { f: { name: "none", parameters: ["bytes"], result: "u32" } },
  });
  assertEquals(
    await outcome(() => guest.symbols.f(bytes(1, 0))),
    new Thrown(
      "TypeError",
      undefined,
      "Cannot pass bytes with a NUL at index 1: the guest takes them to end there",
    ),
  );
  assertEquals(guest.symbols.f(bytes(1, 2)), 4);
  assertEquals([...guest.memory.readBytes(2048, 3)], [1, 2, 0]);
});
