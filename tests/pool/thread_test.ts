import { assertEquals } from "@std/assert";
import { parentThread } from "../../src/pool/thread.ts";

Deno.test("a thread that no other has started has no parent", async () => {
  assertEquals(await parentThread(), null);
});
