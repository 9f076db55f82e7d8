import { assertEquals, assertThrows } from "@std/assert";
import { compileContent } from "../../src/call/content.ts";
import { arrayContent, compileElements } from "../../src/call/declared_content.ts";
import { instanceOf } from "./_unit.ts";

const { memory } = await instanceOf();

Deno.test("an array of another type is refused", () => {
  const { measure } = arrayContent(compileContent(memory, "bytes", "utf-8"), "i32");
  const message = "Cannot pass an array: it is null, expected an Int32Array";
  assertThrows(() => measure(null), TypeError, message);
});

for (const pointer of [64, 65]) {
  Deno.test(`elements are copied in and out at ${pointer}, also after memory has grown`, () => {
    const { read, write } = compileElements(memory, "u16");
    const array = Uint16Array.of(0x201, 0x403);
    write(array, pointer);
    assertEquals([...memory.readBytes(pointer, 4)], [1, 2, 3, 4]);
    memory.grow(1);
    assertEquals(read(pointer, 4), array);
  });
}
