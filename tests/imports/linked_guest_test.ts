import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, load, LoadError } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

const library = () => load(guestPath("wat/library"));

Deno.test("a guest imports the exports of another one, memory included", async () => {
  using shouts = await library();
  using uses = await load(guestPath("wat/uses_library"), { imports: { library: shouts } });
  for (let count = 0; count < 120; count++) {
    assertStrictEquals(uses.passString("hello", "transform"), "HELLO");
  }
  assertStrictEquals(uses.memory.memory, shouts.memory.memory);
});

Deno.test("a guest whose memory another one imports cannot be reset until that is closed", async () => {
  using shouts = await library();
  const uses = await load(guestPath("wat/uses_library"), { imports: { library: shouts } });
  const error = assertThrows(() => shouts.reset(), GuestError);
  assertEquals([error.code, error.message], [
    "supplied-memory",
    "Cannot reset the guest: another guest imports its memory, expected that one to be closed " +
    "before",
  ]);
  uses.close();
  shouts.reset();
  assertStrictEquals(shouts.state, "ready");
});

Deno.test("a trap in the imported guest poisons both", async () => {
  using shouts = await library();
  using uses = await load(guestPath("wat/uses_library"), { imports: { library: shouts } });
  assertThrows(() => uses.passString("a!", "transform"), GuestError, "unreachable");
  assertEquals([uses.state, shouts.state], ["poisoned", "poisoned"]);
});

Deno.test("a trap in a function of an instance is one of the guest, with a deadline as well", async () => {
  const { exports: ends } = new WebAssembly.Instance(
    new WebAssembly.Module(assemble('(module (func (export "trap") unreachable))')),
  );
  const calls = assemble(
    '(module (import "ends" "trap" (func $trap)) (func (export "go") (call $trap)))',
  );
  for (const limits of [{}, { deadline: 10_000 }]) {
    using guest = await load(calls, {
      limits,
      imports: { ends },
      symbols: { go: { parameters: [], result: "void" } },
    });
    const error = assertThrows(() => guest.symbols.go(), GuestError);
    assertEquals([error.code, guest.state], ["trap", "poisoned"]);
  }
});

/** Ends in several ways, one of them in a nested call. */
const ENDS = assemble(`(module
  (import "env" "back" (func $back))
  (func (export "trap") unreachable)
  (func (export "spin") (loop (br 0)))
  (func (export "within") (call $back)))`);

/** Catches whatever its import throws, and returns 1. */
const CATCHES = assemble(`(module (import "ends" "trap" (func $trap))
  (import "ends" "spin" (func $spin)) (import "ends" "within" (func $within))
  (func (export "trap") (result i32) (try (do (call $trap)) (catch_all)) (i32.const 1))
  (func (export "spin") (result i32) (try (do (call $spin)) (catch_all)) (i32.const 1))
  (func (export "within") (result i32) (try (do (call $within)) (catch_all)) (i32.const 1)))`);

for (
  const [name, code, message] of [
    ["trap", "trap", 'Cannot complete "trap" for another guest: the guest trapped: unreachable'],
    [
      "spin",
      "fuel-exhausted",
      'Cannot complete "spin": the guest has used up its 1000 units of fuel, expected less work, ' +
      "or more in limits.fuel",
    ],
    [
      "within",
      "fuel-exhausted",
      'Cannot complete "spin": the guest has used up its 1000 units of fuel, expected less work, ' +
      "or more in limits.fuel",
    ],
  ] as const
) {
  testTiers(`no guest catches the end of another one by "${name}"`, async () => {
    const result = { parameters: [], result: "i32" } as const;
    using ends = await load(ENDS, {
      limits: { fuel: 1000 },
      symbols: { spin: { parameters: [], result: "void" } },
      imports: { env: { back: () => ends.symbols.spin() } },
    });
    using catches = await load(CATCHES, {
      imports: { ends },
      symbols: { trap: result, spin: result, within: result },
    });
    const error = guestErrorOf(() => catches.symbols[name]());
    assertEquals(error, [code, message]);
    assertEquals([ends.state, catches.state], ["poisoned", "poisoned"]);
  });
}

const COUNTER = assemble(`(module
  (global $count (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))`);

const CALLER = assemble(`(module
  (import "counter" "next" (func $next (result i32)))
  (func (export "ask") (result i32) (call $next)))`);

Deno.test("an imported function follows a reset, and refuses a guest that was closed", async () => {
  const counter = await load(COUNTER);
  const symbols = { ask: { parameters: [], result: "u32" } } as const;
  using caller = await load(CALLER, { imports: { counter }, symbols });
  assertEquals([caller.symbols.ask(), caller.symbols.ask()], [1, 2]);
  counter.reset();
  assertStrictEquals(caller.symbols.ask(), 1);
  assertStrictEquals(counter.state, "ready");
  counter.close();
  assertThrows(() => caller.symbols.ask(), GuestError, 'Cannot call "next"');
});

Deno.test("an export of another guest that does not fit is refused before the guest is made", async () => {
  using counter = await load(COUNTER);
  const wrong = assemble(`(module
    (import "counter" "next" (func (param i32) (result i32)))
    (import "counter" "nxt" (func)))`);
  const error = await assertRejects(() => load(wrong, { imports: { counter } }), LoadError);
  assertEquals(error.problems, [
    'import[0] "counter.next" (i32) -> i32: it is () -> i32, expected (i32) -> i32',
    'import[1] "counter.nxt" () -> (): missing: did you mean "next", which was given?',
  ]);
});

Deno.test("guests that import each other's memory share the names of a layout", async () => {
  const layout = { input: { at: 256, capacity: 100 } };
  using shouts = await load(guestPath("wat/library"), { layout });
  const imports = { library: shouts };
  using uses = await load(guestPath("wat/uses_library"), { imports, layout });
  assertEquals(uses.place("input"), shouts.place("input"));
  const clash = { imports, layout: { other: { at: 300, capacity: 8 } } };
  const error = await assertRejects(() => load(guestPath("wat/uses_library"), clash), LoadError);
  assert(error.message.includes('overlaps "input" of'), error.message);
});
