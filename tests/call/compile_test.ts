import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocator, canonicalAbi, type Convention, cString, type Guest, load } from "../../mod.ts";
import { forceTier } from "../../src/call/call.ts";
import { GuestError } from "../../src/base/errors.ts";
import { guestBytes } from "../_guests.ts";
import { strings } from "../_strings.ts";
import { withSources } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

const owned = { allocate: "malloc", free: "free", resultsFreedBy: "host" } as const;

/** Guests that take and return text, each with a convention if none is detected. */
const GUESTS: readonly (readonly [guest: string, name: string, convention?: Convention])[] = [
  ["c/echo_length", "echo"],
  ["c/echo_pointer", "echo"],
  ["c/passing_data_length", "add_wasm_is_cool"],
  ["c/passing_data_pointer_symbol", "add_wasm_is_cool"],
  ["c/moves_buffer", "transform"],
  ["c/grows_memory", "transform"],
  ["c/counts_nul", "transform"],
  ["c/answers_minus_one", "transform"],
  ["c/claims_more", "transform"],
  ["c/claims_pointer_outside", "transform"],
  ["c/overruns", "triple"],
  ["c/traps", "trap_unreachable"],
  ["c/bindgen_multi_value", "greet"],
  ["c/bindgen_old", "greet"],
  ["c/canonical_utf8", "example:text/greeter@1.0.0#greet"],
  [
    "c/canonical_utf16",
    "example:text/greeter@1.0.0#greet",
    canonicalAbi({ encoding: "utf-16" }),
  ],
  ["c/c_string", "greet", cString(owned)],
  ["c/result_packed_pointer_high", "greet", allocator({ ...owned, result: "packedPointerHigh" })],
  ["c/result_packed_pointer_low", "greet", allocator({ ...owned, result: "packedPointerLow" })],
  ["c/result_multi_value", "greet", allocator(owned)],
  ["c/result_struct", "greet", allocator({ ...owned, result: "pointedTo" })],
  ["c/result_prefix_u32", "greet", allocator({ ...owned, result: "prefixed" })],
  ["c/result_in_place", "shout", allocator({ ...owned, result: "inPlace" })],
  ["assemblyscript/strings", "greet"],
  ["assemblyscript_arc/strings", "greet"],
  ["emscripten/c_string", "greet"],
];

/** Loads the guest; all its calls take one tier from the first one on. */
async function loadIn(
  tier: "run" | "compiled",
  guest: string,
  convention?: Convention,
): Promise<Guest> {
  forceTier(tier);
  try {
    return await load(await guestBytes(guest), {
      ...(convention && { convention }),
      missing: "trap",
    });
  } finally {
    forceTier(undefined);
  }
}

