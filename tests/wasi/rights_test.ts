import { assertEquals } from "@std/assert";
import { ALL_RIGHTS, DIRECTORY_RIGHTS, FILE_RIGHTS, RIGHT } from "../../src/wasi/rights.ts";

Deno.test("rights have the bits of typenames.witx, from 0 on without a gap", () => {
  const bits = Object.values(RIGHT);
  assertEquals(bits, bits.map((_, index) => 1n << BigInt(index)));
  assertEquals([RIGHT.path_open, RIGHT.fd_filestat_get, RIGHT.poll_fd_readwrite], [
    0x2000n,
    0x200000n,
    0x8000000n,
  ]);
  assertEquals(ALL_RIGHTS, (1n << 28n) - 1n);
});

Deno.test("a directory cannot be read, written, resized or sought like a file", () => {
  for (const right of ["fd_read", "fd_write", "fd_seek", "fd_filestat_set_size"] as const) {
    assertEquals([DIRECTORY_RIGHTS & RIGHT[right], FILE_RIGHTS & RIGHT[right]], [0n, RIGHT[right]]);
  }
});
