import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type CustomConvention, type Guest, GuestError, type GuestState, load } from "../mod.ts";
import { build, section } from "./binary/_build.ts";
import { type Feature, needs } from "./_engine.ts";
import { guestErrorOf, loadErrorOf } from "./_errors.ts";
import { guestBytes, guestUrl } from "./_guests.ts";
import { firstDifference, snapshot } from "./_memories.ts";

/** The name, and the engine's name for the trap. */
const TRAPS: [name: string, message: string, ...needed: Feature[]][] = [
  ["trap_unreachable", "unreachable"],
  ["trap_divide", "divide by zero"],
  ["trap_remainder", "remainder by zero"],
  ["trap_overflow", "divide result unrepresentable"],
  ["trap_out_of_bounds", "memory access out of bounds"],
  ["trap_float", "float unrepresentable in integer range"],
  ["trap_null_function", "null function"],
  ["trap_signature", "function signature mismatch", "own trap of an empty entry"],
  ["trap_stack", "Maximum call stack size exceeded"],
];

for (const [name, message, ...needed] of TRAPS) {
  const test =
    `${name} poisons the guest and is reported with its place, and reset() makes a fresh instance`;
  Deno.test(test, needs(...needed), async () => {
    using guest = await load(guestUrl("c/traps"));
    const error = assertThrows(() => guest.passString("x", name), GuestError);
    assertEquals([error.code, error.export], ["trap", name]);
    assert(
      error.message.startsWith(`Cannot complete "${name}": the guest trapped: ${message}`),
      error.message,
    );
    assert(error.frames.length > 0 && error.frames.every((frame) => frame.includes("wasm")));
    assertInstanceOf(
      error.cause,
      name === "trap_stack" ? RangeError : WebAssembly.RuntimeError,
    );
    assertStrictEquals(guest.state, "poisoned");

    assertEquals(guestErrorOf(() => guest.passString("x", "transform")), [
      "poisoned",
      'Cannot call "transform": the guest is poisoned, expected reset() first; it was: ' +
      error.message,
    ]);
    guest.reset();
    assertStrictEquals(guest.state, "ready");
    assertStrictEquals(guest.passString("x", "transform"), "xWASM is cool!");
  });
}

Deno.test("a trap's frames are the guest's own, innermost first, without the host's", async () => {
  using guest = await load(guestUrl("c/traps"));
  const { frames } = assertThrows(() => guest.passString("x", "trap_unreachable"), GuestError);
  assertStrictEquals(frames.length, 1);
  assert(/trap_unreachable.*wasm/.test(frames[0]!), frames[0]);
});

Deno.test("a poisoned guest can be inspected, and its first trap is reported", async () => {
  using guest = await load(guestUrl("c/traps"));
  const pointer = (guest.exports.get_buffer_pointer as () => number)();
  const first = assertThrows(() => guest.passString("ab", "trap_unreachable"), GuestError);
  // It puts the length there before it traps.
  assertStrictEquals(guest.memory.readString(pointer, 2), "\x02b");
  for (const name of ["trap_divide", "transform", "trap_unreachable"]) {
    const error = assertThrows(() => guest.passString("ab", name), GuestError);
    assertEquals([error.code, error.export, error.cause], ["poisoned", name, first]);
  }
  assertStrictEquals(guest.memory.readString(pointer, 2), "\x02b");
});

Deno.test("an overrun poisons the guest, and is reported as the cause", async () => {
  using guest = await load(guestUrl("c/overruns"));
  const [, message] = guestErrorOf(() => guest.passString("x".repeat(40)));
  assertEquals(guestErrorOf(() => guest.passString("x")), [
    "poisoned",
    `Cannot call "triple": the guest is poisoned, expected reset() first; it was: ${message}`,
  ]);
  guest.reset();
  assertStrictEquals(guest.passString("ab"), "ababab");
});

Deno.test("reset() makes memory, globals and the buffer as they were after load()", async () => {
  using guest = await load(guestUrl("c/moves_buffer"));
  const fresh = snapshot(guest.memory);
  const { instance, memory, exports } = guest;
  guest.passString("x");
  guest.reset();
  assert(guest.instance !== instance && guest.memory !== memory && guest.exports !== exports);
  assertStrictEquals(guest.instance.exports, guest.exports);
  assertStrictEquals(firstDifference(snapshot(guest.memory), fresh), -1);
  assertStrictEquals(guest.passString("x"), "xWASM is cool!");
});