/** Returns the result or the error of a call, so that two can be compared. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    assert(error instanceof Error);
    return { name: error.name, message: error.message, code: (error as GuestError).code };
  }
}

for (const [guest, name, convention] of GUESTS) {
  Deno.test(`both tiers agree on every string: ${guest}`, async () => {
    using run = await loadIn("run", guest, convention);
    using compiled = await loadIn("compiled", guest, convention);
    for (const { name: what, text } of strings) {
      const expected = outcome(() => run.passString(text, name));
      assertEquals(outcome(() => compiled.passString(text, name)), expected, what);
    }
    assertEquals(compiled.state, run.state);
  });
}

Deno.test("values that are not text are refused alike in both tiers", async () => {
  using run = await loadIn("run", "c/echo_length");
  using compiled = await loadIn("compiled", "c/echo_length");
  for (const value of [undefined, null, 7, new Uint8Array(1), ["a"]]) {
    const pass = (guest: Guest) => outcome(() => guest.passString(value as never, "echo"));
    assertEquals(pass(compiled), pass(run));
  }
});

Deno.test("a symbol of each number refuses values that its type does not hold in both tiers", async () => {
  const types = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"] as const;
  const values = [
    0,
    -0,
    -1,
    0.5,
    NaN,
    Infinity,
    127,
    128,
    255,
    256,
    65535,
    65536,
    2 ** 31,
    2 ** 32,
  ];
  const bigs = [0n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 63n)];
  const odd: unknown[] = ["1", null, undefined, true, {}, [], { valueOf: () => 1 }];
  for (const type of types) {
    const outcomes = [];
    for (const tier of ["run", "compiled"] as const) {
      forceTier(tier);
      using guest = await load(await guestBytes("c/symbols"), {
        symbols: { add: { name: `add_${type}`, parameters: [type, type], result: type } },
      });
      forceTier(undefined);
      const add = guest.symbols.add as (...values: unknown[]) => unknown;
      const given = [...values, ...bigs, ...odd];
      outcomes.push([
        ...given.map((value) => outcome(() => add(value, typeof value === "bigint" ? 0n : 0))),
        ...given.map((value) => outcome(() => add(typeof value === "bigint" ? 1n : 1, value))),
        outcome(() => add()),
        outcome(() => add(1)),
        outcome(() => add(1, 2, 3)),
      ]);
    }
    assertEquals(outcomes[1], outcomes[0], type);
  }
});

Deno.test("a plan is compiled once for a module: a fresh instance uses it, too", async () => {
  using guest = await load(await guestBytes("c/symbols"), {
    symbols: { add: { name: "add_i32", parameters: ["i32", "i32"], result: "i32" } },
  });
  await withSources((sources) => {
    for (let times = 0; times < 150; times++) guest.symbols.add(times, 1);
    assertEquals(sources.length, 1);
    for (let times = 0; times < 5; times++) {
      guest.reset();
      for (let calls = 0; calls < 150; calls++) {
        assertEquals(guest.symbols.add(calls, 1), calls + 1);
      }
    }
    assertEquals(sources.length, 1);
  });
});

Deno.test("bytes of a view that went stale are refused, and others are passed", async () => {
  using guest = await load(await guestBytes("c/echo_length"));
  for (let times = 0; times < 150; times++) {
    assertEquals(guest.passBytes(Uint8Array.of(1, 0, times), "echo"), Uint8Array.of(1, 0, times));
  }
  const stale = guest.memory.view(0, 10);
  assertEquals(guest.passBytes(stale, "echo").length, 10);
  guest.memory.grow(1);
  assertThrows(() => guest.passBytes(stale, "echo"), TypeError, "their buffer is detached");
  assertEquals(guest.passBytes(new Uint8Array(), "echo"), new Uint8Array());
});

Deno.test("a call does not continue after the guest was poisoned in a nested call", async () => {
  let calm = true;
  const log = () => {
    if (calm) return;
    try {
      // This guest exports no way to restore its stack: an error that passes through poisons it.
      guest.passString("inner", "announce");
    } catch {
      // The host function ignores the error and continues, and so does the guest.
    }
  };
  let depth = 0;
  const imports = {
    env: {
      log: () => {
        if (!calm && ++depth > 1) throw new Error("thrown within");
        log();
      },
      answer: () => 0n,
      print: () => {},
    },
  };
  const convention = allocator({ ...owned, result: "packedPointerHigh" });
  using guest = await load(await guestBytes("c/callbacks"), { convention, imports });
  for (let times = 0; times < 150; times++) guest.passString("calm", "announce");
  calm = false;
  const error = assertThrows(() => guest.passString("outer", "announce"), GuestError);
  assertEquals(error.code, "poisoned");
  assertEquals(guest.state, "poisoned");
});

for (const tier of ["run", "compiled"] as const) {
  Deno.test(`an error that passes through a short call leaves the stack as it was, ${tier}`, async () => {
    // The guest takes 32 bytes from its stack, and calls the host before it gives them back.
    const bytes = assemble(`(module (import "env" "ask" (func $ask (param i32) (result i32)))
      (global $sp (mut i32) (i32.const 4096)) (memory (export "memory") 1)
      (func (export "f") (param i32) (result i32)
        (global.set $sp (i32.sub (global.get $sp) (i32.const 32)))
        (call $ask (local.get 0))
        (global.set $sp (i32.add (global.get $sp) (i32.const 32))))
      (export "__stack_pointer" (global $sp)))`);
    const ask = (value: number) => {
      if (value < 0) throw new Error("asked");
      return value + 1;
    };
    forceTier(tier);
    try {
      using guest = await load(bytes, {
        imports: { env: { ask } },
        symbols: { f: { parameters: ["i32"], result: "i32" } },
      });
      const pointer = guest.exports.__stack_pointer as WebAssembly.Global;
      assertEquals([guest.symbols.f(1), pointer.value], [2, 4096]);
      assertThrows(() => guest.symbols.f(-1), Error, "asked");
      assertEquals(pointer.value, 4096);
      // The caller may move the stack between calls.
      pointer.value = 4000;
      assertThrows(() => guest.symbols.f(-1), Error, "asked");
      assertEquals([guest.symbols.f(2), pointer.value], [3, 4000]);
    } finally {
      forceTier(undefined);
    }
  });
}

Deno.test("no text of a guest becomes source", async () => {
  // The name of an export is the guest's choice, and here it would end a string and call a
  // function.
  const name = '"); globalThis.broken = true; ("';
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
  const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
  const bytes = new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [3, ...text("memory"), 2, 0, ...text("buffer"), 0, 0, ...text(name), 0, 1]),
    ...section(10, [2, 4, 0, 0x41, 16, 0x0b, 4, 0, 0x20, 0, 0x0b]),
  ]);
  using guest = await load(bytes);
  for (let times = 0; times < 150; times++) assertEquals(guest.passString("ab", name), "ab");
  assertEquals("broken" in globalThis, false);
});
