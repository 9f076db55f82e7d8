import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { datetimeOf, nanosecondsOf } from "../../../src/wasi/interfaces/pollables.ts";
import { openInterfaces } from "./_interfaces.ts";

Deno.test("poll waits for the first of several, and returns all that are ready then", async () => {
  using opened = await openInterfaces();
  const { poll } = opened.get("wasi:io/poll");
  const { now, subscribeInstant, subscribeDuration } = opened.get("wasi:clocks/monotonic-clock");
  const stream = opened.get("wasi:cli/stdin").getStdin().subscribe();
  const late = subscribeDuration(60_000_000_000n);
  assertEquals([stream.ready(), late.ready()], [true, false]);
  assertEquals(poll([late, stream, late, stream]), [1, 3]);
  const start = now();
  const soon = subscribeInstant(start + 20_000_000n);
  assertEquals(poll([late, soon]), [1]);
  assert(now() - start >= 19_000_000n, "it has waited");
  subscribeDuration(10_000_000n).block();
  assert(now() - start >= 28_000_000n, "it has waited again");
  const error = assertThrows(() => poll([]), GuestError);
  assertEquals([error.code, error.message], [
    "trap",
    "Cannot poll: the guest passes no pollable, expected one or more",
  ]);
});

Deno.test("a time is seconds and nanoseconds since 1970", () => {
  const rows = [[0n, 0n, 0], [1n, 0n, 1], [
    1_500_000_000_123_456_789n,
    1_500_000_000n,
    123_456_789,
  ]];
  for (const [time, seconds, nanoseconds] of rows) {
    assertEquals(datetimeOf(time as bigint) as unknown, { seconds, nanoseconds });
    assertEquals(nanosecondsOf({ seconds, nanoseconds } as ReturnType<typeof datetimeOf>), time);
  }
  assertEquals(datetimeOf(-1n), { seconds: 0n, nanoseconds: 0 });
});

Deno.test("clocks have a time, a resolution and no time zone", async () => {
  using opened = await openInterfaces();
  const { now, resolution } = opened.get("wasi:clocks/wall-clock");
  const found = Number(nanosecondsOf(now()) / 1_000_000n);
  assert(Math.abs(found - Date.now()) < 5000, String(found));
  assertEquals(resolution(), { seconds: 0n, nanoseconds: 1_000_000 });
  assertEquals(opened.get("wasi:clocks/monotonic-clock").resolution(), 1000n);
  const { display, utcOffset } = opened.get("wasi:clocks/timezone");
  assertEquals([display(now()).name, utcOffset(now())], ["UTC", 0]);
});
