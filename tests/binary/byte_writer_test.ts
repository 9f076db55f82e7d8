import { assertEquals } from "@std/assert";
import { ByteWriter, padded } from "../../src/binary/byte_writer.ts";
import { Reader } from "../../src/binary/reader.ts";

Deno.test("integers are written as the specification encodes them", () => {
  const writer = new ByteWriter(1);
  for (const value of [0, 127, 128, 624485, 2 ** 32 - 1]) writer.unsigned(value);
  for (const value of [0, 63, 64, -64, -65, -123456]) writer.signed(value);
  assertEquals(
    [...writer.bytes],
    [
      ...[0, 0x7f, 0x80, 0x01, 0xe5, 0x8e, 0x26, 0xff, 0xff, 0xff, 0xff, 0x0f],
      ...[0, 0x3f, 0xc0, 0x00, 0x40, 0xbf, 0x7f, 0xc0, 0xbb, 0x78],
    ],
  );
});

Deno.test("integers are read back", () => {
  const values = [2 ** 31 - 1, -(2 ** 31), 8191, 8192, -8192, -8193, 1, -1];
  const writer = new ByteWriter();
  for (const value of values) writer.signed(value);
  const reader = new Reader(writer.bytes);
  assertEquals(values.map(() => reader.s32("value")), values);
});

Deno.test("lengths are written before what they count, in nested parts too", () => {
  const writer = new ByteWriter(1);
  writer.counted(() => {
    writer.name("é");
    writer.counted(() => writer.copy(new Uint8Array(300).fill(7)));
    writer.all([1, 2]);
  });
  const outer = new Reader(writer.bytes);
  assertEquals(outer.u32("length"), outer.remaining);
  assertEquals(outer.name("name"), "é");
  assertEquals(outer.u32("length"), 300);
  outer.skip(300, "bytes");
  assertEquals([outer.u8("byte"), outer.u8("byte"), outer.remaining], [1, 2, 0]);
});

Deno.test("a range of other bytes is copied, short or long", () => {
  const from = Uint8Array.from({ length: 100 }, (_, index) => index);
  const writer = new ByteWriter(1);
  writer.copy(from, 3, 6);
  writer.copy(from, 10, 60);
  assertEquals(writer.bytes, Uint8Array.of(3, 4, 5, ...from.subarray(10, 60)));
});

Deno.test("bytes are inserted before those that their length counts", () => {
  const writer = new ByteWriter(4), head = new ByteWriter(1);
  writer.all([7, 8, 9]);
  head.counted(() => head.u8(6), writer.length);
  writer.prepend(head.bytes);
  const reader = new Reader(writer.bytes);
  assertEquals(reader.u32("length"), 4);
  assertEquals([...writer.bytes.subarray(reader.position)], [6, 7, 8, 9]);
});

Deno.test("a range of any length is copied by words, up to the ends of both buffers", () => {
  const from = Uint8Array.from({ length: 200 }, (_, index) => index),
    view = new DataView(from.buffer);
  for (const start of [0, 1, 2, 3]) {
    for (let length = 0; length <= 200 - start; length++) {
      const writer = new ByteWriter(length + start);
      writer.all(Array(start).fill(9));
      writer.copyRange(view, start, start + length);
      assertEquals([...writer.bytes], [
        ...Array(start).fill(9),
        ...from.slice(start, start + length),
      ]);
      writer.u8(7);
      assertEquals([writer.length, writer.bytes.at(-1)], [start + length + 1, 7]);
    }
  }
});

Deno.test("a range of a view within a buffer is copied from there", () => {
  const from = Uint8Array.from({ length: 400 }, (_, index) => index);
  for (const length of [2, 150]) {
    const writer = new ByteWriter();
    writer.copyRange(new DataView(from.buffer, 100, 200), 10, 10 + length);
    assertEquals(writer.bytes, from.slice(110, 110 + length));
  }
});

Deno.test("bytes that are copied often keep their number", () => {
  for (const bytes of [[], [1], [1, 2, 3], [1, 2, 3, 4, 5]]) {
    const writer = new ByteWriter(1);
    writer.copyPadded(padded(bytes));
    writer.copyPadded(padded([9]));
    assertEquals([...writer.bytes], [...bytes, 9]);
  }
});
