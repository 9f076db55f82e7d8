import { assertEquals } from "@std/assert";
import { ERRNO, GRANTED, withTree } from "../../_wasi.ts";

Deno.test("an error of the host is an error number for the guest", async () => {
  await withTree((raw, { granted }) => {
    assertEquals(raw.open(GRANTED, "x".repeat(300)).errno, ERRNO.nametoolong);
    const { fd } = raw.open(GRANTED, "sub", 2);
    Deno.removeSync(`${granted}/sub`, { recursive: true });
    assertEquals(raw.open(fd, "b.txt").errno, ERRNO.noent);
    assertEquals(raw.guest.state, "ready");
  });
});
