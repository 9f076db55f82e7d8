// Calls of a guest with tighter limits than its own, in both tiers.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { allocator, GuestError, type GuestLimits, hostFunction, load } from "../../mod.ts";
import { guestPath } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

/** "counts" executes six operators in each round, including the loop, and one after it. */
const GUEST = assemble(`(module
  (import "env" "back" (func $back))
  (memory (export "memory") 1)
  (data (i32.const 64) "0123456789")
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "counts") (param i32) (result i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0))
  (func (export "asks") (call $back))
  (func (export "asks_and_looks") (call $back) (loop))
  (func (export "text") (param i32 i32) (result i32) (local.get 1)))`);

const VOID = { parameters: [], result: "void" } as const;

const symbols = {
  counts: { parameters: ["i32"], result: "i32" },
  asks: VOID,
  asks_and_looks: VOID,
  text: {
    parameters: ["string"],
    result: { type: "string", pointer: 64, length: "result" },
  },
} as const;

const loadLimited = (limits: GuestLimits, back = () => {}) =>
  load(GUEST, {
    limits,
    symbols,
    convention: allocator({ allocate: "alloc" }),
    imports: { env: { back: hostFunction(VOID, back) } },
  });

testTiers("less fuel ends the calls that are made with it, and no others", async () => {
  using guest = await loadLimited({ fuel: 10_000 });
  const poor = await guest.within({ fuel: 100 });
  assertEquals(poor.symbols.counts(16), 0);
  assertEquals(guest.fuel, { left: 3, burnt: 97 });
  assertEquals(guest.symbols.counts(17), 0);
  assertEquals(guest.fuel, { left: 10_000 - 103, burnt: 103 });
  const error = assertThrows(() => poor.symbols.counts(17), GuestError);
  assertEquals([error.code, guest.state, error.message], [
    "fuel-exhausted",
    "poisoned",
    'Cannot complete "counts": the guest has used up its 100 units of fuel, expected less work, ' +
    "or more in limits.fuel",
  ]);
  // Calls work after a reset.
  const { counts } = poor.symbols;
  guest.reset();
  assertEquals([counts(16), guest.fuel?.left], [0, 3]);
});

testTiers("a call within a call spends what is left of both", async () => {
  const lefts: number[] = [];
  let fuel = 100;
  using guest = await loadLimited({ fuel: 1000 }, () => {
    within.get(fuel)!.symbols.counts(16);
    lefts.push(guest.fuel!.left);
  });
  const within = new Map(
    await Promise.all(
      [100, 50, 900].map(async (fuel) => [fuel, await guest.within({ fuel })] as const),
    ),
  );
  guest.symbols.asks();
  // The call itself is the first unit.
  assertEquals([lefts, guest.fuel], [[1000 - 98], { left: 1000 - 98, burnt: 98 }]);
  fuel = 900;
  assertThrows(() => within.get(50)!.symbols.asks(), GuestError, "its 49 units");
  guest.reset();
  fuel = 50;
  const error = assertThrows(() => guest.symbols.asks(), GuestError, "its 50 units");
  assertEquals([error.code, guest.state], ["fuel-exhausted", "poisoned"]);
});

testTiers("a shorter deadline ends the calls that are made with it, and no others", async () => {
  let inner = () => {};
  using guest = await loadLimited({ deadline: 10_000 }, () => inner());
  const quick = await guest.within({ deadline: 20 });
  const slow = await guest.within({ deadline: 5000 });
  const start = performance.now();
  const error = assertThrows(() => quick.symbols.counts(-1), GuestError, "for more than 20 ms");
  assertEquals(error.code, "deadline-exceeded");
  guest.reset();
  // The outer call has less time.
  inner = () => void slow.symbols.counts(-1);
  assertThrows(() => quick.symbols.asks(), GuestError, "for more than 20 ms");
  assert(performance.now() - start < 2000);
  guest.reset();
  // The outer call has its own deadline again once the inner one has ended.
  inner = () => {
    quick.symbols.counts(1);
    for (const end = performance.now() + 40; performance.now() < end;);
  };
  guest.symbols.asks_and_looks();
  assertEquals(guest.state, "ready");
});

