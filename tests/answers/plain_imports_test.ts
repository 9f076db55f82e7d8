import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Guest, type GuestError, hostFunction, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// The values that a plain function returns to a guest that imports it, and the errors that it
// throws.

/** Calls an import of one type, and returns its result. */
const relay = (results: string, parameters = "") =>
  assemble(`(module
    (import "env" "f" (func $f ${parameters} ${results}))
    (memory (export "memory") 1)
    (func (export "run") ${parameters} ${results}
      ${parameters === "" ? "" : "(local.get 0)"} (call $f)))`);

/** The error for a value that an import's type does not accept. */
const refused = (type: string, what: string, expected: string) =>
  new Thrown(
    "TypeError",
    undefined,
    `Cannot return a value from import[0] "env.f" () -> ${type}: ${what}, expected ${expected}`,
  );

const INTEGER = "an integer from -2147483648 to 4294967295, or a boolean";
const WIDE = "a bigint from -9223372036854775808 to 18446744073709551615";
const FUNCTION = "null or a function that a guest exports";
const LATER = "hostFunction() with async: true in its declaration";
const promise = () => Promise.resolve(1);
const rejection = () => Promise.reject(new Error("nobody hears of it"));
const thenable = () => ({ then() {} });

/** The type of a result, the returned value, and the value that the guest gets, or the error. */
const RESULTS: readonly (readonly [type: string, answer: () => unknown, gives: unknown])[] = [
  ["i32", () => 5, 5],
  ["i32", () => -0, 0],
  ["i32", () => -(2 ** 31), -(2 ** 31)],
  ["i32", () => 2 ** 32 - 1, -1],
  ["i32", () => 2 ** 31, -(2 ** 31)],
  ["i32", () => true, 1],
  ["i32", () => false, 0],
  ["i32", () => 2 ** 32, refused("i32", "it is 4294967296", INTEGER)],
  ["i32", () => -(2 ** 31) - 1, refused("i32", "it is -2147483649", INTEGER)],
  ["i32", () => 0.5, refused("i32", "it is 0.5", INTEGER)],
  ["i32", () => NaN, refused("i32", "it is NaN", INTEGER)],
  ["i32", () => Infinity, refused("i32", "it is Infinity", INTEGER)],
  ["i32", () => "5", refused("i32", 'it is "5"', INTEGER)],
  ["i32", () => {}, refused("i32", "it is undefined", INTEGER)],
  ["i32", () => null, refused("i32", "it is null", INTEGER)],
  ["i32", () => 5n, refused("i32", "it is 5n", INTEGER)],
  ["i32", () => [5], refused("i32", "it is an object of class Array", INTEGER)],
  ["i32", () => ({ valueOf: () => 5 }), refused("i32", "it is an object of class Object", INTEGER)],
  ["i32", () => Symbol("five"), refused("i32", "it is Symbol(five)", INTEGER)],
  ["i32", promise, refused("i32", "it is a promise", LATER)],
  ["i32", rejection, refused("i32", "it is a promise", LATER)],
  ["i32", thenable, refused("i32", "it is a promise", LATER)],
  ["i64", () => 5n, 5n],
  ["i64", () => -(2n ** 63n), -(2n ** 63n)],
  ["i64", () => 2n ** 64n - 1n, -1n],
  ["i64", () => 2n ** 64n, refused("i64", "it is 18446744073709551616n", WIDE)],
  ["i64", () => -(2n ** 63n) - 1n, refused("i64", "it is -9223372036854775809n", WIDE)],
  ["i64", () => 5, refused("i64", "it is 5", WIDE)],
  ["i64", () => true, refused("i64", "it is true", WIDE)],
  ["i64", () => "5", refused("i64", 'it is "5"', WIDE)],
  ["i64", () => {}, refused("i64", "it is undefined", WIDE)],
  ["i64", rejection, refused("i64", "it is a promise", LATER)],
  ["f32", () => 0.5, 0.5],
  ["f32", () => "0.5", refused("f32", 'it is "0.5"', "a number")],
  ["f64", () => -0, -0],
  ["f64", () => NaN, NaN],
  ["f64", () => 1e300, 1e300],
  ["f64", () => {}, refused("f64", "it is undefined", "a number")],
  ["f64", () => true, refused("f64", "it is true", "a number")],
  ["f64", promise, refused("f64", "it is a promise", LATER)],
  ["externref", () => "text", "text"],
  ["externref", () => {}, undefined],
  ["funcref", () => null, null],
  ["funcref", () => {}, refused("funcref", "it is undefined", FUNCTION)],
  ["funcref", () => () => 5, refused("funcref", "it is a function", FUNCTION)],
  ["()", () => {}, undefined],
  // The engine drops it; the guest could not use it.
  ["()", () => [].push(), undefined],
  ["()", () => ({}), undefined],
  ["()", promise, refused("()", "it is a promise", LATER)],
  ["()", rejection, refused("()", "it is a promise", LATER)],
  ["(i32, f64)", () => [1, 0.5], [1, 0.5]],
  ["(i32, f64)", () => new Set([true, 2]), [1, 2]],
  ["(i32, f64)", () => ({
    *[Symbol.iterator]() {
      yield* [3, 4];
    },
  }), [3, 4]],
  ["(i32, f64)", () => 5, refused("(i32, f64)", "it is 5", "an array of 2 values")],
  ["(i32, f64)", () => {}, refused("(i32, f64)", "it is undefined", "an array of 2 values")],
  ["(i32, f64)", () => [1], refused("(i32, f64)", "it has 1 values", "an array of 2 values")],
  ["(i32, f64)", () => ({
    *[Symbol.iterator]() {
      while (true) yield 1;
    },
  }), refused("(i32, f64)", "it has more than 2 values", "an array of 2 values")],
  ["(i32, f64)", () => [0.5, 1], refused("(i32, f64)", "value 0 is 0.5", INTEGER)],
  ["(i32, f64)", () => [1, "1"], refused("(i32, f64)", 'value 1 is "1"', "a number")],
  ["(i32, f64)", () => [1, Promise.reject(1)], refused("(i32, f64)", "it is a promise", LATER)],
  ["(i32, f64)", rejection, refused("(i32, f64)", "it is a promise", LATER)],
];

