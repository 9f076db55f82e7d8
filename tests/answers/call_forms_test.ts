// A call has the same outcome step by step and in the form that is compiled after 100 calls.
import { assertEquals } from "@std/assert";
import { allocator, type Guest, load, staticBuffer, type SymbolDeclaration } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, testRows, Thrown } from "./_rows.ts";
import { BOTH, guestOf, owned } from "./_both_forms.ts";

/** All ways to find the address of the buffer, and the outcome of each. */
const ADDRESSES: [name: string, buffer: string, gives: unknown][] = [
  ["a getter of 64 bits", `(func (export "buffer") (result i64) (i64.const 64))`, "text"],
  ["a global of 64 bits", `(global (export "buffer") i64 (i64.const 64))`, "text"],
  ["a mutable global", `(global (export "buffer") (mut i32) (i32.const 64))`, "text"],
  ["a mutable global of 64 bits", `(global (export "buffer") (mut i64) (i64.const 64))`, "text"],
  ["a float that is a whole number", `(global (export "buffer") f64 (f64.const 64))`, "text"],
  [
    "a getter of half a byte",
    `(func (export "buffer") (result f64) (f64.const 64.5))`,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot read { export: "buffer" } for "call": it is 64.5, expected an integer that an ' +
        "address or a length can be",
    ),
  ],
  [
    "a global of half a byte",
    `(global (export "buffer") f32 (f32.const 64.5))`,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot read { export: "buffer" } for "call": it is 64.5, expected an integer that an ' +
        "address or a length can be",
    ),
  ],
  [
    "a getter that takes a number",
    `(func (export "buffer") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 64)))`,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot call "call": convention.place.pointer is "buffer", which is (i32) -> i32, expected no ' +
        "parameter and a number as its result",
    ),
  ],
  [
    "a getter of two numbers",
    `(func (export "buffer") (result i32 i32) (i32.const 64) (i32.const 64))`,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot call "call": convention.place.pointer is "buffer", which is () -> (i32, i32), expected no ' +
        "parameter and a number as its result",
    ),
  ],
  [
    "a getter of nothing",
    `(func (export "buffer"))`,
    new Thrown(
      "GuestError",
      "signature",
      'Cannot call "call": convention.place.pointer is "buffer", which is () -> (), expected no ' +
        "parameter and a number as its result",
    ),
  ],
  [
    "a getter of 2 GiB",
    `(func (export "buffer") (result i32) (i32.const -2147483648))`,
    new Thrown(
      "MemoryRangeError",
      "memory-range",
      "Cannot write 1 bytes at pointer 0x80000000: memory is 65536 bytes",
    ),
  ],
];

testRows(ADDRESSES.flatMap(([name, buffer, gives]) =>
  BOTH.map((warmUp) => ({
    name: `an address, after ${warmUp} calls: ${name}`,
    guest: guestOf(buffer),
    options: { convention: staticBuffer({ pointer: "buffer", capacity: 100 }) },
    ask: (guest: Guest) => guest.passString("text", "call"),
    gives,
    warmUp,
  }))
));

testRows(BOTH.flatMap((warmUp) => [
  {
    name: `a result where no address can be, after ${warmUp} calls`,
    guest: guestOf('(func (export "buffer") (result i32) (i32.const 64))'),
    options: {
      convention: {
        ...staticBuffer({ pointer: "buffer", capacity: 100 }),
        results: [{ name: "far", results: ["n"], text: { pointer: 2 ** 53, length: "nul" } }],
      },
    },
    ask: (guest: Guest) => guest.passString("text", "call"),
    gives: new Thrown(
      "GuestError",
      "signature",
      'Cannot call "call": result.pointer is 9007199254740992, expected an integer from ' +
        "-2147483648 to 9007199254740991",
    ),
    warmUp,
  },
  {
    name: `a capacity of half a byte, after ${warmUp} calls`,
    guest: guestOf(`(func (export "buffer") (result i32) (i32.const 64))
      (global (export "room") f64 (f64.const 100.5))`),
    options: { convention: staticBuffer({ pointer: "buffer", capacity: { export: "room" } }) },
    ask: (guest: Guest) => guest.passString("text", "call"),
    gives: new Thrown(
      "GuestError",
      "signature",
      'Cannot read { export: "room" } for "call": it is 100.5, expected an integer that an address ' +
        "or a length can be",
    ),
    warmUp,
  },
]));

