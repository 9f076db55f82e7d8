import { assertEquals } from "@std/assert";
import { readValueType } from "../../src/binary/defined_types.ts";
import { Reader } from "../../src/binary/reader.ts";
import { referenceBytes, valueBytes } from "../../src/binary/value_bytes.ts";
import type { ValueType } from "../../src/binary/types.ts";

/** Types in the text format, and their bytes: WebAssembly 3.0, section 5.3. */
const TYPES: readonly [type: ValueType, ...bytes: number[]][] = [
  ["i32", 0x7f],
  ["f64", 0x7c],
  ["v128", 0x7b],
  ["funcref", 0x70],
  ["externref", 0x6f],
  ["nullref", 0x71],
  ["exnref", 0x69],
  ["(ref func)", 0x64, 0x70],
  ["(ref any)", 0x64, 0x6e],
  ["(ref noextern)", 0x64, 0x72],
  ["(ref 5)", 0x64, 5],
  ["(ref null 5)", 0x63, 5],
  ["(ref null 64)", 0x63, 0xc0, 0x00],
];

Deno.test("a type becomes the bytes that are read as that type", () => {
  for (const [type, ...bytes] of TYPES) {
    assertEquals(valueBytes(type), bytes, type);
    const draft = { typeLimit: 100, unsupported: new Set<string>() };
    assertEquals(readValueType(new Reader(Uint8Array.from(bytes)), draft as never), type);
  }
  assertEquals(referenceBytes(5), [0x63, 5]);
});

Deno.test("a type of a proposal has no bytes", () => {
  assertEquals(valueBytes("(ref null (exact 3))"), undefined);
  assertEquals(valueBytes("(ref null (shared func))"), undefined);
});
