import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load, LoadError } from "../../mod.ts";
import { Deadline } from "../../src/limits/deadline.ts";
import { assembleWith } from "../_binaryen.ts";
import { assemble } from "../_wat.ts";
import { expectEndOfStart } from "./_loading.ts";
import { inTime, threadTime } from "./_thread_time.ts";

const VOID = { parameters: [], result: "void" } as const;

const SPINS = assembleWith(`(module (import "env" "back" (func $back))
  (memory (export "memory") 16)
  (func (export "spin") (loop (br 0)))
  (func $deep (export "doubles") (param i32)
    (if (local.get 0) (then
      (call $deep (i32.sub (local.get 0) (i32.const 1)))
      (call $deep (i32.sub (local.get 0) (i32.const 1))))))
  (func $tail (export "tail") (return_call $tail))
  (func (export "calls_back") (loop (call $back) (br 0)))
  (func (export "fills")
    (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576)) (br 0)))
  (func (export "catches")
    (loop $again
      (block $caught (try_table (catch_all $caught) (loop (br 0))))
      (br $again)))
  (func (export "catches_back")
    (loop $again
      (block $caught (try_table (catch_all $caught) (loop (call $back) (br 0))))
      (br $again)))
  (func (export "grows") (loop (drop (memory.grow (i32.const 1))) (br 0)))
  (func (export "waits_and_spins") (call $back) (loop (br 0)))
  (func $counts (param i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "asks_late")
    (call $counts (i32.const 1000000)) (call $back) (call $counts (i32.const 10)))
  (func (export "asks_often") (call $counts (i32.const 1000000)) (loop (call $back) (br 0)))
  (func (export "asks") (call $back))
  (func (export "counts") (param i32) (result i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0)))`);

const symbols = {
  spin: VOID,
  doubles: { parameters: ["i32"], result: "void" },
  tail: VOID,
  calls_back: VOID,
  fills: VOID,
  catches: VOID,
  catches_back: VOID,
  asks: VOID,
  counts: { parameters: ["i32"], result: "i32" },
} as const;

const spinning = (limits: { fuel?: number; deadline?: number }, back = () => {}) =>
  load(SPINS, { limits, symbols, imports: { env: { back: hostFunction(VOID, back) } } });

/**
 * More than the time that calls execute beyond their deadline, because V8 compiles at the same
 * time.
 */
const SLACK = 50;

/** Begins a call; returns a check that it lasted until its deadline and executed no longer. */
function expectTime(deadline: number): (least?: number) => void {
  const start = performance.now(), before = threadTime();
  return (least = deadline) => {
    const elapsed = performance.now() - start, executed = threadTime() - before;
    assert(elapsed >= least, `${elapsed} ms`);
    assert(executed < deadline + SLACK, `${executed} ms of ${elapsed} ms`);
  };
}

/** Runs a function that reaches a deadline, and returns its error. */
function timed(deadline: number, run: () => unknown): GuestError {
  const end = expectTime(deadline);
  const error = assertThrows(run, GuestError);
  end();
  assertEquals(error.code, "deadline-exceeded");
  return error;
}

