import { assertEquals } from "@std/assert";
import { ERRNO, loadRaw } from "../_wasi.ts";

/** The last byte of memory, which is one page: nothing of two bytes fits there. */
const LAST = 0xffff;

Deno.test("a range of a list that is not within memory is refused, and nothing is written", async () => {
  using raw = await loadRaw({ stdout: "capture", stdin: "abc" });
  const { memory } = raw.guest;
  memory.writeBytes(0, new Uint8Array(new Uint32Array([64, 1, LAST, 2]).buffer));
  assertEquals(raw.call.fd_write!(1, 0, 2, 16), ERRNO.fault);
  assertEquals(raw.guest.wasi?.stdout, "");
  assertEquals(raw.call.fd_read!(0, 0, 2, 16), ERRNO.fault);
  assertEquals([memory.read("u8", 64), raw.read(0)], [0, "abc"]);
});

Deno.test("a stream reports a terminal which can be read or written", async () => {
  using raw = await loadRaw();
  const { memory } = raw.guest;
  for (const [fd, right] of [[0, 1n << 1n], [1, 1n << 6n], [2, 1n << 6n]] as const) {
    memory.view(0, 100).fill(0xff);
    assertEquals(raw.call.fd_fdstat_get!(fd, 0), 0);
    assertEquals([memory.read("u64", 0), memory.read("u64", 8), memory.read("u64", 16)], [
      2n, // typenames.witx: character_device
      right,
      0n,
    ]);
    assertEquals(memory.read("u8", 24), 0xff);
    memory.view(0, 100).fill(0xff);
    assertEquals(raw.call.fd_filestat_get!(fd, 0), 0);
    const filestat = new Uint8Array(64);
    filestat[16] = 2;
    assertEquals(memory.readBytes(0, 64), filestat);
    assertEquals(memory.read("u8", 64), 0xff);
    assertEquals(raw.call.fd_fdstat_set_flags!(fd, 1), 0);
  }
});

Deno.test("standard input is read once, into all ranges, and is then at its end", async () => {
  using raw = await loadRaw({ stdin: new TextEncoder().encode("abcdefgh") });
  const { memory } = raw.guest;
  memory.writeBytes(0, new Uint8Array(new Uint32Array([100, 2, 200, 0, 300, 3]).buffer));
  assertEquals(raw.call.fd_read!(0, 0, 3, 32), 0);
  assertEquals(memory.read("u32", 32), 5);
  assertEquals([memory.readString(100, 3), memory.readString(300, 4)], ["ab\0", "cde\0"]);
  assertEquals([raw.read(0, 2), raw.read(0), raw.read(0)], ["fg", "h", ""]);
});

Deno.test("a write of more than a megabyte is accepted in part", async () => {
  using raw = await loadRaw({ stdout: "capture" });
  const { memory } = raw.guest;
  memory.grow(31);
  // The same range twice: 2 ** 20 - 1 bytes of it, and of those again only one.
  const range = [65536, 2 ** 20 - 1];
  memory.writeBytes(0, new Uint8Array(new Uint32Array([...range, ...range]).buffer));
  assertEquals(raw.call.fd_write!(1, 0, 2, 16), 0);
  assertEquals(memory.read("u32", 16), 2 ** 20);
  assertEquals(raw.guest.wasi?.stdoutBytes.byteLength, 2 ** 20);
});
