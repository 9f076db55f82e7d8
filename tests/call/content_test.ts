import { assertEquals, assertThrows } from "@std/assert";
import type { ContentKind } from "../../src/abi/number.ts";
import type { ConventionEncoding } from "../../src/abi/value.ts";
import { compileContent, lengthsOffset, unitOf } from "../../src/call/content.ts";
import { UTF16_TAG } from "../../src/memory/text/common.ts";
import { instanceOf } from "./_unit.ts";

const { memory } = await instanceOf();

const { buffer } = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);

/** Content, a value, its bytes, and the length that a guest gets which counts in code units. */
const ROWS: [
  content: ContentKind,
  encoding: ConventionEncoding,
  value: unknown,
  bytes: number[],
  codeUnits: number,
][] = [
  ["string", "utf-8", "aä€", [0x61, 0xc3, 0xa4, 0xe2, 0x82, 0xac], 6],
  ["string", "utf-16", "a€", [0x61, 0, 0xac, 0x20], 2],
  ["string", "latin1", "aä", [0x61, 0xe4], 2],
  ["string", "latin1+utf16", "aä", [0x61, 0xe4], 2],
  ["string", "latin1+utf16", "a€", [0x61, 0, 0xac, 0x20], 2 + UTF16_TAG],
  ["bytes", "utf-8", new Uint8Array(buffer, 2, 3), [2, 3, 4], 3],
  [{ element: "u16" }, "utf-8", new Uint16Array(buffer, 2, 2), [2, 3, 4, 5], 2],
  [{ element: "f64" }, "utf-8", new Float64Array([1]), [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 1],
];

for (const [content, encoding, value, bytes, codeUnits] of ROWS) {
  const name = typeof content === "object" ? content.element : `${content} ${encoding}`;
  Deno.test(`${name} is measured exactly, written, and counted: ${bytes.join(" ")}`, () => {
    const { measure, write, codeUnits: count } = compileContent(memory, content, encoding);
    const { length } = bytes;
    assertEquals([measure(value), count(value, length)], [length, codeUnits]);
    memory.clear(64, 16);
    assertEquals([write(value, 64, length - 1), memory.readBytes(64, 8)], [-1, new Uint8Array(8)]);
    assertEquals([write(value, 64, length), [...memory.readBytes(64, length + 1)]], [
      length,
      [...bytes, 0],
    ]);
  });
}

Deno.test("a value of another type is refused, and so is a NUL in a text that ends at one", () => {
  const text = compileContent(memory, "string", "utf-8");
  const bytes = compileContent(memory, "bytes", "utf-8");
  const rows: [act: () => unknown, message: string][] = [
    [() => text.measure(5), "Cannot pass text: it is 5, expected a string"],
    [() => bytes.measure("a"), 'Cannot pass bytes: it is "a", expected a Uint8Array'],
    [() => text.refuseNul("ab\0"), "Cannot pass text with a NUL at index 2"],
    [() => bytes.refuseNul(Uint8Array.of(1, 0)), "Cannot pass bytes with a NUL at index 1"],
  ];
  for (const [act, message] of rows) assertThrows(act, TypeError, message);
});

Deno.test("bytes whose buffer was resized while the guest was called are refused", () => {
  const { refuseChanged } = compileContent(memory, "bytes", "utf-8");
  const resizable = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }));
  refuseChanged!(resizable, 4, "f");
  resizable.buffer.resize(8);
  assertThrows(() => refuseChanged!(resizable, 4, "f"), TypeError);
});

Deno.test("a code unit, or an element, has as many bytes as its type", () => {
  assertEquals([unitOf("string", "utf-8"), unitOf("string", "latin1")], [1, 1]);
  assertEquals([unitOf("string", "utf-16"), unitOf("string", "latin1+utf16")], [2, 2]);
  assertEquals([unitOf("bytes", "utf-16"), unitOf({ element: "i64" }, "utf-16")], [1, 8]);
});

Deno.test("the lengths of several texts follow their addresses and one more word", () => {
  assertEquals([lengthsOffset(0, 4), lengthsOffset(3, 4), lengthsOffset(3, 8)], [4, 16, 32]);
});
