// Limits for what is passed to components, and their calls with tighter limits, in both tiers.
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, type GuestLimits, load } from "../../mod.ts";
import { section } from "../binary/_build.ts";
import {
  ALIAS,
  build,
  CANON,
  CORE_INSTANCE,
  CORE_MODULE,
  EXPORT,
  IMPORT,
  list,
  named,
  TYPE,
  VOID,
} from "../component/_build.ts";
import { loadResources } from "../component/link/_guests.ts";
import { guestPath } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

const loadEchoes = (limits: GuestLimits) =>
  load(guestPath("component/echoes"), {
    imports: { "": { log: () => {} } },
    limits,
    symbols: { text: { parameters: ["string"], result: "string" } },
  });

const API = "test:echoes/api";

/**
 * Arguments, and their size: text takes one byte for each code unit, or two if any is above U+00FF;
 * bytes and arrays take their length; each value in a list or an object takes 8 bytes more.
 */
const TAKEN: readonly (readonly [name: string, argument: unknown, taken: number])[] = [
  ["text", "h\u00f6", 2],
  ["text", "\u2603!", 4],
  ["bytes", new Uint8Array(5), 5],
  ["numbers", new Uint32Array(2), 8],
  ["numbers", [1, 2], 16],
  ["texts", ["ab", "c"], 19],
  ["points", [{ x: 1, y: 2, z: 3 }], 32],
  ["point", { x: 1, y: 2, z: 3, further: "a".repeat(99) }, 24],
  ["shape", { tag: "label", val: "abc" }, 3],
  ["shape", { tag: "dot" }, 0],
  ["maybe", 5, 0],
  ["half", 4, 0],
];

testTiers("arguments of a component that take too much are refused, and it is ready", async () => {
  for (const [name, argument, taken] of TAKEN) {
    using enough = await loadEchoes({ input: taken });
    enough.interfaces[API][name](argument);
    if (taken === 0) continue;
    using tight = await loadEchoes({ input: taken - 1 });
    const error = assertThrows(() => tight.interfaces[API][name](argument), GuestError);
    assertEquals([error.code, error.message, tight.state], [
      "input-too-large",
      `Cannot pass arguments to "${name}": it takes at least ${taken} bytes, expected at most ` +
      `${taken - 1} or a higher limits: { input }`,
      "ready",
    ]);
  }
});

testTiers("a value that does not fit is refused as without a limit", async () => {
  using guest = await loadEchoes({ input: 1 });
  assertThrows(() => guest.interfaces[API].shape({ tag: "square" }), RangeError, '"square"');
  assertThrows(() => guest.interfaces[API].texts(["a", 5]), TypeError, "its [1] is 5");
});

/** Calls `get`, an import that returns a list of texts. */
const GETTER = build(
  list(TYPE, [0x70, 0x73], [0x40, 0, 0x00, 0], VOID),
  list(IMPORT, named("get", 0x01, 1)),
  section(
    CORE_MODULE,
    [...assemble(`(module
      (memory (export "m") 1)
      (global $next (mut i32) (i32.const 64))
      (func (export "r") (param i32 i32 i32 i32) (result i32)
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (i32.const 64)))))`)],
  ),
  section(
    CORE_MODULE,
    [...assemble(`(module
      (import "h" "get" (func $get (param i32)))
      (func (export "run") (call $get (i32.const 16))))`)],
  ),
  list(CORE_INSTANCE, [0x00, 0, 0]),
  list(ALIAS, [0x00, 0x02, 0x01, 0, "m"], [0x00, 0x00, 0x01, 0, "r"]),
  list(CANON, [0x01, 0x00, 0, 2, 0x03, 0, 0x04, 0]),
  list(CORE_INSTANCE, [0x01, 1, "get", 0x00, 1], [0x00, 1, 1, "h", 0x12, 1]),
  list(ALIAS, [0x00, 0x00, 0x01, 2, "run"]),
  list(CANON, [0x00, 0x00, 2, 0, 2]),
  list(EXPORT, named("run", 0x01, 1, 0)),
);

