import { assertEquals } from "@std/assert";
import { allocator, memory, put, seen } from "./_put.ts";

Deno.test("a text gets a block from the allocator, which the call holds if the host frees it", () => {
  memory.writeString(1024, "x".repeat(10));
  assertEquals(put(allocator, "abc", { terminated: "always", free: "free" }), {
    pointer: 1024,
    byteLength: 3,
    size: 4,
    held: true,
  });
  assertEquals([seen(1024), put(allocator, "abc")?.valueOf()], ["abc\0xxxxx", {
    pointer: 1024,
    byteLength: 3,
    size: 3,
    held: false,
  }]);
});
