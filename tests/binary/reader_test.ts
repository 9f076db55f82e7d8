import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { Reader } from "../../src/binary/reader.ts";
import { leb } from "./_build.ts";

const reads = {
  u32: (reader: Reader) => reader.u32("number"),
  s32: (reader: Reader) => reader.s32("number"),
  s33: (reader: Reader) => reader.s33("number"),
  u64: (reader: Reader) => reader.u64("number"),
  s64: (reader: Reader) => reader.s64("number"),
};

const numbers: [read: keyof typeof reads, bytes: number[], value: number | bigint][] = [
  ["u32", [0x00], 0],
  ["u32", [0x7f], 127],
  ["u32", [0x80, 0x01], 128],
  ["u32", [0x83, 0x00], 3],
  ["u32", [0x83, 0x80, 0x80, 0x80, 0x00], 3],
  ["u32", [0xe5, 0x8e, 0x26], 624485],
  ["u32", [0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
  ["u32", [0x80, 0x80, 0x80, 0x80, 0x08], 2 ** 31],
  ["u32", [0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
  ["s32", [0x00], 0],
  ["s32", [0x3f], 63],
  ["s32", [0x40], -64],
  ["s32", [0x7f], -1],
  ["s32", [0xff, 0x00], 127],
  ["s32", [0x80, 0x7f], -128],
  ["s32", [0xc0, 0xbb, 0x78], -123456],
  ["s32", [0xff, 0xff, 0xff, 0xff, 0x7f], -1],
  ["s32", [0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
  ["s32", [0x80, 0x80, 0x80, 0x80, 0x78], -(2 ** 31)],
  ["s33", [0x00], 0],
  ["s33", [0x70], -16],
  ["s33", [0xf0, 0x7f], -16],
  ["s33", [0xc0, 0x00], 64],
  ["s33", [0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
  ["s33", [0x80, 0x80, 0x80, 0x80, 0x70], -(2 ** 32)],
  ["u64", [0x00], 0n],
  ["u64", [0x80, 0x01], 128n],
  ["u64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 2n ** 64n - 1n],
  ["u64", [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 1n],
  ["s64", [0x7f], -1n],
  ["s64", [0x3f], 63n],
  ["s64", [0xc0, 0xbb, 0x78], -123456n],
  ["s64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00], 2n ** 63n - 1n],
  ["s64", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], -(2n ** 63n)],
];

Deno.test("LEB128 integers are read in every length that their width allows", () => {
  for (const [read, bytes, value] of numbers) {
    const reader = new Reader(Uint8Array.from([0xee, ...bytes, 0xee]), 1);
    assertStrictEquals(reads[read](reader), value, `${read} ${bytes}`);
    assertStrictEquals(reader.position, 1 + bytes.length, `${read} ${bytes}`);
  }
});

const badNumbers: [read: keyof typeof reads, bytes: number[], problem: string][] = [
  ["u32", [], "at offset 0x0: 0 bytes left, expected 1"],
  ["u32", [0x80], "at offset 0x1: 0 bytes left, expected 1"],
  [
    "u32",
    [0x83, 0x80, 0x80, 0x80, 0x80, 0x00],
    "at offset 0x0: byte 5 of the LEB128 is 0x80, expected 0x00 to 0x0f",
  ],
  [
    "u32",
    [0xff, 0xff, 0xff, 0xff, 0x10],
    "at offset 0x0: byte 5 of the LEB128 is 0x10, expected 0x00 to 0x0f",
  ],
  [
    "s32",
    [0x80, 0x80, 0x80, 0x80, 0x08],
    "at offset 0x0: byte 5 of the LEB128 is 0x08, expected 0x00 to 0x07 or 0x78 to 0x7f",
  ],
  [
    "s32",
    [0xff, 0xff, 0xff, 0xff, 0x77],
    "at offset 0x0: byte 5 of the LEB128 is 0x77, expected 0x00 to 0x07 or 0x78 to 0x7f",
  ],
  [
    "s32",
    [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    "at offset 0x0: byte 5 of the LEB128 is 0xff, expected 0x00 to 0x07 or 0x78 to 0x7f",
  ],
  [
    "s33",
    [0x80, 0x80, 0x80, 0x80, 0x10],
    "at offset 0x0: byte 5 of the LEB128 is 0x10, expected 0x00 to 0x0f or 0x70 to 0x7f",
  ],
  [
    "u64",
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02],
    "at offset 0x0: byte 10 of the LEB128 is 0x02, expected 0x00 to 0x01",
  ],
  [
    "s64",
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    "at offset 0x0: byte 10 of the LEB128 is 0x01, expected 0x00 to 0x00 or 0x7f to 0x7f",
  ],
];

Deno.test("LEB128 integers that are cut off, overlong or too large are refused", () => {
  for (const [read, bytes, problem] of badNumbers) {
    const error = assertThrows(
      () => reads[read](new Reader(Uint8Array.from(bytes))),
      WasmFormatError,
    );
    assertStrictEquals(error.message, `Cannot read number ${problem}`);
  }
});

Deno.test("floating-point numbers are little-endian, also on a view that begins in its buffer", () => {
  const bytes = new Uint8Array(16).subarray(3);
  bytes.set([0x00, 0x00, 0xc0, 0x3f, 0x18, 0x2d, 0x44, 0x54, 0xfb, 0x21, 0x09, 0x40]);
  const reader = new Reader(bytes);
  assertStrictEquals(reader.f32("number"), 1.5);
  assertStrictEquals(reader.f64("number"), Math.PI);
  assertStrictEquals(reader.position, 12);
});

Deno.test("no read goes past the end of its range, even if the binary continues", () => {
  const bytes = Uint8Array.from({ length: 64 }, () => 0x01);
  const few: [bytes: number, problem: string, read: (reader: Reader) => unknown][] = [
    [0, "at offset 0x10: 0 bytes left, expected 1", (reader) => reader.u8("item")],
    [0, "at offset 0x10: 0 bytes left, expected 1", (reader) => reader.peek("item")],
    [0, "at offset 0x10: 0 bytes left, expected 1", (reader) => reader.u32("item")],
    [3, "at offset 0x10: 3 bytes left, expected 4", (reader) => reader.f32("item")],
    [7, "at offset 0x10: 7 bytes left, expected 8", (reader) => reader.f64("item")],
    [8, "at offset 0x10: 8 bytes left, expected 9", (reader) => reader.skip(9, "item")],
    [8, "at offset 0x10: 8 bytes left, expected 9", (reader) => reader.range(9, "item")],
    [
      1,
      "at offset 0x10: length is 1 byte, expected at most 0",
      (reader) => reader.name("item"),
    ],
  ];
  for (const [length, problem, read] of few) {
    const reader = new Reader(bytes, 16, 16 + length);
    const error = assertThrows(() => read(reader), WasmFormatError);
    assertStrictEquals(error.message, `Cannot read item ${problem}`);
  }
});

Deno.test("range() returns the next bytes and moves past them", () => {
  const reader = new Reader(Uint8Array.from([1, 2, 3, 4]));
  const range = reader.range(2, "range");
  assertEquals([range.u8("byte"), range.u8("byte"), range.remaining], [1, 2, 0]);
  assertEquals([reader.position, reader.remaining], [2, 2]);
});

Deno.test("count() is capped by a limit and by the bytes that remain", () => {
  const read = (bytes: number[], limit: number, itemBytes: number) =>
    new Reader(Uint8Array.from(bytes)).count("count", limit, itemBytes);
  assertStrictEquals(read([2, 0, 0, 0, 0], 2, 2), 2);
  const messages = [
    [
      () => read([3, 0, 0, 0, 0, 0, 0], 2, 2),
      "Cannot read count at offset 0x0: count is 3, expected at most 2",
    ],
    [
      () => read([2, 0, 0, 0], 2, 2),
      "Cannot read count at offset 0x0: count is 2, expected at most 1 with 3 bytes left",
    ],
  ] as const;
  for (const [call, message] of messages) {
    assertStrictEquals(assertThrows(call, WasmFormatError).message, message);
  }
});

Deno.test("index() refuses an index that is not below the length", () => {
  assertStrictEquals(new Reader(Uint8Array.from([6])).index("index", 7), 6);
  const error = assertThrows(
    () => new Reader(Uint8Array.from([7])).index("index", 7),
    WasmFormatError,
  );
  assertStrictEquals(
    error.message,
    "Cannot read index at offset 0x0: index is 7, expected below 7",
  );
});

function readName(utf8: Iterable<number>): string {
  const bytes = [...utf8];
  return new Reader(Uint8Array.from([...leb(bytes.length), ...bytes, 0x21])).name("name");
}

// The lengths surround the one up to which ASCII takes a separate path.
const ascii = [0, 1, 31, 32, 33, 127, 128, 5000].map((length) => "x".repeat(length));
const names = [
  ...ascii,
  "\0",
  "\ufeffmark",
  "\ufeff",
  "\x7f\x80\u07ff\u0800\uffff",
  "\u{10000}\u{10ffff}",
  "naïve",
  "\ud7ff\ue000",
  `${"x".repeat(31)}é`,
  `${"x".repeat(40)}\u{1f980}`,
];

Deno.test("names are read exactly, byte order marks included", () => {
  for (const name of names) {
    assertStrictEquals(readName(new TextEncoder().encode(name)), name, JSON.stringify(name));
  }
});

const long = Array.from({ length: 100 }, () => 0x61);
const invalid: [utf8: number[], offset: string, problem: string][] = [
  [[0x80], "0x1", "byte is 0x80"],
  [[0x61, 0xff], "0x2", "byte is 0xff"],
  [[0xc0, 0x80], "0x1", "byte is 0xc0"],
  [[0xc1, 0xbf], "0x1", "byte is 0xc1"],
  [[0xe0, 0x9f, 0xbf], "0x2", "byte is 0x9f"],
  [[0x61, 0xed, 0xa0, 0x80], "0x3", "byte is 0xa0"],
  [[0xf0, 0x8f, 0xbf, 0xbf], "0x2", "byte is 0x8f"],
  [[0xf4, 0x90, 0x80, 0x80], "0x2", "byte is 0x90"],
  [[0xf5, 0x80, 0x80, 0x80], "0x1", "byte is 0xf5"],
  [[0xe2, 0x82, 0x41], "0x3", "byte is 0x41"],
  [[...long, 0xfe, ...long, 0xff], "0x66", "byte is 0xfe"],
  [[0xe2, 0x82], "0x3", "it ends in mid-character"],
  [[0xf0, 0x9f, 0xa6], "0x4", "it ends in mid-character"],
];

Deno.test("names that are not UTF-8 are refused with the first byte that is wrong", () => {
  for (const [utf8, offset, problem] of invalid) {
    const error = assertThrows(() => readName(utf8), WasmFormatError);
    const message = `Cannot read name at offset ${offset}: ${problem}, expected UTF-8`;
    assertStrictEquals(error.message, message);
  }
});