for (const [type, answer, gives] of RESULTS) {
  const what = gives instanceof Thrown ? gives.message : Deno.inspect(gives);
  Deno.test(`${answer} returns ${what} for an import of () -> ${type}`, async () => {
    const types = type.match(/\w+/g) ?? [];
    const bytes = relay(types.length === 0 ? "" : `(result ${types.join(" ")})`);
    using guest = await load(bytes, { imports: { env: { f: answer } } });
    const run = guest.exports.run as () => unknown;
    for (let times = 0; times < 3; times++) {
      assertEquals(await outcome(() => run()), gives);
    }
    assertEquals(guest.state, "ready");
  });
}

Deno.test("a promise is a reference like any other", async () => {
  using guest = await load(relay("(result externref)"), { imports: { env: { f: promise } } });
  const given = (guest.exports.run as () => unknown)();
  assertEquals([given instanceof Promise, await given], [true, 1]);
});

Deno.test("a function of any arity gets exactly the guest's arguments", async () => {
  for (const count of [0, 1, 2, 3, 4, 5, 9]) {
    const parameters = count === 0 ? "" : `(param ${"i32 ".repeat(count)})`;
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const bytes = assemble(`(module
      (import "env" "f" (func $f ${parameters} (result i32)))
      (func (export "run") (result i32)
        ${numbers.map((number) => `(i32.const ${number})`).join(" ")} (call $f)))`);
    const seen: unknown[] = [];
    const f = function (this: unknown, ...args: unknown[]) {
      seen.push(this, args);
      return args.length;
    };
    using guest = await load(bytes, { imports: { env: { f } } });
    assertEquals([(guest.exports.run as () => unknown)(), seen], [count, [undefined, numbers]]);
  }
});

Deno.test("a promise is refused for an import of unknown type", async () => {
  const module = new WebAssembly.Module(relay("(result i32)"));
  for (
    const [answer, gives] of [
      [() => 5, 5],
      [
        promise,
        new Thrown(
          "TypeError",
          undefined,
          `Cannot return a value from import[0] "env.f" function: it is a promise, expected ${LATER}`,
        ),
      ],
    ] as const
  ) {
    using guest = await load(module, { imports: { env: { f: answer } } });
    assertEquals(await outcome(() => (guest.exports.run as () => unknown)()), gives);
  }
});

Deno.test("a start function's imports are guarded as well", async () => {
  const bytes = assemble(`(module
    (import "env" "f" (func $f (result i32)))
    (global (export "answer") (mut i32) (i32.const 0))
    (func $start (global.set 0 (call $f)))
    (start $start))`);
  using guest = await load(bytes, { imports: { env: { f: () => 7 } } });
  assertEquals((guest.exports.answer as WebAssembly.Global).value, 7);
  const failed = await outcome(() => load(bytes, { imports: { env: { f: () => "7" } } }));
  assertEquals(
    failed,
    new Thrown(
      "LoadError",
      "instantiation",
      "Cannot initialize the guest: load calls its start function, and an import that this calls " +
        'has thrown: Cannot return a value from import[0] "env.f" () -> i32: it is "7", expected ' +
        INTEGER,
    ),
  );
});