/** Takes some microseconds, like a useful host function. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const ENDLESS: [name: keyof typeof symbols, args: number[], back?: () => void][] = [
  ["spin", []],
  ["doubles", [1000]],
  ["tail", []],
  ["calls_back", []],
  ["calls_back", [], () => work(0.01)],
  ["calls_back", [], () => work(2)],
  ["fills", []],
  ["catches", []],
  ["catches_back", [], () => work(1)],
];

for (const [name, args, back] of ENDLESS) {
  Deno.test(`a deadline ends "${name}"${back ?? ""}, and reset() brings the guest back`, async () => {
    using guest = await spinning({ deadline: 30 }, back);
    const call = guest.symbols[name] as (...args: number[]) => void;
    const error = timed(30, () => call(...args));
    assertEquals([error.export, error.message], [
      name,
      `Cannot complete "${name}": the guest has run for more than 30 ms, expected less work, or ` +
      "more in limits.deadline",
    ]);
    assertEquals(error.cause instanceof WebAssembly.RuntimeError, true);
    assertEquals([guest.state, guest.fuel], ["poisoned", undefined]);
    assertThrows(() => guest.symbols.counts(1), GuestError, "reset() first");
    guest.reset();
    assertEquals(inTime(guest, () => guest.symbols.counts(10)), 0);
    timed(30, () => call(...args));
  });
}

Deno.test("calls that end in time are not disturbed, however many there are", async () => {
  using guest = await spinning({ deadline: 500 });
  const end = performance.now() + 600;
  while (performance.now() < end) assertEquals(guest.symbols.counts(1000), 0);
});

Deno.test("a call within a call shares the deadline of the outer one", async () => {
  let isInside = false;
  using guest = await spinning({ deadline: 60 }, () => {
    work(40);
    isInside = true;
    guest.symbols.spin();
  });
  const error = timed(60, () => guest.symbols.asks());
  assertEquals([error.export, isInside, guest.state], ["spin", true, "poisoned"]);
});

Deno.test("a guest whose host function hides the deadline's error is ended nevertheless", async () => {
  using guest = await spinning({ deadline: 20 }, () => {
    assertThrows(() => guest.symbols.spin(), GuestError);
  });
  assertThrows(() => guest.symbols.calls_back(), GuestError);
  assertEquals(guest.state, "poisoned");
});

Deno.test("a call executes only a few more units after a host function that takes too long", async () => {
  using guest = await load(SPINS, {
    limits: { deadline: 200 },
    symbols: { asks_late: VOID },
    imports: { env: { back: hostFunction(VOID, () => work(220)) } },
  });
  // By then the clock is read rarely, because the guest's units take little time.
  timed(200, () => guest.symbols.asks_late());
});

for (const form of ["an export", "itself"]) {
  Deno.test(`a call ends soon that calls another guest again and again, which is given as ${form}`, async () => {
    using other = await load(assemble(`(module (func (export "back") (local i32)
      (local.set 0 (i32.const 10000000))
      (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`));
    using guest = await load(SPINS, {
      limits: { deadline: 100 },
      symbols: { asks_often: VOID },
      imports: { env: form === "itself" ? other : other.exports },
    });
    timed(100, () => guest.symbols.asks_often());
  });
}

Deno.test("a late call succeeds if it has nothing left to do when its host function returns", async () => {
  using guest = await spinning({ deadline: 20 }, () => work(40));
  guest.symbols.asks();
  assertEquals([guest.state, inTime(guest, () => guest.symbols.counts(10))], ["ready", 0]);
});

Deno.test("a guest that reaches its deadline does not affect another one", async () => {
  using other = await spinning({ deadline: 1000 });
  using guest = await spinning({ deadline: 20 }, () => void other.symbols.counts(100_000));
  timed(20, () => guest.symbols.calls_back());
  assertEquals([other.state, other.symbols.counts(100_000)], ["ready", 0]);
});

Deno.test("a start function or an _initialize without end is an error of load()", async () => {
  await expectEndOfStart(
    { deadline: 20 },
    "deadline-exceeded",
    "the guest has run for more than 20 ms, expected less work, or more in limits.deadline",
  );
});

for (
  const [name, wait, least] of [
    ["calls_back", 40, 40], // it goes on after its deadline
    ["waits_and_spins", 0, 30],
  ] as const
) {
  Deno.test(`an asynchronous call of "${name}" is ended at its deadline, or when it goes on`, async () => {
    const later = { ...VOID, async: true } as const;
    const back = hostFunction(later, () => new Promise<void>((done) => setTimeout(done, wait)));
    using guest = await load(SPINS, {
      limits: { deadline: 30 },
      symbols: { [name]: later },
      imports: { env: { back } },
    });
    const end = expectTime(30);
    const error = await assertRejects(() => guest.symbols[name]!() as Promise<void>, GuestError);
    end(least - 1);
    assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
  });
}

Deno.test("the exceptions of before WebAssembly 3.0 do not catch the end of a call either", async () => {
  const bytes = assemble(`(module (import "env" "back" (func $back))
    (func (export "spin")
      (loop (try (do (call $back) (loop (br 0))) (catch_all)) (br 0)))
    (func (export "calls_back")
      (loop (try (do (loop (call $back) (br 0))) (catch_all)) (br 0))))`);
  for (const name of ["spin", "calls_back"] as const) {
    using guest = await load(bytes, {
      limits: { deadline: 30 },
      symbols: { [name]: VOID },
      imports: { env: { back: () => {} } },
    });
    timed(30, () => guest.symbols[name]!());
    assertEquals(guest.state, "poisoned");
  }
});

Deno.test("a deadline ends a guest whose memory is capped, too", async () => {
  using guest = await load(SPINS, {
    limits: { deadline: 30, memory: 20 * 65536, tableElements: 5 },
    symbols: { grows: VOID },
    imports: { env: { back: () => {} } },
  });
  timed(30, () => guest.symbols.grows());
  assertEquals([guest.state, guest.memory.size], ["poisoned", 20 * 65536]);
});

for (
  const [what, text, Class] of [
    [
      "a start function",
      "(func $f (if (global.get $spins) (then (loop (br 0))))) (start $f)",
      LoadError,
    ],
    [
      "_initialize",
      '(func (export "_initialize") (if (global.get $spins) (then (loop (br 0)))))',
      GuestError,
    ],
  ] as const
) {
  Deno.test(`a reset that ${what} does not end leaves the guest as it was`, async () => {
    const spins = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
    using guest = await load(
      assemble(`(module (import "env" "spins" (global $spins (mut i32))) ${text}
        (func (export "trap") unreachable) (func (export "counts") (result i32) (i32.const 7)))`),
      {
        limits: { deadline: 20 },
        symbols: { trap: VOID, counts: { parameters: [], result: "i32" } },
        imports: { env: { spins } },
      },
    );
    const expectRefusal = () => {
      const error = assertThrows(() => guest.reset(), Class as typeof GuestError);
      assertEquals(error.code, "deadline-exceeded");
    };
    spins.value = 1;
    expectRefusal();
    assertEquals([guest.state, guest.symbols.counts()], ["ready", 7]);
    assertThrows(() => guest.symbols.trap(), GuestError);
    expectRefusal();
    assertEquals(guest.state, "poisoned");
    spins.value = 0;
    guest.reset();
    assertEquals([guest.state, guest.symbols.counts()], ["ready", 7]);
    spins.value = 1;
    assertThrows(() => guest.symbols.trap(), GuestError);
    expectRefusal();
    guest.close();
    assertEquals(guest.state, "disposed");
  });
}

Deno.test("fuel is the same with a deadline as without", async () => {
  using alone = await spinning({ fuel: 1e9 });
  using both = await spinning({ fuel: 1e9, deadline: 10_000 });
  // Five operators and the loop for each round, and the last local.get.
  for (const rounds of [1, 41, 42, 43, 1000, 100_000, 1_000_000]) {
    for (const guest of [alone, both]) {
      guest.symbols.counts(rounds);
      assertEquals(guest.fuel, { left: 1e9 - 6 * rounds - 1, burnt: 6 * rounds + 1 });
    }
  }
  for (const guest of [alone, both]) {
    guest.symbols.doubles(12);
  }
  assertEquals(both.fuel, alone.fuel);
});

Deno.test("fuel ends a call at the same place with a deadline as without", async () => {
  for (const fuel of [5, 255, 256, 257, 1500, 100_000]) {
    for (const limits of [{ fuel }, { fuel, deadline: 10_000 }]) {
      using guest = await spinning(limits);
      // Fuel is checked at the start of each round, when all operators but the last local.get are
      // paid for.
      const most = Math.floor((fuel - 1) / 6);
      if (most > 0) assertEquals(guest.symbols.counts(most), 0);
      const error = assertThrows(() => guest.symbols.counts(most + 1), GuestError);
      assertEquals([error.code, guest.fuel], ["fuel-exhausted", { left: 0, burnt: fuel }]);
    }
  }
});

Deno.test("the first of two limits that is reached ends the call", async () => {
  using guest = await spinning({ fuel: 2 ** 50, deadline: 20 });
  timed(20, () => guest.symbols.spin());
  assert(guest.fuel!.burnt > 0 && guest.fuel!.left + guest.fuel!.burnt === 2 ** 50);
});

Deno.test("guests of one module have separate deadlines", async () => {
  using long = await spinning({ deadline: 10_000 });
  using short = await load(long.module, {
    limits: { deadline: 10 },
    symbols: { counts: symbols.counts },
    imports: { env: { back: () => {} } },
  });
  timed(10, () => short.symbols.counts(-1));
  assertEquals(long.symbols.counts(10_000_000), 0);
});

Deno.test("a deadline is an integer, 0 or more", async () => {
  await assertRejects(() => spinning({ deadline: -1 }), RangeError, "limits.deadline: it is -1");
  await assertRejects(() => spinning({ deadline: NaN }), RangeError, "limits.deadline");
});

Deno.test("slices get shorter where units take longer, and grow again", () => {
  const deadline = new Deadline(10_000);
  const first = deadline.begin();
  let slice = 0;
  for (let count = 0; count < 10; count++) slice = deadline.next()!;
  assert(slice > 100 * first);
  work(10);
  const shorter = deadline.next()!;
  assert(shorter <= slice / 10, `${shorter} after ${slice}`);
  assert(deadline.next()! > shorter);
});
