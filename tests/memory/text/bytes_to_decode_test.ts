import { bytesToDecode } from "../../../src/memory/text/common.ts";
import { createSource } from "./_source.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

/** Decodes 1, 2, 3 in memory, whose second byte becomes 0 afterwards. */
function decodeWhile(shared: boolean): { bytes: Uint8Array; memory: Uint8Array } {
  const source = createSource({ shared });
  const memory = new Uint8Array(source.memory.buffer);
  memory.set([1, 2, 3], 8);
  const bytes = bytesToDecode(source, 8, 3);
  memory[9] = 0;
  return { bytes, memory };
}

Deno.test("bytesToDecode() returns a view of memory that no other thread can write to", () => {
  const { bytes, memory } = decodeWhile(false);
  assertStrictEquals(bytes.buffer, memory.buffer);
  assertEquals([...bytes], [1, 0, 3]);
});

Deno.test("bytesToDecode() copies shared memory: a write meanwhile does not reach the decoder", () => {
  const { bytes } = decodeWhile(true);
  assertEquals(bytes.buffer instanceof SharedArrayBuffer, false);
  assertEquals([...bytes], [1, 2, 3]);
});