Deno.test("reset() gives an imported memory its first size again", async () => {
  using guest = await load(guestUrl("c/memory_2_to_10"));
  guest.memory.grow(3);
  guest.reset();
  assertStrictEquals(guest.memory.size, 2 * 65536);
  assertStrictEquals(guest.passString("x"), "xWASM is cool!");
  for (let count = 0; count < 50; count++) guest.reset();
  assertStrictEquals(guest.passString("x"), "xWASM is cool!");
});

Deno.test("symbols still work after reset(), even if they were taken from the guest", async () => {
  using guest = await load(guestUrl("c/echo_length"), {
    symbols: { echo: { parameters: ["string"], result: "string" } },
  });
  const { echo } = guest.symbols;
  const { instance } = guest;
  assertStrictEquals(echo("a"), "a");
  guest.reset();
  assertStrictEquals(echo("b"), "b");
  assertStrictEquals(guest.symbols.echo, echo);
  // The call went to the fresh instance.
  const pointer = (guest.exports.get_buffer_pointer as () => number)();
  assertStrictEquals(guest.memory.readCString(pointer), "b");
  assert(guest.instance !== instance);
});

Deno.test("reset() is refused if the memory is the caller's, and nothing has changed", async () => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 10 });
  for (const options of [{ memory }, { imports: { env: { memory } } }]) {
    using guest = await load(guestUrl("c/memory_2_to_10"), options);
    const { instance } = guest;
    assertEquals(guestErrorOf(() => guest.reset()), [
      "supplied-memory",
      "Cannot reset the guest: its memory was supplied by the caller, expected one that load makes",
    ]);
    assertStrictEquals(guest.instance, instance);
    assertStrictEquals(guest.passString("x"), "xWASM is cool!");
  }
});

Deno.test("close() and using are idempotent, and nothing is called afterwards", async () => {
  const guest = await load(guestUrl("c/echo_length"), {
    symbols: { echo: { parameters: ["string"], result: "string" } },
  });
  guest.passString("left behind");
  guest.close();
  guest.close();
  guest[Symbol.dispose]();
  assertStrictEquals(guest.state, "disposed");
  for (
    const call of [
      () => guest.passString("x"),
      () => guest.passBytes(Uint8Array.of(1)),
      () => guest.symbols.echo("x"),
    ]
  ) {
    assertEquals(guestErrorOf(call), ["disposed", 'Cannot call "echo": the guest is disposed']);
  }
  assertEquals(guestErrorOf(() => guest.reset()), [
    "disposed",
    "Cannot reset the guest: it is disposed",
  ]);
  assertStrictEquals(guest.state, "disposed");
});

Deno.test("a poisoned guest can be closed, and is then disposed", async () => {
  const guest = await load(guestUrl("c/traps"));
  guestErrorOf(() => guest.passString("x", "trap_divide"));
  {
    using _ = guest;
  }
  assertStrictEquals(guest.state, "disposed");
  assertEquals(guestErrorOf(() => guest.passString("x", "transform"))[0], "disposed");
});

Deno.test("while guest code runs, the guest is calling, and reset() and close() are refused", async () => {
  const states: GuestState[] = [];
  const refused: string[] = [];
  const guest: Guest = await load(guestUrl("c/imports_twenty"), {
    missing: "trap",
    imports: {
      env: {
        log() {
          states.push(guest.state);
          for (const act of [() => guest.reset(), () => guest.close()]) {
            refused.push(assertThrows(act, GuestError).message);
          }
        },
      },
    },
  });
  states.push(guest.state);
  guest.passString("calla");
  states.push(guest.state);
  assertEquals(states, ["ready", "calling", "ready"]);
  assertEquals(refused, [
    "Cannot reset the guest: a call is in progress",
    "Cannot close the guest: a call is in progress",
  ]);
  guest.close();
});

Deno.test("a guest can be entered again from a host function, unless that overwrites the outer text", async () => {
  const inner: unknown[] = [];
  const get_buffer_pointer = { parameters: [], result: "pointer" } as const;
  const symbols = { get_buffer_pointer };
  const guest: Guest<typeof symbols> = await load(guestUrl("c/imports_twenty"), {
    missing: "trap",
    symbols,
    imports: {
      env: {
        log() {
          inner.push(typeof guest.symbols.get_buffer_pointer());
          inner.push(guestErrorOf(() => guest.passString("inner "))[0]);
        },
      },
    },
  });
  assertStrictEquals(guest.passString("calla"), "callaWASM is cool!");
  assertEquals(inner, ["number", "busy"]);
  assertStrictEquals(guest.state, "ready");
  guest.close();
});

