import { assertEquals } from "@std/assert";
import {
  ALL_RIGHTS,
  Descriptors,
  DIRECTORY_RIGHTS,
  FILE_RIGHTS,
  RIGHT,
} from "../../src/wasi/descriptors.ts";
import type { Failure } from "../../src/wasi/errno.ts";
import { Input } from "../../src/wasi/input.ts";

Deno.test("the lowest free number is opened, and only open numbers can be used", () => {
  const table = new Descriptors();
  const made = Array.from({ length: 3 }, () => {
    return { kind: "input", stream: new Input(new Uint8Array()) } as const;
  });
  assertEquals(made.map((descriptor) => table.add(descriptor)), [0, 1, 2]);
  assertEquals(table.close(1), made[1]);
  assertEquals(table.add(made[1]!), 1);
  assertEquals([table.move(2, 0), table.get(0)], [made[0], made[2]]);
  for (const use of [() => table.get(2), () => table.close(-1), () => table.move(0, 2)]) {
    try {
      use();
    } catch (error) {
      assertEquals((error as Failure).errno, 8); // badf
      continue;
    }
    throw new Error("it is refused");
  }
});

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