testTiers("fewer bytes of results and of input are a refusal, and the guest is ready", async () => {
  using guest = await loadLimited({ results: 8, input: 8 });
  const less = await guest.within({ results: 4, input: 5 });
  assertEquals(less.symbols.text("abcd"), "0123");
  for (
    const [text, code, most] of [["abcde", "result-too-large", 4], [
      "abcdef",
      "input-too-large",
      5,
    ]] as const
  ) {
    const error = assertThrows(() => less.symbols.text(text), GuestError, `at most ${most} or`);
    assertEquals([error.code, guest.state], [code, "ready"]);
  }
  assertEquals(guest.symbols.text("abcdefgh"), "01234567");
});

testTiers("passes have the limits as well", async () => {
  using guest = await load(guestPath("c/passing_data"));
  const less = await guest.within({ input: 5, results: 22 });
  assertEquals(less.passString("a"), "aWASM is cool!");
  assertThrows(() => less.passString("abcdef"), GuestError, "at most 5 or");
  assertEquals(guest.passString("abcdef"), "abcdefWASM is cool!");
  const none = await guest.within({ results: 3 });
  assertThrows(() => none.passBytes(Uint8Array.of(65)), GuestError, "at most 3 or");
  assertEquals(guest.passBytes(Uint8Array.of(65)).length, 14);
});

testTiers("a command has the limits as well", async () => {
  using guest = await load(guestPath("wasi/hello"), {
    wasi: { stdout: "capture" },
    limits: { output: 1000 },
  });
  const quiet = await guest.within({ output: 4 });
  const error = assertThrows(() => quiet.run(), GuestError, "it has reached 4 bytes");
  assertEquals([error.code, guest.wasi!.stdout.length], ["output-too-large", 4]);
  guest.reset();
  assertEquals([guest.run(), guest.wasi!.stdout.length > 4], [0, true]);
});

/** A guest that waits for what `back` returns. */
async function loadWaiting(back: () => Promise<void>) {
  return await load(GUEST, {
    symbols: { asks: { ...VOID, async: true }, counts: symbols.counts },
    imports: { env: { back: hostFunction({ ...VOID, async: true }, back) } },
  });
}

testTiers("a signal ends a call that waits", async () => {
  let goOn = () => {};
  using guest = await loadWaiting(() => new Promise((resolve) => goOn = resolve));
  const controller = new AbortController();
  const { signal } = controller;
  const ending = await guest.within({ signal });
  const done = ending.symbols.asks();
  goOn();
  await done;
  assertEquals(guest.state, "ready");
  const waiting = ending.symbols.asks();
  const reason = new Error("the client has gone");
  controller.abort(reason);
  const error = await assertRejects(() => waiting, GuestError);
  assertEquals([error.code, error.message, error.cause, guest.state], [
    "aborted",
    'Cannot complete "asks": its signal was aborted: the client has gone',
    reason,
    "poisoned",
  ]);
  goOn();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertThrows(() => guest.symbols.counts(1), GuestError, "expected reset() first");
  guest.reset();
  assertThrows(() => ending.symbols.counts(1), GuestError, "the client has gone");
  const refused = ending.symbols.asks();
  await assertRejects(() => refused, GuestError, "the client has gone");
  assertEquals([guest.symbols.counts(1), guest.state], [0, "ready"]);
});

testTiers(
  "a signal that is aborted while the host function begins to wait ends the call",
  async () => {
    const controller = new AbortController();
    using guest = await loadWaiting(() => {
      controller.abort();
      return new Promise(() => {});
    });
    const { symbols } = await guest.within({ signal: controller.signal });
    const error = await assertRejects(() => symbols.asks(), GuestError);
    assertEquals([error.code, guest.state], ["aborted", "poisoned"]);
  },
);

testTiers("a signal ends a command that waits, and refuses to run it again", async () => {
  const later = { ...VOID, async: true } as const;
  using guest = await load(
    assemble('(module (import "env" "back" (func $back)) (func (export "_start") (call $back)))'),
    { imports: { env: { back: hostFunction(later, () => new Promise(() => {})) } } },
  );
  const controller = new AbortController();
  const ending = await guest.within({ signal: controller.signal });
  for (let times = 0; times < 2; times++) {
    const done = ending.run({ async: true });
    controller.abort();
    const error = await assertRejects(() => done, GuestError);
    assertEquals([error.code, error.export], ["aborted", "_start"]);
    guest.reset();
  }
});