/** A guest whose getters reset the value that they return, as some do with `errno`. */
const FORGETS = `(module
  (memory (export "memory") 1)
  (data (i32.const 200) "abcdefghij")
  (data (i32.const 304) "\\c8\\00\\00\\00")
  (global $kept (mut i32) (i32.const 0))
  (func (export "call") (param i32) (result i32) (global.set $kept (local.get 0)) (i32.const 200))
  (func $take (export "take") (result i32)
    (global.get $kept)
    (global.set $kept (i32.const 0)))
  (func (export "take64") (result i64) (i64.extend_i32_u (call $take)))
  (func (export "take_if") (param i32) (result i32) (call $take)))`;

const failed = (code: string) =>
  new Thrown("GuestError", "guest-error", `Cannot complete "call": ${code}`);
const tooLong = (byteLength: number) =>
  new Thrown(
    "MemoryRangeError",
    "memory-range",
    `Cannot read ${byteLength} bytes at pointer 0xc8: memory is 65536 bytes`,
  );
const letters = { type: "u8", value: { load: "u8", at: "result" } } as const;
const codes = [97, 98, 99];

/** Declarations that call the guest for values, the number that it keeps, and the result. */
const ASKED: [
  name: string,
  kept: number,
  declaration: Omit<SymbolDeclaration, "parameters">,
  gives: unknown,
][] = [
  ...([
    ["an export", { export: "take" }],
    ["an export of 64 bits", { export: "take64" }],
    ["half of one", { low: { export: "take64" } }],
    ["a call", { call: "take_if", with: ["result"] }],
    ["a sum", { sum: [{ export: "take" }, 0] }],
  ] as const).flatMap(([name, value]) => [
    [
      `a status by ${name}`,
      7,
      { result: "i32", status: { value, fails: "nonzero" } } as const,
      failed(
        "the guest returned 7",
      ),
    ] as [string, number, Omit<SymbolDeclaration, "parameters">, unknown],
    [
      `no failure by ${name}`,
      0,
      { result: "i32", status: { value, fails: "nonzero" } } as const,
      200,
    ] as [
      string,
      number,
      Omit<SymbolDeclaration, "parameters">,
      unknown,
    ],
  ]),
  ["a status with words", 7, {
    result: "void",
    status: { value: { export: "take" }, fails: { except: [0] }, message: { 7: "seven" } },
  }, failed("seven (the guest returned 7)")],
  ["a status beside a text", 7, {
    result: { type: "string", pointer: "result", length: 3 },
    status: { value: { export: "take" }, fails: "nonzero" },
  }, failed("the guest returned 7")],
  ["a struct that points to a text", 300, {
    result: { type: "string", pointer: { word: 1, at: { export: "take" } }, length: 3 },
  }, "abc"],
  [
    "a struct beyond memory",
    70000,
    {
      result: { type: "string", pointer: { word: 1, at: { export: "take" } }, length: 3 },
    },
    new Thrown(
      "MemoryRangeError",
      "memory-range",
      "Cannot read 4 bytes at pointer 0x11174: memory is 65536 bytes",
    ),
  ],
  ["a length", 3, {
    result: { type: "string", pointer: "result", length: { export: "take" } },
  }, "abc"],
  ["a length beyond memory", -1, {
    result: { type: "string", pointer: "result", length: { export: "take" } },
  }, tooLong(0xffffffff)],
  ["a length of bytes beyond memory", 70000, {
    result: { type: "bytes", pointer: "result", length: { export: "take" } },
  }, tooLong(70000)],
  ["the end of a text", 203, {
    result: { type: "string", pointer: "result", length: { end: { export: "take" } } },
  }, "abc"],
  ["the end of a text whose lengths are code units", 204, {
    result: {
      type: "string",
      encoding: "utf-16",
      pointer: "result",
      length: { end: { export: "take" } },
      unit: "codeUnits",
    },
  }, "\u6261\u6463"],
  ["a count", 3, {
    result: {
      type: "list",
      pointer: "result",
      count: { export: "take" },
      stride: 1,
      item: letters,
    },
  }, codes],
  ["a count at a fixed address", 3, {
    result: { type: "list", pointer: 200, count: { export: "take" }, stride: 1, item: letters },
  }, codes],
  ["a count beyond memory", 70000, {
    result: {
      type: "list",
      pointer: "result",
      count: { export: "take" },
      stride: 1,
      item: letters,
    },
  }, tooLong(70000)],
];

for (const [name, kept, declaration, gives] of ASKED) {
  for (const warmUp of BOTH) {
    Deno.test(`the guest's getter is called once, after ${warmUp} calls: ${name}`, async () => {
      const symbols = { call: { parameters: ["i32"], ...declaration } } as const;
      using guest = await load(assemble(FORGETS), { symbols });
      const call = guest.symbols.call as (kept: number) => unknown;
      for (let count = 0; count < warmUp; count++) await outcome(() => call(3));
      assertEquals(await outcome(() => call(kept)), gives);
    });
  }
}

