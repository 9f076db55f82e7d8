import { assertEquals, assertThrows } from "@std/assert";
import { DwarfCursor } from "../../../src/binary/trace/dwarf_cursor.ts";

Deno.test("numbers and texts are read one after another", () => {
  const cursor = new DwarfCursor(
    Uint8Array.of(0xff, 0xff, 0x34, 0x12, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 0, 0xc3, 0xa4, 0, 9),
  );
  assertEquals([cursor.u8(), cursor.i8(), cursor.u16(), cursor.u32()], [
    255,
    -1,
    0x1234,
    0x01020304,
  ]);
  assertEquals(cursor.u64(), 0x02030405060708);
  assertEquals([cursor.text(), cursor.at, cursor.u8()], ["ä", 19, 9]);
  assertThrows(() => cursor.u8(), RangeError);
});

Deno.test("the samples of LEB128 in DWARF are read", () => {
  // DWARF 5, section 7.6, figures 22 and 23.
  const rows: readonly (readonly [bytes: number[], isSigned: boolean, value: number])[] = [
    [[2], false, 2],
    [[127], false, 127],
    [[0x80, 1], false, 128],
    [[0x81, 1], false, 129],
    [[0xb9, 0x64], false, 12857],
    [[2], true, 2],
    [[0x7e], true, -2],
    [[0xff, 0], true, 127],
    [[0x81, 0x7f], true, -127],
    [[0x80, 1], true, 128],
    [[0x80, 0x7f], true, -128],
    [[0x81, 1], true, 129],
    [[0xff, 0x7e], true, -129],
  ];
  for (const [bytes, isSigned, value] of rows) {
    assertEquals(new DwarfCursor(Uint8Array.from(bytes)).leb(isSigned), value);
  }
});

Deno.test("a part is read within its bounds", () => {
  const cursor = new DwarfCursor(Uint8Array.of(1, 2, 3, 4));
  const part = cursor.part(2);
  assertEquals([part.u8(), part.u8(), cursor.u8()], [1, 2, 3]);
  assertThrows(() => part.u8(), RangeError);
  assertThrows(() => cursor.part(2), RangeError);
});
