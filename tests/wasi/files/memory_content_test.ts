import { assert, assertEquals } from "@std/assert";
import type { Failure } from "../../../src/wasi/errno.ts";
import { MemoryContent, MemoryRoom } from "../../../src/wasi/files/memory_content.ts";
import { ERRNO } from "../../_wasi.ts";

function errnoOf(call: () => void): number {
  try {
    call();
  } catch (error) {
    return (error as Failure).errno;
  }
  return 0;
}

Deno.test("content that shrank and grew again has zeros there", () => {
  // The remaining bytes are more than half of them, and less than half.
  for (const rest of [3, 1]) {
    const content = new MemoryContent(Uint8Array.of(1, 2, 3, 4), new MemoryRoom());
    content.write(Uint8Array.of(9), 3);
    content.resize(rest);
    content.resize(4);
    assertEquals(content.copy(), Uint8Array.of(1, 2, 3, 0).fill(0, rest));
    content.write(Uint8Array.of(5), 5);
    assertEquals([content.size, content.copy()[4], content.copy()[5]], [6, 0, 5]);
  }
});

Deno.test("content that has shrunk takes no memory for its former size", () => {
  const part = new Uint8Array(16 * 1024 * 1024), room = new MemoryRoom();
  const { external } = Deno.memoryUsage();
  const all = Array.from({ length: 64 }, () => {
    const content = new MemoryContent(new Uint8Array(), room);
    content.write(part, 0);
    content.resize(1);
    return content;
  });
  const grown = Deno.memoryUsage().external - external;
  assert(grown < 512 * 1024 * 1024, `${grown} bytes for ${all.length} files`);
});

Deno.test("room is 256 MiB unless set", () => {
  const room = new MemoryRoom();
  room.take(256 * 1024 * 1024);
  assertEquals(errnoOf(() => room.take(1)), ERRNO.nospc);
  room.give(1);
  room.take(1);
});

Deno.test("content that the host cannot allocate takes no room", () => {
  const room = new MemoryRoom(2 ** 52), content = new MemoryContent(Uint8Array.of(1), room);
  assertEquals(errnoOf(() => content.resize(2 ** 51)), ERRNO.nospc);
  assertEquals([content.size, content.copy()], [1, Uint8Array.of(1)]);
  assertEquals([errnoOf(() => room.take(2 ** 52)), errnoOf(() => room.take(1))], [0, ERRNO.nospc]);
});
