import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { ERRNO, GRANTED, loadRaw, type RawWasi } from "../_wasi.ts";

const REFUSED: readonly [args: readonly number[], errno: number][] = [
  [[0, 0, 0, 0], ERRNO.inval],
  [[0, 0, -1, 0], ERRNO.inval],
  [[0, 0, 1025, 0], ERRNO.inval],
  [[0xffd1, 0, 1, 0], ERRNO.fault],
  [[0, 0xffe1, 1, 0], ERRNO.fault],
  [[0, 0, 1, 0xfffd], ERRNO.fault],
];

for (const [args, errno] of REFUSED) {
  Deno.test(`poll_oneoff(${args.join(", ")}) returns ${errno}`, async () => {
    using raw = await loadRaw();
    assertEquals(raw.call.poll_oneoff!(...args), errno);
    assertEquals(raw.guest.state, "ready");
  });
}

// WASI preview 1, typenames.witx: `subscription` is 48 bytes, `event` 32. Preview 0 has 8 bytes
// more ahead of a clock.
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

Deno.test("poll_oneoff() reports how many bytes of a file are left to read", async () => {
  using raw = await loadRaw({ preopens: { "/": { a: new Uint8Array(5) } } });
  const { fd } = raw.open(GRANTED, "a");
  const reading = () => {
    subscribe(raw, [{ userData: 1n, type: 1, fd }, { userData: 2n, type: 2, fd }]);
    return poll(raw, 2)[0].map((event) => event[3]);
  };
  assertEquals(reading(), [5n, 0n]);
  assertEquals(raw.call.fd_seek!(fd, 2n, 0, COUNT), 0);
  assertEquals(reading(), [3n, 0n]);
  assertEquals(raw.call.fd_seek!(fd, 7n, 0, COUNT), 0);
  assertEquals(reading(), [0n, 0n]);
});

Deno.test("poll_oneoff() refuses a clock or an event that does not exist", async () => {
  using raw = await loadRaw();
  for (const flags of [0, 1]) {
    for (const [clock, errno] of [[3, 0], [4, ERRNO.inval], [0xffffffff, ERRNO.inval]] as const) {
      subscribe(raw, [{ userData: 1n, type: 0, clock, timeout: 0n, flags }]);
      assertEquals(raw.call.poll_oneoff!(0, EVENTS, 1, COUNT), errno);
    }
  }
  for (const type of [3, 255]) {
    subscribe(raw, [{ userData: 1n, type, fd: 1 }]);
    assertEquals(raw.call.poll_oneoff!(0, EVENTS, 1, COUNT), ERRNO.inval);
  }
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
