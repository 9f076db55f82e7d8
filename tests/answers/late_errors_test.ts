import { assertEquals } from "@std/assert";
import { allocator, load, type SymbolDeclaration } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// Mistakes that show only when a symbol is called, because the module was compiled elsewhere and
// its types are unknown, or because they are in an argument: the error names the symbol and the
// part.

const MODULE = new WebAssembly.Module(assemble(`(module
  (memory (export "memory") 1)
  (global (export "share") f64 (f64.const 0.5))
  (global (export "nothing") externref (ref.null extern))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32))
  (func (export "half") (param i32) (result f64) (f64.const 1.5))
  (func (export "none") (param i32))
  (func (export "two") (param i32) (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "zero") (param i32) (result i32) (i32.const 0)))`));

const convention = allocator({ allocate: "malloc", free: "free", result: "terminated" });

function read(part: string, symbol: string, found: string, expected?: string): Thrown {
  const what = expected ?? "an integer that an address or a length can be";
  return new Thrown(
    "GuestError",
    "signature",
    `Cannot read ${part} for "${symbol}": it is ${found}, expected ${what}`,
  );
}

/** The result type of a symbol, and the outcome of the call; all take one number. */
const RESULTS: [symbol: string, result: SymbolDeclaration["result"], gives: Thrown][] = [
  ["half", { type: "string", pointer: "result" }, read('"result"', "half", "1.5")],
  ["half", { type: "bytes", pointer: 0, length: "result" }, read('"result"', "half", "1.5")],
  ["half", { type: "u32", value: "result" }, read('"result"', "half", "1.5")],
  ["half", { type: "u64", value: "result" }, read('"result"', "half", "1.5")],
  ["half", { type: "pointer", value: "result" }, read('"result"', "half", "1.5")],
  ["half", { type: "u32", value: { low: "result" } }, read('"result"', "half", "1.5")],
  ["half", "i32", read('"result"', "half", "1.5")],
  [
    "zero",
    { type: "bytes", pointer: 0, length: { export: "share" } },
    read('{ export: "share" }', "zero", "0.5"),
  ],
  [
    "zero",
    { type: "u32", value: { export: "nothing" } },
    read('{ export: "nothing" }', "zero", "null", "a number"),
  ],
  [
    "zero",
    { type: "bytes", pointer: 0, length: { product: [2, { export: "share" }] } },
    read('{ export: "share" }', "zero", "0.5"),
  ],
  [
    "zero",
    { type: "bytes", pointer: 0, length: { sum: [1, { export: "share" }] } },
    read('{ sum: [1, { export: "share" }] }', "zero", "1.5"),
  ],
  ["none", { type: "u32", value: "result" }, read('"result"', "none", "undefined", "a number")],
  [
    "two",
    { type: "u32", value: "result" },
    read('"result"', "two", "an object of class Array", "a number"),
  ],
  [
    "zero",
    { type: "u32", value: { word: 1, at: "result" } },
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot read { word: 1, at: "result" } for "zero": the pointer to it is null, expected the ' +
        "address of i32 at offset 0x4",
    ),
  ],
];

for (const [symbol, result, gives] of RESULTS) {
  Deno.test(`${symbol} as ${Deno.inspect(result)}: ${gives.message}`, async () => {
    const declaration = { name: symbol, parameters: ["u32"], result } as const;
    using guest = await load(MODULE, { convention, symbols: { call: declaration } });
    const ask = () => (guest.symbols.call as (value: number) => unknown)(7);
    assertEquals(await outcome(ask), gives);
    for (let count = 0; count < 120; count++) await outcome(ask);
    assertEquals(await outcome(ask), gives);
  });
}

/** The type of a parameter, its argument, and the error. */
const ARGUMENTS: [type: SymbolDeclaration["parameters"][number], value: unknown, said: string][] = [
  ["string", 5, "it is 5, expected a string"],
  ["string", null, "it is null, expected a string, or nullable: true"],
  [
    { type: "string", encoding: "utf-16" },
    {},
    "it is an object of class Object, expected a string",
  ],
  [{ type: "string", nullable: true }, undefined, "it is undefined, expected a string or null"],
  ["bytes", "text", 'it is "text", expected a Uint8Array'],
  ["bytes", new Uint16Array(1), "it is an object of class Uint16Array, expected a Uint8Array"],
  [
    "bytes",
    new Proxy(new Uint8Array(1), {}),
    "it is an object that only claims to be of class Uint8Array, expected a Uint8Array",
  ],
  [
    { type: "array", element: "f64" },
    Object.create(Float64Array.prototype),
    "it is an object that only claims to be of class Float64Array, expected a Float64Array",
  ],
  [
    { type: "array", element: "f64" },
    [1, "2"],
    'element 1 is "2", expected a number for f64',
  ],
  [{ type: "strings" }, "text", 'it is "text", expected an array of strings'],
  ["pointer", 1.5, "it is 1.5, expected an integer that a pointer can be"],
  ["pointer", -(2n ** 70n), `it is ${-(2n ** 70n)}n, expected an integer that a pointer can be`],
];

for (const [type, value, said] of ARGUMENTS) {
  Deno.test(`an argument of ${Deno.inspect(type)}: ${said}`, async () => {
    const more = typeof type === "object" && type.type === "strings"
      ? { pass: ["pointer"] as const }
      : { pass: ["pointer"] as const };
    const parameter = typeof type === "object"
      ? { ...type, ...more }
      : type === "pointer"
      ? type
      : { type: type as "string", ...more };
    const declaration = { name: "zero", parameters: [parameter], result: "i32" } as const;
    using guest = await load(MODULE, { convention, symbols: { call: declaration } });
    const ask = () => (guest.symbols.call as (value: unknown) => unknown)(value);
    const found = await outcome(ask) as Thrown;
    const gives = new Thrown(
      type === "pointer" ? "RangeError" : "TypeError",
      undefined,
      `Cannot pass argument 0 to "zero": ${said}`,
    );
    assertEquals(found, gives);
    for (let count = 0; count < 120; count++) await outcome(ask);
    assertEquals(await outcome(ask), gives);
  });
}

Deno.test("an array's item that is not text is named by its index", async () => {
  const declaration = {
    parameters: [{ type: "strings", pass: ["pointer"] }],
    result: "i32",
  } as const;
  using guest = await load(MODULE, { convention, symbols: { zero: declaration } });
  assertEquals(
    await outcome(() => guest.symbols.zero(["a", 5 as unknown as string])),
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass item 1 of argument 0 to "zero": it is 5, expected a string',
    ),
  );
});

Deno.test("the core arguments of a custom convention are checked", async () => {
  const own = { name: "custom", lower: () => ({ arguments: [0] }) as never, lift: () => "" };
  using guest = await load(MODULE, {
    convention: own,
    symbols: { zero: { parameters: ["string"], result: "i32" } },
  });
  assertEquals(
    await outcome(() => guest.symbols.zero("text")),
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 to "zero": the convention "custom" made an object of class Object of it, ' +
        "expected { args: […] }",
    ),
  );
});
