import { assertStrictEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { Reader } from "../../src/binary/reader.ts";
import { leb } from "./_build.ts";

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
