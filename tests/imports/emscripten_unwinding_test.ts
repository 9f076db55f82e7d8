import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { hostFunction, load } from "../../mod.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const SYMBOLS = {
  jump: { parameters: ["i32", "i32"], result: "i32" },
  wide: { parameters: ["i64"], result: "i64" },
  nest: { parameters: ["i32"], result: "i32" },
  guarded: { parameters: ["i32"], result: "i32" },
  trap: { parameters: [], result: "i32" },
  call_null: { parameters: [], result: "i32" },
  stray: { parameters: ["i32"], result: "i32" },
} as const;

/** Loads the guest that jumps; `ask` is the host function that it calls. */
function loadJumps(name: string, ask: (question: number) => number = (question) => question + 1) {
  return load(guestUrl(`emscripten/${name}`), { imports: { env: { ask } }, symbols: SYMBOLS });
}

for (const name of ["jumps", "jumps_native"]) {
  Deno.test(`${name}: longjmp leaves the functions up to its setjmp, and restores the stack`, async () => {
    using guest = await loadJumps(name);
    const stack = (guest.exports.stackSave as () => number)();
    for (let count = 0; count < 120; count++) {
      assertEquals(guest.symbols.jump(5, 3), 3);
      assertEquals(guest.symbols.nest(4), 105);
      assertEquals(guest.symbols.wide(1n << 40n), 1n << 41n);
      assertEquals(guest.symbols.wide(-1n), -1n);
      assertEquals(guest.symbols.wide(0x1_8000_0001n), 0x3_0000_0002n);
      assertEquals(guest.symbols.guarded(1), 2);
    }
    assertEquals((guest.exports.stackSave as () => number)(), stack);
  });

  Deno.test(`${name}: traps within setjmp poison the guest`, async () => {
    using guest = await loadJumps(name);
    assertEquals(guestErrorOf(() => guest.symbols.trap()), [
      "trap",
      'Cannot complete "trap": the guest trapped: unreachable',
    ]);
    assertEquals(guest.state, "poisoned");
    guest.reset();
    assertEquals(guestErrorOf(() => guest.symbols.call_null())[0], "trap");
    assertEquals(guest.state, "poisoned");
  });

  Deno.test(`${name}: an error of the host is not caught by setjmp`, async () => {
    const mine = new Error("mine");
    using guest = await loadJumps(name, () => {
      throw mine;
    });
    assertStrictEquals(assertThrows(() => guest.symbols.guarded(1)), mine);
    assertEquals(guest.state, "ready");
    assertEquals(guest.symbols.jump(5, 3), 3);
  });
}

Deno.test("longjmp without a setjmp of this call ends the call", async () => {
  using guest = await loadJumps("jumps");
  assertEquals(guestErrorOf(() => guest.symbols.stray(2)), [
    "exception",
    "Cannot continue: the guest called longjmp, and no setjmp of this call has been called",
  ]);
  assertEquals(guest.symbols.jump(5, 3), 3);
});

Deno.test("longjmp in a nested call does not reach the setjmp of the outer call", async () => {
  const guest = await loadJumps("jumps", (question: number): number => {
    if (question === 1) return guest.symbols.jump(3, 4);
    return guest.symbols.stray(5);
  });
  assertEquals(guest.symbols.guarded(1), 4);
  assertEquals(guestErrorOf(() => guest.symbols.guarded(2))[0], "exception");
  assertEquals(guest.state, "ready");
});

Deno.test("a guest cannot wait within setjmp", async () => {
  using guest = await load(guestUrl("emscripten/jumps"), {
    imports: {
      env: {
        ask: hostFunction(
          { parameters: ["i32"], result: "i32", async: true },
          async (question) => await Promise.resolve(question),
        ),
      },
    },
    symbols: { guarded: { ...SYMBOLS.guarded, async: true } },
  });
  let found: unknown;
  await guest.symbols.guarded(1).catch((error) => found = error);
  assertEquals(
    (found as Error).message,
    'Cannot wait in a function that import "env.invoke_ii" calls: JavaScript is between it and the ' +
      "guest's caller, expected a guest that is compiled with -fwasm-exceptions " +
      "-sSUPPORT_LONGJMP=wasm",
  );
});

