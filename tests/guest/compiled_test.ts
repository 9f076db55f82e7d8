import { compileHeld } from "../../src/guest/compiled.ts";
import { guestBytes } from "../_guests.ts";
import { assertEquals, assertRejects } from "@std/assert";

Deno.test("a binary is compiled and kept, with options that are checked", async () => {
  const bytes = await guestBytes("c/echo_length");
  const compiled = await compileHeld(bytes, undefined);
  assertEquals([compiled.bytes, compiled.source], [bytes, "bytes"]);
  assertEquals((await compileHeld(bytes, {})).bytes, bytes);
  await assertRejects(() => compileHeld(bytes, { signal: 1 } as never), TypeError, "is 1");
});