// Values that pass unchanged.

/** The guest re-exports its import: the engine returns the same function if a guest exports it. */
const REEXPORTS = (type: string) =>
  assemble(`(module (import "env" "f" (func $f ${type})) (export "f" (func $f)))`);

Deno.test("another guest's exports and the engine's own functions pass unchanged", async () => {
  using other = await load(relay("(result i32)"), { imports: { env: { f: () => 1 } } });
  using guest = await load(REEXPORTS("(result i32)"), {
    imports: { env: { f: other.exports.run } },
  });
  assertStrictEquals(guest.exports.f, other.exports.run);

  const trap = assemble('(module (func (export "f") (param i32) unreachable))');
  const wrong = new WebAssembly.Instance(new WebAssembly.Module(trap)).exports.f;
  const error = await outcome(() =>
    load(REEXPORTS("(result i32)"), { imports: { env: { f: wrong } } })
  ) as Thrown;
  // The engine compares the types of functions if both are WebAssembly functions.
  assertEquals([error.name, error.code], ["LoadError", "instantiation"]);
  assertEquals(/does not match the expected type/.test(error.message), true, error.message);
});

Deno.test("functions are guarded even if only the guest calls them, and those of Math return numbers", async () => {
  const named = { 0: () => "text" }[0];
  using guest = await load(relay("(result i32)"), { imports: { env: { f: named } } });
  assertEquals(
    await outcome(() => (guest.exports.run as () => unknown)()),
    refused("i32", 'it is "text"', INTEGER),
  );
  using rounds = await load(relay("(result f64)", "(param f64)"), {
    imports: { env: { f: Math.floor } },
  });
  assertEquals((rounds.exports.run as (value: number) => unknown)(2.5), 2);
  using cuts = await load(relay("(result i32)", "(param f64)"), {
    imports: { env: { f: Math.sin } },
  });
  assertEquals(
    await outcome(() => (cuts.exports.run as (value: number) => unknown)(1)),
    new Thrown(
      "TypeError",
      undefined,
      'Cannot return a value from import[0] "env.f" (f64) -> i32: it is 0.8414709848078965, ' +
        `expected ${INTEGER}`,
    ),
  );
});

// Errors of a plain function, and those that they hide.

const RUN = { run: { parameters: [], result: "i32" } } as const;

/** The errors of a trap and of a stack overflow, as JavaScript and other guests throw them. */
const FOREIGN: readonly (readonly [name: string, fail: () => number])[] = [
  ["a trap of another guest", () => {
    const bytes = assemble('(module (func (export "f") unreachable))');
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    (exports.f as () => void)();
    return 0;
  }],
  ["the end of the stack", function fail(): number {
    return fail() + 1;
  }],
];

for (const [name, fail] of FOREIGN) {
  for (const warmUp of [0, 150]) {
    Deno.test(`${name} in a plain function does not poison the guest, after ${warmUp} calls`, async () => {
      let isFailing = false;
      let thrown: unknown;
      const f = () => {
        try {
          return isFailing ? fail() : 7;
        } catch (error) {
          throw thrown = error;
        }
      };
      using guest = await load(relay("(result i32)"), { symbols: RUN, imports: { env: { f } } });
      for (let times = 0; times < warmUp; times++) guest.symbols.run();
      isFailing = true;
      try {
        guest.symbols.run();
      } catch (error) {
        assertStrictEquals(error, thrown);
      }
      assertEquals([thrown instanceof Error, guest.state], [true, "ready"]);
      isFailing = false;
      assertEquals(guest.symbols.run(), 7);
    });
  }
}

/** Calls an import and goes on; traps, or exits through WASI, if asked to. */
const GOES_ON = assemble(`(module
  (import "env" "f" (func $f (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $after (export "after") (mut i32) (i32.const 0))
  (func (export "run") (result i32)
    (local $answer i32)
    (local.set $answer (call $f))
    (global.set $after (i32.add (global.get $after) (i32.const 1)))
    (local.get $answer))
  (func (export "trap") unreachable)
  (func (export "exit") (call $exit (i32.const 3))))`);

const ENDS = { parameters: [], result: "void" } as const;

