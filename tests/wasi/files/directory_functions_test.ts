import { assertEquals } from "@std/assert";
import { ANSWER, ERRNO, GRANTED, withTree } from "../../_wasi.ts";

/** An address near the end of memory. */
const NEAR_END = 0xfff0;

Deno.test("a result fits into the guest's buffer, or is cut, and nothing after it changes", async () => {
  await withTree((raw, { granted }) => {
    const { memory } = raw.guest;
    Deno.symlinkSync("sub/b.txt", `${granted}/link`);
    const readLink = (byteLength: number) => {
      memory.view(4000, 50).fill(0x2d);
      const errno = raw.call.path_readlink!(GRANTED, ...raw.put("link"), 4000, byteLength, ANSWER);
      assertEquals(errno, 0);
      assertEquals(memory.read("u8", 4000 + memory.read("u32", ANSWER)), 0x2d);
      return memory.readString(4000, memory.read("u32", ANSWER));
    };
    assertEquals([readLink(49), readLink(3)], ["sub/b.txt", "sub"]);
    assertEquals(raw.call.fd_readdir!(GRANTED, NEAR_END, 100, 0n, ANSWER), ERRNO.fault);
    assertEquals(raw.call.fd_readdir!(GRANTED, 0, -1, 0n, ANSWER), ERRNO.inval);
  });
});