testTiers("the limit also applies to the result of a host function", async () => {
  const texts = ["ab", "c"]; // 19 bytes
  const imports = { "": { get: () => texts } };
  using enough = await load(GETTER, { imports, limits: { input: 19 } });
  enough.interfaces[""].run();
  using tight = await load(GETTER, { imports, limits: { input: 18 } });
  const error = assertThrows(() => tight.interfaces[""].run(), GuestError);
  assertEquals([error.code, error.message, tight.state], [
    "input-too-large",
    'Cannot return a value from import "get": it takes at least 19 bytes, expected at most 18 or ' +
    "a higher limits: { input }",
    "poisoned",
  ]);
});

testTiers("calls of a component can have less input and fewer results", async () => {
  using guest = await loadEchoes({ input: 8, results: 8 });
  const less = await guest.within({ input: 5, results: 4 });
  const calls = [less.symbols.text, less.interfaces[API].text] as const;
  for (const text of [...calls, (text: string) => less.passString(text, "text")]) {
    assertEquals(text("abcd"), "abcd");
    assertThrows(() => text("abcdef"), GuestError, "at most 5 or");
  }
  assertEquals(guest.interfaces[API].text("abcdefgh"), "abcdefgh");
  const error = assertThrows(() => less.interfaces[API].text("abcde"), GuestError);
  assertEquals([error.code, guest.state], ["result-too-large", "poisoned"]);
  // They work after a reset.
  guest.reset();
  for (const text of calls) assertEquals(text("abcd"), "abcd");
  assertThrows(() => calls[1]("abcdef"), GuestError, "at most 5 or");
});

testTiers("calls of a component can have less fuel", async () => {
  using guest = await loadEchoes({ fuel: 10_000 });
  const { text } = guest.interfaces[API];
  text("Ada");
  const burnt = guest.fuel!.burnt;
  const less = await guest.within({ fuel: burnt });
  less.interfaces[API].text("Ada");
  assertEquals(guest.fuel, { left: 0, burnt });
  text("Ada");
  assertEquals(guest.fuel, { left: 10_000 - burnt, burnt });
  const tooLittle = await guest.within({ fuel: 1 });
  const error = assertThrows(() => tooLittle.interfaces[API].text("Ada"), GuestError);
  assertEquals(error.code, "fuel-exhausted");
});

Deno.test("calls that may wait have the limits as well", async () => {
  using guest = await loadEchoes({ fuel: 10_000 });
  const less = await guest.within({ input: 3, fuel: 1000 });
  const { text } = less.asyncInterfaces[API];
  assertEquals([await text("abc"), guest.fuel!.left + guest.fuel!.burnt], ["abc", 1000]);
  await assertRejects(() => text("abcd"), GuestError, "at most 3 or");
});

Deno.test("a limit above that of a component is refused, and a signal that is aborted", async () => {
  using guest = await loadEchoes({ input: 5 });
  await assertRejects(() => guest.within({ input: 6 }), RangeError, "expected at most 5");
  await assertRejects(() => guest.within({ fuel: 6 }), TypeError, "without limits.fuel");
  const controller = new AbortController();
  const ending = await guest.within({ signal: controller.signal });
  const { text } = ending.interfaces[API];
  text("a");
  controller.abort();
  assertEquals(assertThrows(() => text("a"), GuestError).code, "aborted");
  assertEquals(guest.state, "ready");
});

Deno.test("calls with tighter limits have the classes of the component itself", async () => {
  using guest = await loadResources();
  const less = await guest.within({ input: 3 });
  const { Counter } = less.interfaces["counters"];
  assertStrictEquals(Counter, guest.interfaces["counters"].Counter);
  const counter = new Counter(4);
  assert(counter instanceof Counter);
  assertEquals(less.interfaces[""].measure("abc"), 3);
  assertThrows(() => less.interfaces[""].measure("abcd"), GuestError, "at most 3 or");
});

Deno.test("a module has no interfaces within limits either", async () => {
  using guest = await load(guestPath("c/passing_data"));
  const less = await guest.within({ input: 5 });
  assertThrows(() => less.interfaces, TypeError, "the guest is a module");
});
