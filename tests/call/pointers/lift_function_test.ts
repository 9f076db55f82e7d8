import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../../mod.ts";
import { char, guestPath, type Handler, importsOf, loadValues, OP } from "./_function_values.ts";

for (const name of ["", "64"]) {
  Deno.test(`a symbol returns a function pointer as a function ${name}`, async () => {
    using guest = await loadValues(name);
    const { symbols } = guest;
    for (let turn = 0; turn < 150; turn++) {
      const add = symbols.get_op(char("+")), subtract = symbols.get_op(char("-"));
      assertEquals([add(turn, 2), subtract(turn, 2)], [turn + 2, turn - 2]);
      assertStrictEquals(symbols.get_op(char("+")), add);
    }
  });

  Deno.test(`a host function gets the functions that the guest registers ${name}`, async () => {
    const handlers: [Handler, number][] = [];
    using guest = await loadValues(name, { onClick: (...given) => handlers.push(given) });
    const { symbols } = guest;
    symbols.start();
    assertEquals(handlers.length, 2);
    // They are called after the host function has returned.
    for (const [handler, data] of handlers) handler!(7, 9, data);
    assertEquals([symbols.clicks(0), symbols.last_x(0)], [1, 7]);
    assertEquals([symbols.clicks(1), symbols.last_x(1)], [2, 9]);
    symbols.stop();
    assertEquals(handlers[2], [null, 0]);
  });

  Deno.test(`a host function calls a function of the guest while it is called ${name}`, async () => {
    using guest = await loadValues(name, { onClick: (handler, data) => handler?.(1, 2, data) });
    const { symbols } = guest;
    for (let turn = 1; turn < 150; turn++) {
      symbols.start();
      assertEquals([symbols.clicks(0), symbols.clicks(1)], [turn, 2 * turn]);
    }
  });

  Deno.test(`a function of the guest takes a function of the host ${name}`, async () => {
    let total = 0;
    using guest = await loadValues(name, {
      withCounter: (body, by) => body((step) => total += step, by),
    });
    for (let turn = 0; turn < 150; turn++) {
      total = 0;
      assertEquals([guest.symbols.run_twice(4), total], [12, 8]);
    }
  });
}

Deno.test("a function pointer is read from memory of the guest", async () => {
  using guest = await load(guestPath(), {
    imports: importsOf({}),
    symbols: {
      lookup: {
        parameters: ["i32"],
        arguments: [{ parameter: 0 }, { area: 0 }],
        result: { ...OP, value: { word: 0 } },
        status: { value: "result", fails: "negative" },
      },
    },
  });
  const { symbols } = guest;
  for (let turn = 0; turn < 150; turn++) assertEquals(symbols.lookup(char("-"))(turn, 1), turn - 1);
  assertThrows(() => symbols.lookup(char("!")), GuestError, '"lookup"');
});

Deno.test("a null pointer is null if that is declared, and an error otherwise", async () => {
  using guest = await load(guestPath(), {
    imports: importsOf({}),
    symbols: { get_op: { parameters: ["i32"], result: { ...OP, nullable: true } } },
  });
  for (let turn = 0; turn < 150; turn++) assertEquals(guest.symbols.get_op(char("!")), null);
});

for (
  const [name, message] of [
    ["!", "function pointer 0x0: it is null, expected the pointer of a function"],
    [
      "?",
      "function pointer 0x1000: the guest's table has 13 entries, expected the pointer of a function",
    ],
  ] as const
) {
  Deno.test(`a pointer that is not that of a function is refused: ${message}`, async () => {
    using guest = await loadValues();
    for (let turn = 0; turn < 150; turn++) {
      const error = assertThrows(() => guest.symbols.get_op(char(name)), GuestError);
      assertEquals([error.code, error.message], [
        "function-pointer",
        `Cannot lift the result of "get_op", ${message}`,
      ]);
    }
    assertEquals(guest.state, "ready");
    assertEquals(guest.symbols.get_op(char("+"))(1, 2), 3);
  });
}

Deno.test("a function of another type than declared is refused", async () => {
  using guest = await loadValues();
  const error = assertThrows(() => guest.symbols.get_op(char("c")), GuestError);
  assertEquals(error.code, "signature");
  assertEquals(
    error.message.replace(/0x\d/, "0x…"),
    'Cannot pass ("i32", "i32") -> "i32" to "function pointer 0x…": it is (i32, i32, i32) -> (), ' +
      "expected (i32, i32) -> i32",
  );
});

Deno.test("a function from before a reset is refused, and an error in a function reaches its caller", async () => {
  using guest = await loadValues();
  const { symbols } = guest;
  const add = symbols.get_op(char("+")), divide = symbols.get_op(char("/"));
  guest.reset();
  const stale = assertThrows(() => add(1, 2), GuestError);
  assertEquals([stale.code, stale.message], [
    "function-pointer",
    "Cannot call a function pointer: the guest was reset, expected a pointer of the new instance",
  ]);
  assertThrows(() => divide(1, 0), GuestError, "the guest was reset");
  assertEquals(symbols.get_op(char("+"))(1, 2), 3);
  const error = assertThrows(() => symbols.get_op(char("/"))(1, 0), GuestError);
  assertEquals([error.code, guest.state], ["trap", "poisoned"]);
});

Deno.test("a trap of a function that a host function calls poisons the guest", async () => {
  let found: unknown;
  using guest = await loadValues("", {
    findOp: () => guest.symbols.get_op(char("/")),
    onClick: () => {
      try {
        guest.symbols.call_op(guest.symbols.get_op(char("/")), 1, 0);
      } catch (error) {
        found = error;
        throw error;
      }
    },
  });
  const error = assertThrows(() => guest.symbols.start(), GuestError);
  assertStrictEquals(error, found as GuestError);
  assertEquals(guest.state, "poisoned");
});

Deno.test("guest.plan reports that the result is a function of the table", async () => {
  using guest = await loadValues();
  const { steps } = await guest.plan("get_op");
  assertEquals(steps.map(({ text }) => text), [
    "check that argument 0 is an i32",
    'call "get_op" with argument 0',
    'take the function ("i32", "i32") -> "i32" in the guest\'s table at the result',
  ]);
});

Deno.test("a symbol returns a function that waits", async () => {
  const waits = hostWaiting();
  using guest = await load(guestPath(), waits);
  const call = guest.symbols.get_op(char("+"));
  const promise = call(20, 22);
  assertEquals(promise instanceof Promise, true);
  assertEquals(await promise, 42);
});

/** Returns options with a function that is declared to wait. */
function hostWaiting() {
  return {
    imports: importsOf({}),
    symbols: {
      get_op: { parameters: ["i32"], result: { ...OP, async: true } },
    },
  } as const;
}
