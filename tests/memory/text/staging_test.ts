import { staging } from "../../../src/memory/text/helper.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { createSource } from "./_source.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

Deno.test("the staging memory is one page, and grows by as many as text wants", () => {
  const { memory } = staging();
  assertStrictEquals(staging().memory, memory);
  // Its first 1,024 bytes are not for staged text.
  const rows = [[0, 1], [64512, 1], [64513, 2], [64512, 2], [200_000, 4]] as const;
  for (const [byteLength, pages] of rows) {
    const view = staging().reserve(byteLength);
    assertEquals(
      [view.byteOffset, view.byteLength, view.buffer === memory.buffer],
      [1024, pages * 65536 - 1024, true],
    );
  }
});

Deno.test("the staging memory has room for the most that a text may take", () => {
  const source = createSource({ pages: 20 });
  for (const unit of ["a", "é", "漢", "🚀"]) {
    for (const byteLength of [270_000, 400_000, 600_000]) {
      const text = unit.repeat(Math.floor(byteLength / new TextEncoder().encode(unit).length));
      const codec = createUtf8(source, { helper: true });
      const bytes = new TextEncoder().encode(text);
      assertStrictEquals(codec.write(text, 0, codec.byteLength(text)), bytes.length);
      assertEquals(source.bytes().slice(0, bytes.length), bytes);
    }
  }
});
