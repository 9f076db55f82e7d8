import { assertEquals } from "@std/assert";
import type { Value } from "../../mod.ts";
import { type Arithmetic, compileArithmetic } from "../../src/call/computed.ts";
import { frameOf } from "./_unit.ts";

const LAYOUT = { area: 1, output: 2, word: 4, symbol: "f", units: [2] } as const;

/** Computes a value whose parts are the numbers of a frame's `values`, or constants. */
function compute(value: Arithmetic, values: readonly (number | bigint)[] = []): number {
  const compile = (part: Value) => () =>
    typeof part === "number" ? part : values[(part as { readonly parameter: number }).parameter]!;
  // A text of 5 code units of 2 bytes at 100.
  const frame = frameOf({ pointers: [100], byteLengths: [10] });
  return compileArithmetic(value, compile, LAYOUT)(frame);
}

const first = { parameter: 0 } as const, second = { parameter: 1 } as const;

Deno.test("a product, a sum and a difference take all of their parts, bigints too", () => {
  assertEquals(compute({ product: [first, second, 4] }, [3, 5n]), 60);
  assertEquals(compute({ sum: [first, second, 4] }, [3, 5n]), 12);
  assertEquals(compute({ difference: [first, second] }, [3, 5n]), -2);
});

Deno.test("an address within an argument is the index of its code unit, also at the end", () => {
  const at = (address: number | bigint) => compute({ indexIn: 0, of: first }, [address]);
  assertEquals([100, 104, 105, 110n].map(at), [0, 2, 2, 5]);
});

Deno.test("an address outside an argument has no index", () => {
  const at = (address: number | bigint) => compute({ indexIn: 0, of: first }, [address]);
  // The guest shows an address above 2 GiB as a negative number.
  assertEquals([0, 99, 111, -1].map(at), [-1, -1, -1, -1]);
});
