import { assertEquals } from "@std/assert";
import type { Failure } from "../../../src/wasi/errno.ts";
import { MemoryRoom } from "../../../src/wasi/files/memory_room.ts";
import { ERRNO } from "../../_wasi.ts";

Deno.test("room is 256 MiB unless set", () => {
  const room = new MemoryRoom();
  room.take(256 * 1024 * 1024);
  let errno = 0;
  try {
    room.take(1);
  } catch (error) {
    ({ errno } = error as Failure);
  }
  assertEquals(errno, ERRNO.nospc);
  room.give(1);
  room.take(1);
});
