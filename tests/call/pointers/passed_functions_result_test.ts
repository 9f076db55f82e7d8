import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, hostFunction } from "../../../mod.ts";
import { char, loadValues, OP, type Op } from "./_function_values.ts";

const multiply: Op = (left, right) => left * right;

for (const name of ["", "64"]) {
  Deno.test(`a host function returns a function, which the guest calls ${name}`, async () => {
    using guest = await loadValues(name, { findOp: (op) => op === "*" ? multiply : null });
    const { symbols } = guest;
    const table = guest.exports.__indirect_function_table as WebAssembly.Table;
    const before = Number(table.length);
    for (let turn = 0; turn < 150; turn++) {
      assertEquals(symbols.calculate(char("*"), 6, turn), 6 * turn);
      assertEquals(symbols.calculate(char("!"), 6, turn), -1);
      assertEquals(symbols.same_op(char("*")), true);
    }
    assertEquals(Number(table.length), before + 1);
    guest.reset();
    assertEquals(symbols.calculate(char("*"), 6, 7), 42);
  });

  Deno.test(`a function of the guest that is returned to it keeps its pointer ${name}`, async () => {
    using guest = await loadValues(name, { findOp: (op) => guest.symbols.get_op(char(op)) });
    const { symbols } = guest;
    for (let turn = 0; turn < 150; turn++) {
      assertEquals([symbols.is_own_op(char("+")), symbols.is_own_op(char("-"))], [true, false]);
      assertEquals(symbols.is_add(symbols.get_op(char("+"))), true);
      assertEquals(symbols.is_add((left, right) => left + right), false);
      assertEquals(symbols.call_op(symbols.get_op(char("-")), turn, 1), turn - 1);
    }
  });
}

Deno.test("a callback that the caller made can be returned, and removed", async () => {
  let pointer = 0;
  using guest = await loadValues("", { findOp: () => ({ pointer }) });
  const { symbols } = guest;
  const functions = await guest.functions();
  using callback = functions.add(hostFunction(OP_ALONE, multiply));
  pointer = callback.pointer;
  assertEquals(symbols.calculate(char("*"), 6, 7), 42);
  callback.remove();
  const error = assertThrows(() => symbols.calculate(char("*"), 6, 7), GuestError);
  assertEquals(error.code, "function-pointer");
});

const OP_ALONE = { parameters: OP.parameters, result: OP.result } as const;

Deno.test("a result that is not a function is refused", async () => {
  let answer: unknown;
  using guest = await loadValues("", { findOp: () => answer as never });
  const rows: readonly [answer: unknown, shown: string][] = [
    [undefined, "undefined"],
    [1, "1"],
    ["f", '"f"'],
    [{}, "an object of class Object"],
  ];
  for (const [given, shown] of rows) {
    answer = given;
    for (let turn = 0; turn < 120; turn++) {
      const error = assertThrows(() => guest.symbols.calculate(char("*"), 1, 1), TypeError);
      assertEquals(
        error.message,
        `Cannot return a value from import "env.find_op": it is ${shown}, expected a function, a ` +
          "callback or null",
      );
    }
  }
  assertEquals(guest.state, "ready");
});

Deno.test("an error of a returned function reaches the caller of the symbol", async () => {
  const mine = new Error("mine");
  using guest = await loadValues("", {
    findOp: () => () => {
      throw mine;
    },
  });
  const error = assertThrows(() => guest.symbols.calculate(char("*"), 1, 1));
  assertEquals([error === mine, guest.state], [true, "ready"]);
  using other = await loadValues("", { findOp: () => () => 0.5 });
  assertThrows(
    () => other.symbols.calculate(char("*"), 1, 1),
    RangeError,
    'Cannot return a value from the function that import "env.find_op" returns: it is 0.5, ' +
      "expected i32, -2147483648 to 2147483647",
  );
});