Deno.test("a guest that does not export what invoke_* needs is refused, with the flags", async () => {
  const guest = assemble(`(module
    (import "env" "invoke_ii" (func (param i32 i32) (result i32)))
    (import "env" "invoke_vp" (func (param i64 i64)))
    (func (export "setThrew") (param i32 i32))
    (memory (export "memory") 1))`);
  const { problems } = await loadErrorOf(() => load(guest));
  const orNative = "or -fwasm-exceptions -sSUPPORT_LONGJMP=wasm when it is compiled";
  assertEquals(problems, [
    'import[0] "env.invoke_ii" (i32, i32) -> i32: Cannot unwind the guest: it exports no ' +
    `"__indirect_function_table", expected -Wl,--export-table when it is linked, ${orNative}`,
    'import[1] "env.invoke_vp" (i64, i64) -> (): missing',
  ]);
});

Deno.test("invoke_* has the names of newer versions, and traps at an entry without a function", async () => {
  using guest = await load(
    assemble(`(module
      (import "env" "invoke_j" (func $invoke (param i32) (result i64)))
      (import "env" "_emscripten_throw_longjmp" (func $jump))
      (global $stack (mut i32) (i32.const 64))
      (global $threw (mut i32) (i32.const 0))
      (table (export "__indirect_function_table") 3 3 funcref)
      (elem (i32.const 0) $leave $seven)
      (func $leave (result i64) (global.set $stack (i32.const 8)) (call $jump) (i64.const 1))
      (func $seven (result i64) (i64.const 7))
      (func (export "setThrew") (param i32 i32) (global.set $threw (local.get 0)))
      (func (export "emscripten_stack_get_current") (result i32) (global.get $stack))
      (func (export "_emscripten_stack_restore") (param i32) (global.set $stack (local.get 0)))
      (func (export "call") (param i32) (result i64) (call $invoke (local.get 0)))
      (func (export "threw") (result i32) (global.get $threw))
      (memory (export "memory") 1))`),
    {
      symbols: {
        call: { parameters: ["u32"], result: "i64" },
        threw: { parameters: [], result: "i32" },
      },
    },
  );
  assertEquals(guest.symbols.call(1), 7n);
  assertEquals(guest.symbols.threw(), 0);
  assertEquals(guest.symbols.call(0), 0n);
  assertEquals(guest.symbols.threw(), 1);
  assertEquals((guest.exports.emscripten_stack_get_current as () => number)(), 64);
  for (
    const [index, reason] of [[2, "null function"], [3, "table index is out of bounds"]] as const
  ) {
    const [code, message] = guestErrorOf(() => guest.symbols.call(index));
    assertEquals(code, "trap");
    // Older versions of V8 name two possible reasons for the first.
    assertStringIncludes(message, `Cannot complete "call": the guest trapped: ${reason}`);
    guest.reset();
  }
});

Deno.test('missing: "trap" loads a guest that cannot unwind, and the trap says why', async () => {
  using guest = await load(
    assemble(`(module
      (import "env" "invoke_i" (func $invoke (param i32) (result i32)))
      (func (export "call") (result i32) (call $invoke (i32.const 0)))
      (memory (export "memory") 1))`),
    { missing: "trap" },
  );
  assertEquals(guestErrorOf(() => (guest.exports.call as () => number)()), [
    "missing-import",
    'Cannot call import[0] "env.invoke_i" (i32) -> i32: Cannot unwind the guest: it exports no ' +
    '"__indirect_function_table", expected -Wl,--export-table when it is linked, or ' +
    "-fwasm-exceptions -sSUPPORT_LONGJMP=wasm when it is compiled",
  ]);
});

Deno.test("a jump of one guest does not reach the setjmp of another guest between the two", async () => {
  const bytes = assemble(`(module
    (import "env" "invoke_v" (func $invoke (param i32)))
    (import "env" "_emscripten_throw_longjmp" (func $jump))
    (import "env" "other" (func $other))
    (global $threw (mut i32) (i32.const 0))
    (table (export "__indirect_function_table") 1 funcref)
    (elem (i32.const 0) $callOther)
    (func $callOther (call $other))
    (func (export "setThrew") (param i32 i32) (global.set $threw (local.get 0)))
    (func (export "stackSave") (result i32) (i32.const 64))
    (func (export "stackRestore") (param i32))
    (func (export "guarded") (call $invoke (i32.const 0)))
    (func (export "jump") (call $jump))
    (func (export "threw") (result i32) (global.get $threw))
    (memory (export "memory") 1))`);
  const symbols = {
    guarded: { parameters: [], result: "void" },
    threw: { parameters: [], result: "i32" },
  } as const;
  using outer = await load(bytes, {
    imports: { env: { other: () => (inner.exports.guarded as () => void)() } },
    symbols,
  });
  using inner = await load(bytes, {
    imports: { env: { other: outer.exports.jump } },
    symbols,
  });
  outer.symbols.guarded();
  assertEquals([outer.symbols.threw(), inner.symbols.threw()], [1, 0]);
});