/** `outer` calls `env.f` and then reaches `unreachable`; `inner` divides by zero. */
const NESTED = build(
  section(1, 3, [0x60, 0, 0], [0x60, 0, 1, 0x7f], [0x60, 1, 0x7f, 1, 0x7f]),
  section(2, 1, "env", "f", 0, 0),
  section(3, 3, 1, 2, 2),
  section(5, 1, 0, 1),
  section(7, 4, ["memory", 2, 0], ["get_buffer", 0, 1], ["outer", 0, 2], ["inner", 0, 3]),
  section(
    10,
    3,
    [4, 0, 0x41, 16, 0x0b],
    [5, 0, 0x10, 0, 0, 0x0b],
    [7, 0, 0x41, 0, 0x41, 0, 0x6d, 0x0b],
  ),
);

/** `inner` with a number, which needs no buffer. */
const DIVIDES = { inner: { parameters: ["i32"], result: "i32" } } as const;

Deno.test("a guest does not continue after a callback has caught its trap", async () => {
  const errors: string[] = [];
  const guest: Guest<typeof DIVIDES> = await load(NESTED, {
    symbols: DIVIDES,
    imports: {
      env: { f: () => void errors.push(guestErrorOf(() => guest.symbols.inner(1))[1]) },
    },
  });
  errors.push(guestErrorOf(() => guest.passString("x", "outer"))[1]);
  errors.push(guestErrorOf(() => guest.passString("x", "outer"))[1]);
  assertEquals(errors, [
    'Cannot complete "inner": the guest trapped: divide by zero',
    'Cannot return from import "env.f": the guest is poisoned, expected reset() first; it was: ' +
    'Cannot complete "inner": the guest trapped: divide by zero',
    'Cannot call "outer": the guest is poisoned, expected reset() first; it was: ' +
    'Cannot complete "inner": the guest trapped: divide by zero',
  ]);
  guest.close();
});

Deno.test("a trap that passes through a host function is reported unchanged", async () => {
  const guest: Guest<typeof DIVIDES> = await load(NESTED, {
    symbols: DIVIDES,
    imports: { env: { f: () => void guest.symbols.inner(1) } },
  });
  assertEquals(guestErrorOf(() => guest.passString("x", "outer")), [
    "trap",
    'Cannot complete "inner": the guest trapped: divide by zero',
  ]);
  assertStrictEquals(guest.state, "poisoned");
  guest.close();
});

Deno.test("a host function's error reaches the caller unchanged", async () => {
  const thrown = new Error("the host's own");
  using guest = await load(guestUrl("c/imports_twenty"), {
    missing: "trap",
    imports: {
      env: {
        log() {
          throw thrown;
        },
      },
    },
  });
  assertStrictEquals(assertThrows(() => guest.passString("calla")), thrown);
});

Deno.test("values that are neither text nor bytes are refused before the guest is called", async () => {
  using guest = await load(guestUrl("c/moves_buffer"));
  const before = snapshot(guest.memory);
  const rows: [call: () => unknown, message: string][] = [
    [
      () => guest.passString(5 as unknown as string),
      "Cannot pass text: it is 5, expected a string",
    ],
    [
      () => guest.passString(undefined as unknown as string),
      "Cannot pass text: it is undefined, expected a string",
    ],
    [
      () => guest.passString(new String("x") as string),
      "Cannot pass text: it is an object of class String, expected a string",
    ],
    [
      () => guest.passBytes("x" as unknown as Uint8Array),
      'Cannot pass bytes: it is "x", expected a Uint8Array',
    ],
    [
      () => guest.passBytes(["1"] as unknown as Uint8Array),
      'Cannot pass bytes: element 0 is "1", expected a number for u8',
    ],
    [
      () => guest.passBytes(new Int8Array(1) as unknown as Uint8Array),
      "Cannot pass bytes: it is an object of class Int8Array, expected a Uint8Array",
    ],
    [
      () => guest.passString("x", 5 as unknown as string),
      "Cannot pass text: the second argument is 5, expected the name of an export",
    ],
    [
      () => guest.passBytes(Uint8Array.of(1), { name: "echo" } as unknown as string),
      "Cannot pass bytes: the second argument is an object of class Object, expected the name of " +
      "an export",
    ],
  ];
  for (const [call, message] of rows) {
    assertStrictEquals(assertThrows(call, TypeError).message, message);
  }
  assertStrictEquals(firstDifference(snapshot(guest.memory), before), -1);
});

