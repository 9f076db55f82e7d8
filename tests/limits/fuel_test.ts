import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load, LoadError } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { assembleWith } from "../_binaryen.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";
import { expectEndOfStart } from "./_loading.ts";

const VOID = { parameters: [], result: "void" } as const;

const SPINS = `(module
  (import "env" "back" (func $back))
  (memory (export "memory") 1)
  (func (export "spin") (loop (br 0)))
  (func (export "count") (param i32) (result i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0))
  (func $deep (export "doubles") (param i32)
    (if (local.get 0) (then
      (call $deep (i32.sub (local.get 0) (i32.const 1)))
      (call $deep (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "tail") (return_call 4))
  (func (export "calls_back") (call $back) (loop (br 0)))
  (func (export "asks") (call $back)))`;

const symbols = {
  spin: VOID,
  count: { parameters: ["i32"], result: "i32" },
  doubles: { parameters: ["i32"], result: "void" },
  tail: VOID,
  calls_back: VOID,
  asks: VOID,
} as const;

const withBack = (back: () => void) => ({ env: { back: hostFunction(VOID, back) } });

const spinning = (fuel: number, back = () => {}) =>
  load(assembleWith(SPINS), { limits: { fuel }, symbols, imports: withBack(back) });

const ENDLESS: [name: "spin" | "doubles" | "tail" | "calls_back", args: number[]][] = [
  ["spin", []],
  ["doubles", [1000]],
  ["tail", []],
  ["calls_back", []],
];

for (const [name, args] of ENDLESS) {
  Deno.test(`fuel ends "${name}", poisons the guest, and reset() brings it back`, async () => {
    using guest = await spinning(100_000);
    const call = guest.symbols[name] as (...args: number[]) => void;
    const error = assertThrows(() => call(...args), GuestError);
    assertEquals([error.code, error.export, error.message], [
      "fuel-exhausted",
      name,
      `Cannot complete "${name}": the guest has used up its 100000 units of fuel, expected less ` +
      "work, or more in limits.fuel",
    ]);
    assertEquals(error.cause instanceof WebAssembly.RuntimeError, true);
    assertEquals([guest.state, guest.fuel], ["poisoned", { left: 0, burnt: 100_000 }]);
    assertThrows(() => guest.symbols.count(1), GuestError, "reset() first");
    guest.reset();
    assertEquals(guest.symbols.count(10), 0);
  });
}

Deno.test("each call has the whole fuel, and burns the same each time, in both tiers", async () => {
  using guest = await spinning(1000);
  for (let call = 0; call < 300; call++) {
    assertEquals(guest.symbols.count(100), 0);
    // A hundred rounds of six, and the last local.get.
    assertEquals(guest.fuel, { left: 1000 - 601, burnt: 601 });
  }
  assertThrows(() => guest.symbols.count(200), GuestError, "used up its 1000 units");
});

Deno.test("a call begins anew after one of the engine's own functions has ended", async () => {
  for (const limits of [{ fuel: 1000 }, { fuel: 1000, deadline: 10_000 }]) {
    using guest = await load(assembleWith(SPINS), { limits, symbols, imports: withBack(() => {}) });
    const { spin } = guest.exports as { spin(): void };
    assertThrows(spin, WebAssembly.RuntimeError);
    assertEquals(guest.symbols.count(100), 0);
    assertEquals(guest.fuel, { left: 1000 - 601, burnt: 601 });
  }
});

testTiers("the end of an engine's own function is that of the call that it is in", async () => {
  for (const limits of [{ fuel: 1000 }, { fuel: 1000, deadline: 10_000 }]) {
    let back = () => {};
    const imports = withBack(() => back());
    using guest = await load(assembleWith(SPINS), { limits, symbols, imports });
    guest.symbols.asks();
    back = guest.exports.spin as () => void;
    const error = assertThrows(() => guest.symbols.asks(), GuestError);
    assertEquals([error.code, error.export, guest.state], ["fuel-exhausted", "asks", "poisoned"]);
  }
});

Deno.test("a call within a call spends what is left of the outer one", async () => {
  let rounds = 100;
  using guest = await spinning(1000, () => void guest.symbols.count(rounds));
  guest.symbols.asks();
  assertEquals(guest.fuel, { left: 1000 - 602, burnt: 602 });
  rounds = 200;
  const error = assertThrows(() => guest.symbols.asks(), GuestError);
  assertEquals([error.code, error.export], ["fuel-exhausted", "count"]);
});

Deno.test("a guest whose host function hides the end of a call is ended nevertheless", async () => {
  using guest = await spinning(1000, () => {
    assertThrows(() => guest.symbols.spin(), GuestError);
  });
  assertThrows(() => guest.symbols.calls_back(), GuestError);
  assertEquals(guest.state, "poisoned");
});

Deno.test("the guest cannot catch the trap that ends it", async () => {
  const text = `(module (tag $e) (func (export "f") (result i32)
    (block $caught (try_table (catch_all $caught) (loop (br 0))))
    (i32.const 1)))`;
  using guest = await load(assembleWith(text), {
    limits: { fuel: 1000 },
    symbols: { f: { parameters: [], result: "i32" } },
  });
  assertEquals(assertThrows(() => guest.symbols.f(), GuestError).code, "fuel-exhausted");
});

Deno.test("a trap of the guest is reported as such, and leaves the remaining fuel", async () => {
  const bytes = await guestBytes("c/traps");
  using guest = await load(bytes, { limits: { fuel: 1e6 } });
  const error = assertThrows(() => guest.passString("x", "trap_divide"), GuestError);
  assertEquals([error.code, error.frames[0]?.startsWith("trap_divide")], ["trap", true]);
  assertEquals(guest.fuel!.left > 0, true);
});

Deno.test("the exports and the binary show nothing of the counter", async () => {
  const bytes = await guestBytes("c/passing_data");
  using plain = await load(bytes);
  using guest = await load(bytes, { limits: { fuel: 1e6 } });
  assertEquals(Object.keys(guest.exports), Object.keys(plain.exports));
  assertEquals(Object.keys(guest.instance.exports), Object.keys(plain.exports));
  assertEquals(guest.instance instanceof WebAssembly.Instance, true);
  assertEquals(guest.info, plain.info);
  assertEquals(guest.passString("Hello there, "), plain.passString("Hello there, "));
  assertEquals([plain.fuel, guest.fuel!.burnt > 0], [undefined, true]);
});

Deno.test("a start function or an _initialize without end is an error of load()", async () => {
  await expectEndOfStart(
    { fuel: 1000 },
    "fuel-exhausted",
    "the guest has used up its 1000 units of fuel, expected less work, or more in limits.fuel",
  );
});

Deno.test("a start function runs once, after the segments are written, and its trap is reported", async () => {
  const text = `(module (memory (export "memory") 1) (data (i32.const 0) "\\07")
    (func $s (i32.store8 (i32.const 1) (i32.add (i32.load8_u (i32.const 0))
      (i32.load8_u (i32.const 1))))) (start $s))`;
  using guest = await load(assemble(text), { limits: { fuel: 1000 } });
  assertEquals(guest.memory.readBytes(0, 2), Uint8Array.of(7, 7));
  guest.reset();
  assertEquals(guest.memory.readBytes(0, 2), Uint8Array.of(7, 7));
  const traps = "(module (func $f unreachable) (start $f))";
  for (const options of [{}, { limits: { fuel: 1000 } }]) {
    const error = await assertRejects(() => load(assemble(traps), options), LoadError);
    assertEquals([error.code, error.message], [
      "instantiation",
      "Cannot instantiate bytes: unreachable",
    ]);
  }
});
