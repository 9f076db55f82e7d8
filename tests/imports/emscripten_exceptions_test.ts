import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { cString, GuestError, type Imports, load } from "../../mod.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

// The guests are compiled from one source, so the build with WebAssembly's own exceptions shows the
// expected results for the builds whose exceptions Emscripten's JavaScript implements.

type Numeric = (...args: number[]) => number;

/** The ways in which the guest is compiled. */
const GUESTS = ["exceptions", "exceptions_counted", "exceptions_native"];

const CARRIED = GUESTS.slice(0, 2);

/** Loads a guest; `ask` is the host function that it calls. */
async function loadThrowing(name: string, ask: Numeric = (question) => question + 1) {
  const guest = await load(guestUrl(`emscripten_js/${name}`), { imports: { env: { ask } } });
  const call = (name: string, ...args: number[]) => (guest.exports[name] as Numeric)(...args);
  return { guest, call };
}

/** An export, its arguments, and its result. */
const CALLS: readonly [name: string, args: number[], result: number][] = [
  ["attempt", [0], 0],
  ["attempt", [1], 4005], // an int
  ["attempt", [2], 1010], // by its base, std::exception
  ["attempt", [3], 2022], // by its second base, at another address
  ["attempt", [4], 3033], // a pointer
  ["again", [0], 0],
  ["again", [1], -1],
  ["again", [3], 11],
  ["nested", [1, 2], 10101],
  ["nested", [3, 4], 30331],
  ["nested", [2, 3], 20221],
  ["later", [0], 0],
  ["later", [2], 10],
  ["later", [3], -1],
  ["guarded", [6], 7],
  ["doubled", [4, 0], 8],
  ["doubled", [-4, -1], -1],
];

for (const name of GUESTS) {
  Deno.test(`${name}: exceptions are caught by type, and released`, async () => {
    const { guest, call } = await loadThrowing(name);
    for (let round = 0; round < 3; round++) {
      for (const [name, args, result] of CALLS) {
        assertEquals([name, args, call(name, ...args)], [name, args, result]);
      }
    }
    assertEquals(call("live_bytes"), 0);
    // Of 14 calls that fail, "nested" does so twice, and each runs one destructor.
    assertEquals(call("destroyed_guards"), 3 * 18);
    call("attempt", 1);
    assertEquals(call("exceptions_in_flight"), 1);
    call("attempt", 0);
    assertEquals(call("exceptions_in_flight"), 0);
    assertEquals(guest.state, "ready");
  });

  Deno.test(`${name}: symbols pass data to a function that throws`, async () => {
    using guest = await load(guestUrl(`emscripten_js/${name}`), {
      convention: cString({ allocate: "malloc", free: "free" }),
      missing: "trap",
      symbols: { number: { parameters: ["string"], result: "i32" } },
    });
    const { number } = guest.symbols;
    for (let count = 0; count < 120; count++) assertEquals(number(`${count}`), count);
    assertEquals(number("none"), -"stoi: no conversion".length);
    assertEquals((guest.exports.live_bytes as Numeric)(), 0);
  });

  Deno.test(`${name}: an error of the host is not caught by catch (...)`, async () => {
    const mine = new Error("mine");
    const { guest, call } = await loadThrowing(name, () => {
      throw mine;
    });
    const error = assertThrows(() => call("guarded", 1));
    // WebAssembly's own exceptions run destructors for it.
    assertStrictEquals(error, mine);
    assertEquals(guest.state, "ready");
    assertEquals(call("attempt", 3), 2022);
  });

  Deno.test(`${name}: a trap within try poisons the guest`, async () => {
    using guest = await load(guestUrl(`emscripten_js/${name}`), {
      missing: "trap",
      symbols: { attempt: { parameters: ["i32"], result: "i32" } },
    });
    assertEquals(guestErrorOf(() => guest.symbols.attempt(5)), [
      "trap",
      'Cannot complete "attempt": the guest trapped: unreachable',
    ]);
    assertEquals(guest.state, "poisoned");
    guest.reset();
    assertEquals(guest.symbols.attempt(2), 1010);
  });
}

/** The values that the guest throws, by number, and their types in its source. */
const TYPES = [[2, "std::runtime_error"], [1, "int"], [4, "int*"]] as const;

