import { growMemory, hasAddress64 } from "../../src/memory/pointer.ts";
import { MEMORY_KINDS } from "../_memories.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

for (const { name, make } of MEMORY_KINDS) {
  Deno.test(`${name} grows up to its maximum and not beyond`, () => {
    const memory = make(1, 3);
    assertStrictEquals(growMemory(memory, 0), 1);
    assertStrictEquals(growMemory(memory, 2), 1);
    assertStrictEquals(memory.buffer.byteLength, 3 * 65536);
    const error = assertThrows(() => growMemory(memory, 1), RangeError);
    assertStrictEquals(
      error.message,
      "Cannot grow memory by 1 pages: it has 3, and with so many more it would exceed its " +
        "maximum or what the engine allows",
    );
    assertEquals(error.cause instanceof Error, true);
    assertThrows(
      () => growMemory(memory, 2 ** 40),
      RangeError,
      "Cannot grow memory by 1099511627776",
    );
    assertStrictEquals(memory.buffer.byteLength, 3 * 65536);
  });

  Deno.test(`hasAddress64() probes ${name} without a trace`, () => {
    const memory = make(1, 3);
    const view = new Uint8Array(memory.buffer);
    assertStrictEquals(hasAddress64(memory), name === "a 64-bit memory");
    assertStrictEquals(view.byteLength, 65536);
    assertStrictEquals(memory.buffer.byteLength, 65536);
  });

  for (
    const [pages, message] of [
      [-1, "Cannot grow memory by -1 pages: expected an integer, 0 or more"],
      [0.5, "Cannot grow memory by 0.5 pages: expected an integer, 0 or more"],
      [NaN, "Cannot grow memory by NaN pages: expected an integer, 0 or more"],
    ] as const
  ) {
    Deno.test(`${name} does not grow by ${pages} pages`, () => {
      const memory = make(1, 3);
      const error = assertThrows(() => growMemory(memory, pages), RangeError);
      assertStrictEquals(error.message, message);
      assertStrictEquals(memory.buffer.byteLength, 65536);
    });
  }
}
