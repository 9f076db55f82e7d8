// Guests that return wrong addresses and lengths of results.
import type { LoadOptions } from "../../mod.ts";
import { type Expected, type HostileRow, testHostile } from "./_rows.ts";

const TEXT = {
  lie: {
    parameters: [],
    result: { type: "string", pointer: { result: 0 }, length: { result: 1 } },
  },
} as const;
const BYTES = { lie: { ...TEXT.lie, result: { ...TEXT.lie.result, type: "bytes" } } } as const;
const C_STRING = {
  lie: { parameters: [], result: { type: "string", pointer: "result", length: "nul" } },
} as const;
const NUMBERS = {
  lie: {
    parameters: [],
    result: {
      type: "array",
      element: "f64",
      pointer: { result: 0 },
      length: { result: 1 },
    },
  },
} as const;

const utf16 = (unit: "codeUnits" | "bytes") => ({
  lie: { ...TEXT.lie, result: { ...TEXT.lie.result, encoding: "utf-16", unit } },
} as const);

/** Makes a guest whose `lie` returns a pointer and a length. */
const pair = (pointer: string, length: string, data = "") =>
  `${data} (func (export "lie") (result i32 i32) (enter lie)
    (i32.const ${pointer}) (i32.const ${length}))`;

const one = (pointer: string, data = "") =>
  `${data} (func (export "lie") (result i32) (enter lie) (i32.const ${pointer}))`;

interface Lie {
  readonly name: string;
  readonly functions: string;
  readonly symbols: NonNullable<LoadOptions["symbols"]>;
  readonly throws?: Expected;
  readonly gives?: unknown;
  readonly memory?: string;
  readonly limits?: LoadOptions["limits"];
}

const range = (byteLength: number, pointer: string, size = 65536): Expected => [
  "MemoryRangeError",
  "memory-range",
  `Cannot read ${byteLength} bytes at pointer ${pointer}: memory is ${size} bytes`,
];

const invalid = (byteLength: number, found: string): Expected => [
  "GuestError",
  "invalid-text",
  `Cannot decode ${byteLength} bytes at pointer 0x10 as UTF-8: ${found}, expected valid UTF-8`,
];

const data = (bytes: string) => `(data (i32.const 16) "${bytes}")`;

