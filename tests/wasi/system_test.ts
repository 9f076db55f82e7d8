import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ERRNO, loadRaw } from "../_wasi.ts";

/** The last byte of memory, which is one page: nothing of two bytes fits there. */
const LAST = 0xffff;

/** Arguments for which these functions return an error. */
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
  ["sock_accept", [0, 0, 0], ERRNO.notsock],
  ["sock_recv", [0, 0, 0, 0, 0, 0], ERRNO.notsock],
  ["sock_send", [1, 0, 0, 0, 0], ERRNO.notsock],
  ["sock_shutdown", [0, 0], ERRNO.notsock],
  ["sock_shutdown", [3, 0], ERRNO.badf],
];

for (const [name, args, errno] of REFUSED) {
  Deno.test(`${name}(${args.join(", ")}) returns ${errno}`, async () => {
    using raw = await loadRaw();
    assertEquals(raw.call[name]!(...args), errno);
    assertEquals(raw.guest.state, "ready");
  });
}

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