/** Counts the calls of `half` and the freed blocks; `echo` writes into an area. */
const SHAPES = assemble(`(module
  (memory (export "memory") 1)
  (global (export "__stack_pointer") (mut i32) (i32.const 60000))
  (global $count (mut i32) (i32.const 0))
  (func $counts (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "counted") (result i32)
    (global.get $count)
    (global.set $count (i32.const 0)))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32) (call $counts))
  (func (export "half") (result f64) (call $counts) (f64.const 64.5))
  (func (export "echo") (param $at i32) (param $length i32) (param $area i32)
    (i32.store (local.get $area) (local.get $at))
    (i32.store offset=4 (local.get $area) (local.get $length)))
  (func (export "length") (param i32 i32) (result i32) (local.get 1))
  (func (export "nothing")))`);

const both = ["pointer", "byteLength"] as const;
const stack = { kind: "stack" } as const;

for (const calls of BOTH) {
  Deno.test(`after ${calls} calls: a text and a return area on the guest's stack do not overlap`, async () => {
    using guest = await load(SHAPES, {
      symbols: {
        echo: {
          parameters: [{ type: "string", place: stack, pass: both, nullable: true }],
          arguments: [...both.map((as) => ({ text: 0, as })), { area: 0 }],
          result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
        },
      },
    });
    for (let count = 0; count <= calls; count++) {
      assertEquals(guest.symbols.echo("eleven text"), "eleven text");
    }
  });

  Deno.test(`after ${calls} calls: a getter that returns a float is called once`, async () => {
    using guest = await load(SHAPES, {
      symbols: {
        nothing: { parameters: [], result: { type: "f64", value: { export: "half" } } },
      },
    });
    const { counted } = guest.exports as { counted(): number };
    for (let count = 0; count <= calls; count++) {
      assertEquals([guest.symbols.nothing(), counted()], [64.5, 1]);
    }
  });

  Deno.test(`after ${calls} calls: a refused call frees no block of the call before`, async () => {
    using guest = await load(SHAPES, {
      convention: allocator(owned),
      symbols: {
        length: {
          parameters: [{
            type: "string",
            place: { kind: "buffer", pointer: 1024, capacity: 64 },
            pass: both,
          }, "string"],
          arguments: [{ text: 0, as: "byteLength" }, { text: 1, as: "byteLength" }],
          result: { type: "u32", value: { product: ["result", 3] } },
        },
      },
    });
    const { counted } = guest.exports as { counted(): number };
    const { length } = guest.symbols;
    for (let count = 0; count <= calls; count++) {
      assertEquals([length("a", "text"), counted()], [12, 1]);
    }
    const { name } = await outcome(() => length(null as never, "text")) as Thrown;
    assertEquals([name, counted()], ["TypeError", 0]);
  });
}

/** Returns the names under which compiled calls keep the values that differ between instances. */
async function keysOfSource(): Promise<string[]> {
  const keys = new Set<string>();
  for (const folder of ["", "code/", "steps/", "host/"]) {
    const url = new URL(`../../src/call/${folder}`, import.meta.url);
    for await (const { name } of Deno.readDir(url)) {
      if (!name.endsWith(".ts")) continue;
      const source = await Deno.readTextFile(new URL(name, url));
      for (const [, key] of source.matchAll(/\.(?:of|bind)\(\s*"([^"]+)"/g)) keys.add(key!);
    }
  }
  return [...keys];
}

Deno.test("an export can have the same name as a variable of compiled calls", async () => {
  const keys = await keysOfSource();
  assertEquals(["fail", "run", "instance"].filter((key) => !keys.includes(key)), []);
  for (const name of keys) {
    for (const imports of ["", '(import "env" "tick" (func))']) {
      const bytes = assemble(`(module ${imports}
        (func (export "${name}") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then unreachable))
          (local.get 0)))`);
      using guest = await load(bytes, {
        ...(imports !== "" && { imports: { env: { tick() {} } } }),
        symbols: { call: { name, parameters: ["i32"], result: "i32" } },
      });
      const { call } = guest.symbols;
      for (let count = 1; count <= 130; count++) assertEquals(call(count), count);
      assertEquals(
        await outcome(() => call(0)),
        new Thrown(
          "GuestError",
          "trap",
          `Cannot complete "${name}": the guest trapped: unreachable`,
        ),
      );
      assertEquals((await outcome(() => call(1)) as Thrown).code, "poisoned");
    }
  }
});