for (
  const [how, expected] of [
    [
      "trap",
      new Thrown(
        "GuestError",
        "poisoned",
        'Cannot return from import "env.f": the guest is poisoned, expected reset() first; it was: ' +
          'Cannot complete "trap": the guest trapped: unreachable',
      ),
    ],
    [
      "exit",
      new Thrown(
        "GuestError",
        "exited",
        'Cannot return from import "env.f": the guest exited with code 3, expected reset() first',
      ),
    ],
  ] as const
) {
  Deno.test(`a plain function cannot hide from the guest that it ended by ${how}`, async () => {
    const symbols = { ...RUN, trap: ENDS, exit: ENDS };
    let isEnding = false;
    const f = () => {
      if (!isEnding) return 7;
      try {
        guest.symbols[how]();
      } catch { /* as if nothing had happened */ }
      return 7;
    };
    const guest: Guest<typeof symbols> = await load(GOES_ON, { symbols, imports: { env: { f } } });
    for (let times = 0; times < 150; times++) guest.symbols.run();
    isEnding = true;
    assertEquals(await outcome(() => guest.symbols.run()), expected);
    assertEquals((guest.exports.after as WebAssembly.Global).value, 150);
    guest.close();
  });
}

for (
  const [kind, make] of [
    ["plain", (work: () => void) => work],
    ["host", (work: () => void) => hostFunction({ parameters: [], result: "void" }, work)],
  ] as const
) {
  for (const last of [1, 150]) {
    Deno.test(`a guest that catches its own exit can no longer call a ${kind} function, at call ${last}`, async () => {
      const symbols = {
        swallow: { parameters: [], result: "i32" },
        trap: ENDS,
      } as const;
      let calls = 0;
      const work = () => {
        if (++calls < last) return;
        try {
          guest.symbols.trap();
        } catch { /* as if nothing had happened */ }
      };
      const guest: Guest<typeof symbols> = await load(guestUrl("wat/catches"), {
        symbols,
        imports: { env: { work: make(work) } },
      });
      while (calls < last - 1) assertEquals(guest.symbols.swallow(), 1);
      const ended = await outcome(() => guest.symbols.swallow()) as Thrown;
      assertEquals([ended.code, calls], ["poisoned", last]);
      // The raw export still begins, but its import ends it, and it cannot catch that.
      const { cause } = assertThrows(
        guest.exports.swallow as () => number,
        WebAssembly.RuntimeError,
      );
      assertEquals([(cause as GuestError).code, calls], ["poisoned", last]);
      guest.close();
    });
  }
}

Deno.test("imports are read once, even from a getter or a proxy, and after a reset", async () => {
  const bytes = assemble(`(module
    (import "env" "f" (func $f (result i32)))
    (import "env" "g" (func $g (result i32)))
    (func (export "run") (result i32) (i32.add (call $f) (call $g))))`);
  const reads: PropertyKey[] = [];
  const env = new Proxy({}, {
    get(_target, name) {
      reads.push(name);
      return reads.length <= 3 ? () => 20 : "no function";
    },
  });
  const imports = {
    get env() {
      reads.push("env");
      return env;
    },
  };
  using guest = await load(bytes, { imports, symbols: RUN });
  assertEquals([reads, guest.symbols.run()], [["env", "f", "g"], 40]);
  guest.reset();
  assertEquals([reads, guest.symbols.run()], [["env", "f", "g"], 40]);
});

Deno.test("an error of a callback for output is the host's own, and an error that it hides ends the guest", async () => {
  const bytes = assemble(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\08\\00\\00\\00\\03\\00\\00\\00hi\\0a")
    (func (export "run") (result i32)
      (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))
      (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1))))
    (func (export "trap") unreachable))`);
  const symbols = { ...RUN, trap: ENDS };
  let act: () => void = () => {};
  const guest: Guest<typeof symbols> = await load(bytes, {
    symbols,
    wasi: { stdout: () => act() },
  });
  assertEquals(guest.symbols.run(), 0);
  const [[, fail]] = FOREIGN as [(typeof FOREIGN)[0]];
  act = () => void fail();
  const thrown = await outcome(() => guest.symbols.run()) as Thrown;
  assertEquals([thrown.name, thrown.message, guest.state], [
    "RuntimeError",
    "unreachable",
    "ready",
  ]);
  act = () => {
    try {
      guest.symbols.trap();
    } catch { /* as if nothing had happened */ }
  };
  const ended = await outcome(() => guest.symbols.run()) as Thrown;
  assertEquals([ended.code, guest.state], ["poisoned", "poisoned"]);
  // Only the first call reached the part after the output.
  assertEquals(guest.memory.read("u32", 64), 1);
  guest.close();
});