Deno.test("exceptions_native: an exception that nothing catches has its type", async () => {
  using guest = await load(guestUrl("emscripten_js/exceptions_native"), {
    missing: "trap",
    symbols: { leave: { parameters: ["i32"], result: "void" } },
  });
  for (const [kind, type] of TYPES) {
    const error = assertThrows(() => guest.symbols.leave(kind), GuestError);
    assertEquals([error.code, error.message, error.details, guest.state], [
      "exception",
      `Cannot complete "leave": the guest threw a C++ exception of the type "${type}" and did not ` +
      "catch it",
      { type },
      "ready",
    ]);
  }
});

for (const name of CARRIED) {
  Deno.test(`${name}: an exception that nothing catches is an error, and is released`, async () => {
    using guest = await load(guestUrl(`emscripten_js/${name}`), {
      missing: "trap",
      symbols: {
        leave: { parameters: ["i32"], result: "void" },
        attempt: { parameters: ["i32"], result: "i32" },
      },
    });
    const { exports } = guest;
    for (const [kind, type] of TYPES) {
      const error = assertThrows(() => guest.symbols.leave(kind), GuestError);
      assertEquals([error.code, error.message, error.details], [
        "exception",
        `Cannot continue: the guest threw a C++ exception of the type "${type}" and did not catch it`,
        { type },
      ]);
    }
    assertEquals(guest.state, "ready");
    assertEquals((exports.live_bytes as Numeric)(), 0);
    // Both guards of each call were destroyed, and no exception is active any more.
    assertEquals((exports.destroyed_guards as Numeric)(), 6);
    assertEquals(guest.symbols.attempt(0), 0);
    assertEquals((exports.exceptions_in_flight as Numeric)(), 0);
  });

  Deno.test(`${name}: throwing in a noexcept function aborts the guest`, async () => {
    const { guest, call } = await loadThrowing(name);
    assertEquals(guestErrorOf(() => call("terminate", 1)), [
      "abort",
      "Cannot continue: the guest aborted",
    ]);
    assertEquals(guest.state, "poisoned");
  });

  Deno.test(`${name}: an exception that a nested call does not catch reaches the callback that made the call`, async () => {
    const symbols = {
      guarded: { parameters: ["i32"], result: "i32" },
      leave: { parameters: ["i32"], result: "void" },
    } as const;
    let caught: unknown;
    const ask = (kind: number): number => {
      try {
        guest.symbols.leave(kind);
      } catch (error) {
        caught = error;
        if (kind === 3) throw error;
      }
      return 60;
    };
    const imports: Imports = { env: { ask } };
    const guest = await load(guestUrl(`emscripten_js/${name}`), { imports, symbols });
    // The outer call is within try, but the inner one is not.
    assertEquals(guest.symbols.guarded(2), 60);
    assertEquals((caught as GuestError).code, "exception");
    const error = assertThrows(() => guest.symbols.guarded(3));
    assertStrictEquals(error, caught);
    assertEquals(guest.state, "ready");
  });
}

Deno.test("a guest without the exports that its exceptions need is refused, with the compiler's flags", async () => {
  const guest = assemble(`(module
    (import "env" "__cxa_find_matching_catch_2" (func (result i32)))
    (import "env" "__cxa_begin_catch" (func (param i32) (result i32)))
    (import "env" "__cxa_throw" (func (param i32 i32 i32)))
    (import "env" "__cxa_allocate_exception" (func (param i32) (result i32)))
    (import "env" "__cxa_allocate_exception" (func (param i64) (result i64)))
    (memory (export "memory") 1))`);
  const { problems } = await loadErrorOf(() => load(guest));
  const expected = (name: string) =>
    `Cannot unwind the guest: it exports no "${name}", expected -sEXPORTED_FUNCTIONS=_${name} when ` +
    "it is linked, or -fwasm-exceptions -sSUPPORT_LONGJMP=wasm when it is compiled";
  assertEquals(problems, [
    `import[0] "env.__cxa_find_matching_catch_2" () -> i32: ${expected("__cxa_can_catch")}`,
    `import[1] "env.__cxa_begin_catch" (i32) -> i32: ${expected("__cxa_get_exception_ptr")}`,
    `import[2] "env.__cxa_throw" (i32, i32, i32) -> (): ${
      expected("__cxa_decrement_exception_refcount")
    }`,
    `import[3] "env.__cxa_allocate_exception" (i32) -> i32: ${expected("malloc")}`,
    'import[4] "env.__cxa_allocate_exception" (i64) -> i64: missing',
  ]);
});