const LIES: readonly Lie[] = [
  {
    name: "a length of one byte more than memory has behind the pointer",
    functions: pair("16", "65521"),
    symbols: BYTES,
    throws: range(65521, "0x10"),
  },
  {
    name: "a range that ends one byte behind memory",
    functions: pair("65532", "5"),
    symbols: BYTES,
    throws: range(5, "0xfffc"),
  },
  {
    name: "a pointer of 4 GiB less one, which is -1 for JavaScript",
    functions: pair("-1", "1"),
    symbols: BYTES,
    throws: range(1, "0xffffffff"),
  },
  {
    name: "a length of -1, which is 4 GiB less one",
    functions: pair("16", "-1"),
    symbols: BYTES,
    throws: range(4294967295, "0x10"),
  },
  {
    name: "a pointer and a length whose sum is 0 in 32 bits",
    functions: pair("0x80000000", "0x80000000"),
    symbols: BYTES,
    throws: range(2147483648, "0x80000000"),
  },
  {
    name: "a text with a length of 2 GiB",
    functions: pair("16", "0x80000000"),
    symbols: TEXT,
    throws: range(2147483648, "0x10"),
  },
  {
    name: "512 MiB in a memory of one page",
    functions: pair("16", "0x20000000"),
    symbols: TEXT,
    throws: range(536870912, "0x10"),
  },
  {
    name: "a C string without an end",
    functions: `
      (func (export "lie") (result i32) (enter lie)
        (memory.fill (i32.const 0xff00) (i32.const 65) (i32.const 256)) (i32.const 0xff00))`,
    symbols: C_STRING,
    throws: [
      "GuestError",
      "invalid-text",
      "Cannot read a C string at pointer 0xff00: there is no NUL in 256 bytes, and memory ends there",
    ],
  },
  {
    name: "a C string outside memory",
    functions: one("0x10000"),
    symbols: C_STRING,
    throws: [
      "GuestError",
      "invalid-text",
      "Cannot read a C string at pointer 0x10000: there is no NUL in 0 bytes, and memory ends there",
    ],
  },
  {
    name: "an array whose number of elements overflows in bytes",
    functions: pair("16", "0x20000001"),
    symbols: NUMBERS,
    throws: range(4294967304, "0x10"),
  },
  {
    name: "an array that begins within an element",
    functions: pair("12", "65530"),
    symbols: NUMBERS,
    throws: range(524240, "0xc"),
  },
  {
    name: "a null pointer with a length",
    functions: pair("0", "5"),
    symbols: TEXT,
    throws: [
      "GuestError",
      "null-pointer",
      'Cannot lift the result of "lie": the guest gave a null pointer, expected text',
    ],
  },
  ...([
    ["a byte that begins nothing", "a\\ff", 2, "byte 0xff at offset 1"],
    ["a continuation without a beginning", "\\80", 1, "byte 0x80 at offset 0"],
    ["a sequence that is cut off", "ab\\e2\\82", 4, "byte 0xe2 at offset 2"],
    ["an overlong NUL", "\\c0\\80", 2, "byte 0xc0 at offset 0"],
    ["an overlong solidus in three bytes", "\\e0\\80\\af", 3, "byte 0xe0 at offset 0"],
    ["a surrogate", "\\ed\\a0\\80", 3, "byte 0xed at offset 0"],
    ["a code point above U+10FFFF", "\\f4\\90\\80\\80", 4, "byte 0xf4 at offset 0"],
    ["a sequence of five bytes", "\\f8\\88\\80\\80\\80", 5, "byte 0xf8 at offset 0"],
  ] as const).map(([name, bytes, length, found]): Lie => ({
    name: `invalid UTF-8: ${name}`,
    functions: pair("16", `${length}`, data(bytes)),
    symbols: TEXT,
    throws: invalid(length, found),
  })),
  {
    name: "UTF-16 whose surrogates are in the wrong order, which is kept",
    functions: pair("16", "2", data("\\00\\dc\\00\\d8")),
    symbols: utf16("codeUnits"),
    gives: "\udc00\ud800",
  },
  {
    name: "UTF-16 at an odd address",
    functions: pair("17", "1", data("\\00\\41\\00")),
    symbols: utf16("codeUnits"),
    gives: "A",
  },
  {
    name: "UTF-16 of three bytes",
    functions: pair("16", "3", data("\\41\\00\\42")),
    symbols: utf16("bytes"),
    throws: [
      "GuestError",
      "invalid-text",
      "Cannot decode 3 bytes at pointer 0x10 as UTF-16: the length is odd, expected 2 bytes for " +
      "each code unit",
    ],
  },
  {
    name: "latin1 with bytes that windows-1252 has for other characters",
    functions: pair("16", "4", data("\\00\\80\\9f\\ff")),
    symbols: { lie: { ...TEXT.lie, result: { ...TEXT.lie.result, encoding: "latin1" } } },
    gives: "\u0000\u0080\u009f\u00ff",
  },
  {
    name: "UTF-16 with a lone surrogate, which is kept",
    functions: pair("16", "1", data("\\00\\d8")),
    symbols: utf16("codeUnits"),
    gives: "\ud800",
  },
  {
    name: "a list of 2 ** 32 - 1 items without a size",
    functions: pair("16", "-1"),
    symbols: {
      lie: {
        parameters: [],
        result: {
          type: "list",
          item: { type: "u8", value: { load: "u8", at: "result" } },
          pointer: { result: 0 },
          count: { result: 1 },
          stride: 0,
        },
      },
    },
    // Each item takes at least 8 bytes; 16 times the page is the most.
    throws: [
      "GuestError",
      "result-too-large",
      'Cannot lift the result of "lie": it takes at least 34359738360 bytes of host memory, ' +
      "expected at most 1048576 or a higher limits: { results }",
    ],
  },
  {
    name: "a result above the caller's limit",
    functions: pair("16", "4097"),
    symbols: BYTES,
    limits: { results: 4096 },
    throws: [
      "GuestError",
      "result-too-large",
      'Cannot lift the result of "lie": it takes at least 4097 bytes of host memory, ' +
      "expected at most 4096 or a higher limits: { results }",
    ],
  },
];

testHostile(LIES.map(({ name, functions, symbols, throws, gives, memory, limits }): HostileRow => ({
  name: `a guest returns ${name}`,
  functions,
  memory,
  options: { symbols, ...(limits && { limits }) },
  ask: (guest) => guest.symbols.lie!(),
  throws,
  gives,
  state: "ready",
  entered: "lie",
})));
