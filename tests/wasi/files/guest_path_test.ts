import { assertEquals } from "@std/assert";
import { ERRNO, GRANTED, withTree } from "../../_wasi.ts";

Deno.test("a path that is not text is refused", async () => {
  await withTree((raw) => {
    raw.guest.memory.writeBytes(0, new Uint8Array([0x61, 0xff]));
    assertEquals(raw.call.path_create_directory!(GRANTED, 0, 2), ERRNO.ilseq);
  });
});
