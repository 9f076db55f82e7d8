import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, load, LoadError } from "../../mod.ts";
import { guestPath } from "../_guests.ts";
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

Deno.test("what does not fit another guest is refused before the guest is made", async () => {
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