Deno.test("bytes can be a view into the guest's memory, and a stale one is refused", async () => {
  using guest = await load(guestUrl("c/echo_length"));
  guest.memory.writeString(16, "view");
  const view = guest.memory.view(16, 4);
  assertEquals(guest.passBytes(view), new TextEncoder().encode("view"));
  guest.memory.grow(1);
  assertThrows(() => guest.passBytes(view), TypeError, "their buffer is detached");
  assertStrictEquals(guest.state, "ready");
});

Deno.test("the export's name can be left out if only one export fits", async () => {
  using one = await load(guestUrl("c/passing_data"));
  assertStrictEquals(one.passString("x"), "xWASM is cool!");
  using two = await load(guestUrl("c/two_transforms"));
  for (
    const [pass, declared] of [
      [() => two.passString("x"), '("string") -> "string"'],
      [() => two.passBytes(Uint8Array.of(1)), '("bytes") -> "bytes"'],
    ] as const
  ) {
    assertEquals(guestErrorOf(pass), [
      "missing-export",
      `Cannot choose an export for ${declared}: "transform", "repeat" fit, ` +
      "expected its name as the second argument",
    ]);
  }
  assertStrictEquals(two.passString("x", "repeat"), "xx");
});

Deno.test("guests of one module do not share anything", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/moves_buffer"));
  const bytes = await guestBytes("c/moves_buffer");
  using first = await load(bytes);
  using second = await load(bytes);
  first.passString("first");
  assertStrictEquals(second.passString("second"), "secondWASM is cool!");
  assertStrictEquals(first.passString("again"), "againWASM is cool!");
  first.close();
  assertStrictEquals(second.passString("second"), "secondWASM is cool!");
  const error = await loadErrorOf(() => load(module, { memoryName: "none" }));
  assertStrictEquals(error.code, "memory");
});

Deno.test("the convention's report prints as its option", async () => {
  using guest = await load(guestUrl("c/passing_data_capacity"));
  assertStrictEquals(
    String(guest.convention),
    'convention: staticBuffer({ pointer: "get_buffer_pointer" })',
  );
  assertStrictEquals(
    Deno.inspect(guest.convention),
    'convention: staticBuffer({ pointer: "get_buffer_pointer" }) // ' +
      '"get_buffer_pointer" takes nothing and returns a pointer',
  );
  guest.passString("x");
  assertStrictEquals(
    Deno.inspect(guest.convention),
    'convention: staticBuffer({ pointer: "get_buffer_pointer" }) // ' +
      '"get_buffer_pointer" takes nothing and returns a pointer; 100 bytes: ' +
      '"get_buffer_capacity" returns it',
  );
  assertStrictEquals(guest.convention.name, "static buffer");
  const { convention } = guest.convention;
  using again = await load(guestUrl("c/passing_data_capacity"), { convention });
  assertStrictEquals(again.passString("x"), "xWASM is cool!");
  assertStrictEquals(again.convention.reason, "the option says so");
});

Deno.test("the report shows an upper bound", async () => {
  using guest = await load(guestUrl("c/bounds_data_end"));
  guest.passString("x");
  assertStrictEquals(
    Deno.inspect(guest.convention),
    'convention: staticBuffer({ pointer: "buffer" }) // global "buffer" names a buffer; ' +
      'at most 100 bytes: "__data_end" is at 0x474, and nothing states it',
  );
});

Deno.test("the report has no capacity if text does not go into a buffer", async () => {
  using strings = await load(guestUrl("wat/js_strings"));
  assertStrictEquals(strings.convention.capacity, undefined);
  const own: CustomConvention = {
    name: "a convention of my own",
    lower: () => ({ args: [] }),
    lift: () => "",
  };
  using guest = await load(guestUrl("c/echo_scan"), { convention: own });
  assertStrictEquals(guest.convention.capacity, undefined);
  assertStrictEquals(String(guest.convention), "convention: a convention of my own");
  assertStrictEquals(guest.convention.convention, own);
});
