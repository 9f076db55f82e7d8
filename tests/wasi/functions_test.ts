import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ERRNO, loadRaw } from "../_wasi.ts";

/** The last byte of memory, which is one page: nothing of two bytes fits there. */
const LAST = 0xffff;

// Arguments for which each function of WASI returns an error if nothing is granted. Those that made
// `node:wasi` end the process or take all of its memory are among them.
const REFUSED: readonly [name: string, args: readonly (number | bigint)[], errno: number][] = [
  ["args_sizes_get", [LAST, 0], ERRNO.fault],
  ["args_sizes_get", [0, LAST], ERRNO.fault],
  ["environ_sizes_get", [-1, 0], ERRNO.fault],
  ["environ_sizes_get", [0, -1], ERRNO.fault],
  ["args_get", [0x10001, 0], ERRNO.fault],
  ["args_get", [0, 0x10001], ERRNO.fault],
  ["clock_res_get", [4, 0], ERRNO.inval],
  ["clock_res_get", [-1, 0], ERRNO.inval],
  ["clock_res_get", [0, 0xfff9], ERRNO.fault],
  ["clock_time_get", [4, 0n, 0], ERRNO.inval],
  ["clock_time_get", [0, 0n, -8], ERRNO.fault],
  ["random_get", [0, 0x10001], ERRNO.fault],
  ["random_get", [0x8000, 0x8001], ERRNO.fault],
  ["random_get", [0, -1], ERRNO.fault],
  ["proc_raise", [6], ERRNO.nosys],
  ["sock_accept", [0, 0, 0], ERRNO.nosys],
  ["sock_recv", [0, 0, 0, 0, 0, 0], ERRNO.nosys],
  ["sock_send", [1, 0, 0, 0, 0], ERRNO.nosys],
  ["sock_shutdown", [0, 0], ERRNO.nosys],
  // Counts and lengths that are negative or too large.
  ["fd_write", [1, 0, -1, 0], ERRNO.inval],
  ["fd_write", [1, 0, 0x7fffffff, 0], ERRNO.inval],
  ["fd_write", [1, 0, 1025, 0], ERRNO.inval],
  ["fd_read", [0, 0, -1, 0], ERRNO.inval],
  ["fd_write", [1, 0xfff9, 1, 0], ERRNO.fault],
  ["fd_write", [1, -8, 1, 0], ERRNO.fault],
  ["fd_write", [1, 0, 1, 0xfffd], ERRNO.fault],
  ["fd_read", [0, 0, 1, 0xfffd], ERRNO.fault],
  ["poll_oneoff", [0, 0, 0, 0], ERRNO.inval],
  ["poll_oneoff", [0, 0, -1, 0], ERRNO.inval],
  ["poll_oneoff", [0, 0, 1025, 0], ERRNO.inval],
  ["poll_oneoff", [0xffd1, 0, 1, 0], ERRNO.fault],
  ["poll_oneoff", [0, 0xffe1, 1, 0], ERRNO.fault],
  ["poll_oneoff", [0, 0, 1, 0xfffd], ERRNO.fault],
  // Streams are not files.
  ["fd_read", [1, 0, 1, 16], ERRNO.badf],
  ["fd_write", [0, 0, 1, 16], ERRNO.badf],
  ["fd_seek", [0, 0n, 0, 0], ERRNO.spipe],
  ["fd_tell", [1, 0], ERRNO.spipe],
  ["fd_pread", [0, 0, 0, 0n, 0], ERRNO.spipe],
  ["fd_pwrite", [1, 0, 0, 0n, 0], ERRNO.spipe],
  ["fd_advise", [1, 0n, 0n, 0], ERRNO.inval],
  ["fd_sync", [1], ERRNO.inval],
  ["fd_filestat_set_size", [1, 0n], ERRNO.inval],
  ["fd_readdir", [0, 0, 100, 0n, 200], ERRNO.inval],
  ["fd_fdstat_get", [1, 0xffe9], ERRNO.fault],
  ["fd_filestat_get", [1, 0xffc1], ERRNO.fault],
  ["fd_prestat_get", [1, 0], ERRNO.badf],
  ["fd_prestat_dir_name", [2, 0, 100], ERRNO.badf],
  // Numbers that are not open. Opening large ones would take all memory.
  ["fd_prestat_get", [3, 0], ERRNO.badf],
  ["fd_close", [3], ERRNO.badf],
  ["fd_close", [-1], ERRNO.badf],
  ["fd_write", [3, 0, 0, 0], ERRNO.badf],
  ["fd_renumber", [3, 1], ERRNO.badf],
  ["fd_renumber", [3, 3], ERRNO.badf],
  ["fd_renumber", [1, 3], ERRNO.badf],
  ["fd_renumber", [1, 0x7fffffff], ERRNO.badf],
  ["fd_renumber", [1, -1], ERRNO.badf],
  // There is no directory to open a path from.
  ["path_create_directory", [3, 0, 1], ERRNO.badf],
  ["path_filestat_get", [3, 0, 0, 1, 8], ERRNO.badf],
  ["path_filestat_set_times", [3, 0, 0, 1, 0n, 0n, 0], ERRNO.badf],
  ["path_link", [3, 0, 0, 1, 3, 0, 1], ERRNO.badf],
  ["path_open", [3, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.badf],
  ["path_open", [0, 0, 0, 1, 0, 0n, 0n, 0, 8], ERRNO.badf],
  ["path_readlink", [3, 0, 1, 8, 8, 16], ERRNO.badf],
  ["path_remove_directory", [3, 0, 1], ERRNO.badf],
  ["path_rename", [3, 0, 1, 3, 0, 1], ERRNO.badf],
  ["path_symlink", [0, 1, 3, 0, 1], ERRNO.badf],
  ["path_unlink_file", [3, 0, 1], ERRNO.badf],
];

for (const [name, args, errno] of REFUSED) {
  Deno.test(`${name}(${args.join(", ")}) returns ${errno} if nothing is granted`, async () => {
    using raw = await loadRaw();
    assertEquals(raw.call[name]!(...args), errno);
    assertEquals(raw.guest.state, "ready");
  });
}

Deno.test("a range of a list that is not within memory is refused, and nothing is written", async () => {
  using raw = await loadRaw({ stdout: "capture", stdin: "abc" });
  const { memory } = raw.guest;
  memory.writeBytes(0, new Uint8Array(new Uint32Array([64, 1, LAST, 2]).buffer));
  assertEquals(raw.call.fd_write!(1, 0, 2, 16), ERRNO.fault);
  assertEquals(raw.guest.wasi?.stdout, "");
  assertEquals(raw.call.fd_read!(0, 0, 2, 16), ERRNO.fault);
  assertEquals([memory.read("u8", 64), raw.read(0)], [0, "abc"]);
});

Deno.test("arguments and environment are laid out as in C", async () => {
  using raw = await loadRaw({ args: ["a", "Grüße"], env: { HOME: "/h", EMPTY: "" } });
  const { memory } = raw.guest;
  const numbers = (
    pointer: number,
  ) => [memory.read("u32", pointer), memory.read("u32", pointer + 4)];

  assertEquals(raw.call.args_sizes_get!(0, 4), 0);
  assertEquals(numbers(0), [2, 10]); // "a", NUL, 7 bytes, NUL
  assertEquals(raw.call.args_get!(8, 100), 0);
  assertEquals(numbers(8), [100, 102]);
  assertEquals(memory.readString(100, 10), "a\0Grüße\0");

  assertEquals(raw.call.environ_sizes_get!(0, 4), 0);
  assertEquals(numbers(0), [2, 15]);
  assertEquals(raw.call.environ_get!(8, 100), 0);
  assertEquals(numbers(8), [100, 108]);
  assertEquals(memory.readString(100, 15), "HOME=/h\0EMPTY=\0");
  // The last byte of memory is the last NUL, or it does not fit.
  assertEquals(raw.call.environ_get!(8, 0x10000 - 15), 0);
  assertEquals(raw.call.environ_get!(8, 0x10000 - 14), ERRNO.fault);
});

Deno.test("the clocks run, in nanoseconds", async () => {
  using raw = await loadRaw();
  const { memory } = raw.guest;
  const before = Date.now();
  assertEquals(raw.call.clock_time_get!(0, 0n, 0), 0);
  const time = Number(memory.read("u64", 0) / 1_000_000n);
  assert(time >= before && time <= Date.now(), `${time} is not ${before}`);
  for (const clock of [1, 2, 3]) {
    raw.call.clock_time_get!(clock, 0n, 0);
    const started = performance.now();
    while (performance.now() - started < 2);
    raw.call.clock_time_get!(clock, 0n, 8);
    const elapsed = memory.read("u64", 8) - memory.read("u64", 0);
    assert(elapsed >= 1_900_000n && elapsed < 2_000_000_000n, `${elapsed} ns are not 2 ms`);
    assertEquals(raw.call.clock_res_get!(clock, 0), 0);
    assert(memory.read("u64", 0) <= 1_000_000n);
  }
});

Deno.test("random_get() fills all of the range and nothing else", async () => {
  using raw = await loadRaw();
  const { memory } = raw.guest;
  memory.grow(2);
  assertEquals(raw.call.random_get!(8, 131072), 0);
  // A part of 32 bytes is zero once in 2 ** 256 times.
  for (const pointer of [8, 65536 - 16, 65536 + 8, 131048]) {
    assertNotEquals(memory.readBytes(pointer, 32), new Uint8Array(32), `zeros at ${pointer}`);
  }
  assertEquals(memory.readBytes(0, 8), new Uint8Array(8));
  assertEquals(memory.readBytes(131080, 8), new Uint8Array(8));
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

Deno.test("renumbering and closing never lead to the host's own streams", async () => {
  using raw = await loadRaw({ stdout: "capture", stderr: "capture", stdin: "in" });
  assertEquals(raw.call.fd_renumber!(1, 2), 0);
  assertEquals(raw.write(2, "to the second"), 0);
  assertEquals([raw.guest.wasi?.stdout, raw.guest.wasi?.stderr], ["to the second", ""]);
  assertEquals(raw.write(1, "x"), ERRNO.badf);
  assertEquals(raw.call.fd_renumber!(0, 0), 0);
  assertEquals(raw.read(0), "in");
  assertEquals(raw.call.fd_close!(0), 0);
  assertEquals(raw.read(0), ERRNO.badf);
  assertEquals(raw.call.sched_yield!(), 0);
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
