import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { ERRNO, loadRaw, type RawWasi } from "../_wasi.ts";

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
  ["poll_oneoff", [0, 0, 0, 0], ERRNO.inval],
  ["poll_oneoff", [0, 0, -1, 0], ERRNO.inval],
  ["poll_oneoff", [0, 0, 1025, 0], ERRNO.inval],
  ["poll_oneoff", [0xffd1, 0, 1, 0], ERRNO.fault],
  ["poll_oneoff", [0, 0xffe1, 1, 0], ERRNO.fault],
  ["poll_oneoff", [0, 0, 1, 0xfffd], ERRNO.fault],
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

// WASI preview 1, typenames.witx: `subscription` is 48 bytes, `event` 32. Preview 0 has 8 bytes more
// ahead of a clock.
const EVENTS = 4096, COUNT = 8192;

interface Subscription {
  readonly userData: bigint;
  /** 0 for a clock, 1 for reading, 2 for writing. */
  readonly type: number;
  readonly fd?: number;
  readonly clock?: number;
  readonly timeout?: bigint;
  readonly flags?: number;
}

function subscribe({ guest: { memory } }: RawWasi, all: readonly Subscription[], extra = 0): void {
  for (const [index, { userData, type, fd, clock, timeout, flags }] of all.entries()) {
    const at = index * (48 + extra);
    memory.write("u64", at, userData);
    memory.write("u8", at + 8, type);
    if (fd !== undefined) memory.write("u32", at + 16, fd);
    if (clock !== undefined) memory.write("u32", at + extra + 16, clock);
    if (timeout !== undefined) memory.write("u64", at + extra + 24, timeout);
    memory.write("u16", at + extra + 40, flags ?? 0);
  }
}

/** The user data, error, type and number of bytes of each event, and the time in milliseconds. */
function poll(raw: RawWasi, count: number): [events: unknown[][], elapsed: number] {
  const { memory } = raw.guest;
  memory.view(EVENTS, 1024).fill(0xff);
  const started = performance.now();
  assertEquals(raw.call.poll_oneoff!(0, EVENTS, count, COUNT), 0);
  const elapsed = performance.now() - started;
  const events = Array.from({ length: memory.read("u32", COUNT) }, (_, index) => {
    const at = EVENTS + index * 32;
    assertEquals(memory.read("u16", at + 24), 0); // flags
    return [
      memory.read("u64", at),
      memory.read("u16", at + 8),
      memory.read("u8", at + 10),
      memory.read("u64", at + 16),
    ];
  });
  return [events, elapsed];
}

for (const [name, extra] of [["wasi_functions", 0], ["wasi_unstable_functions", 8]] as const) {
  Deno.test(`poll_oneoff() of ${name} waits for the first clock`, async () => {
    using raw = await loadRaw({}, `wat/${name}`);
    subscribe(raw, [
      { userData: 1n, type: 0, clock: 1, timeout: 10_000_000_000n },
      { userData: 2n, type: 0, clock: 1, timeout: 20_000_000n },
    ], extra);
    const [events, elapsed] = poll(raw, 2);
    assertEquals(events, [[2n, 0, 0, 0n]]);
    assert(elapsed >= 19 && elapsed < 5000, `it took ${elapsed} ms`);
  });
}

Deno.test("poll_oneoff() ends a call that waits longer than its deadline", async () => {
  const poll_oneoff = { parameters: ["u32", "u32", "u32", "u32"], result: "u32" } as const;
  using guest = await load(guestUrl("wat/wasi_functions"), {
    wasi: {},
    limits: { deadline: 30 },
    symbols: { poll_oneoff },
  });
  guest.memory.write("u32", 16, 1); // the clock; all else is 0
  for (const [timeout, ends] of [[1_000_000n, false], [10_000_000_000n, true]] as const) {
    guest.memory.write("u64", 24, timeout);
    const started = performance.now();
    if (!ends) assertEquals(guest.symbols.poll_oneoff(0, EVENTS, 1, COUNT), 0);
    else {
      const error = assertThrows(() => guest.symbols.poll_oneoff(0, EVENTS, 1, COUNT), GuestError);
      assertEquals([error.code, error.message, guest.state], [
        "deadline-exceeded",
        'Cannot complete "poll_oneoff": the guest has run for more than 30 ms, expected less work, ' +
        "or more in limits.deadline",
        "poisoned",
      ]);
    }
    assert(performance.now() - started < 5000);
  }
});

Deno.test("poll_oneoff() does not wait if a stream is ready, and reports one that is not open", async () => {
  using raw = await loadRaw({ stdin: "four" });
  subscribe(raw, [
    { userData: 1n, type: 0, clock: 0, timeout: 10_000_000_000n },
    { userData: 2n, type: 1, fd: 0 },
    { userData: 3n, type: 2, fd: 1 },
    { userData: 4n, type: 1, fd: 77 },
  ]);
  const [events, elapsed] = poll(raw, 4);
  assertEquals(events, [[2n, 0, 1, 4n], [3n, 0, 2, 0n], [4n, ERRNO.badf, 1, 0n]]);
  assert(elapsed < 5000, `it took ${elapsed} ms`);
});

Deno.test("poll_oneoff() takes a point in time", async () => {
  using raw = await loadRaw();
  const soon = BigInt(Date.now() + 30) * 1_000_000n;
  subscribe(raw, [
    { userData: 1n, type: 0, clock: 0, timeout: soon, flags: 1 },
    { userData: 2n, type: 0, clock: 0, timeout: soon + 10_000_000_000n, flags: 1 },
  ]);
  const [events] = poll(raw, 2);
  assertEquals(events, [[1n, 0, 0, 0n]]);
  assert(Date.now() >= Number(soon / 1_000_000n) - 1);

  // Both times are over: both are reported, at once.
  subscribe(raw, [
    { userData: 1n, type: 0, clock: 0, timeout: soon, flags: 1 },
    { userData: 2n, type: 0, clock: 1, timeout: 0n },
    { userData: 3n, type: 0, clock: 0, timeout: 1n, flags: 1 },
  ]);
  const [over, elapsed] = poll(raw, 3);
  assertEquals(over.map(([userData]) => userData), [1n, 2n, 3n]);
  assert(elapsed < 1000, `it took ${elapsed} ms`);
});
