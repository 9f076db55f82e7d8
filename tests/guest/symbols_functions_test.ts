import { assertEquals, assertStrictEquals } from "@std/assert";
import type { SymbolDeclaration } from "../../mod.ts";
import { type BoundSymbol, symbolFunction } from "../../src/guest/symbols.ts";

/** A symbol that records how it was called. */
function bound(compiled?: (...args: unknown[]) => unknown) {
  const calls: unknown[][] = [];
  const symbol = {
    call: { call: (...args: unknown[]) => calls.push(args), compiled },
  } as unknown as BoundSymbol;
  return { symbol, calls };
}

const numbers = (count: number): SymbolDeclaration => ({
  parameters: Array<"i32">(count).fill("i32"),
  result: "i32",
});
const texts = (count: number): SymbolDeclaration => ({
  parameters: Array<"string">(count).fill("string"),
  result: "void",
});

for (const [name, declare] of [["numbers", numbers], ["texts", texts]] as const) {
  Deno.test(`a function of ${name} passes exactly the arguments that it gets`, () => {
    for (let count = 0; count <= 6; count++) {
      const { symbol, calls } = bound();
      const fn = symbolFunction(symbol, declare(count));
      // The call counts them: it refuses too few and too many.
      for (const given of [count, count + 1, Math.max(0, count - 1)]) {
        fn(...Array.from({ length: given }, (_, index) => index));
        assertEquals(calls.pop(), Array.from({ length: given }, (_, index) => index));
      }
    }
  });

  Deno.test(`a function of ${name} calls the function that its symbol is currently bound to`, () => {
    const first = bound(), second = bound();
    const symbol = { ...first.symbol };
    const fn = symbolFunction(symbol, declare(1));
    fn(1);
    symbol.call = second.symbol.call;
    fn(2);
    assertEquals([first.calls, second.calls], [[[1]], [[2]]]);
  });
}

Deno.test("a function of numbers uses the compiled form if there is one, for as many arguments", () => {
  const { symbol, calls } = bound((...args) => args.length);
  const fn = symbolFunction(symbol, numbers(2));
  assertStrictEquals(fn(1, 2), 2);
  assertEquals(calls, []);
  fn(1);
  assertEquals(calls, [[1]]);
});

Deno.test("functions work in an engine that does not compile strings", () => {
  const { Function: own } = globalThis;
  globalThis.Function = function () {
    throw new EvalError("Code generation from strings disallowed for this context");
  } as unknown as FunctionConstructor;
  try {
    const { symbol, calls } = bound();
    symbolFunction(symbol, numbers(2))(1, 2);
    assertEquals(calls, [[1, 2]]);
  } finally {
    globalThis.Function = own;
  }
});
