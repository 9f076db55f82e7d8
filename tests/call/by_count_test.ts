import { assertEquals } from "@std/assert";
import { byCount } from "../../src/call/by_count.ts";

Deno.test("a function forwards any number of arguments to the current call", () => {
  const given = [1, "b", null, 4n, undefined, true];
  for (let count = 0; count <= given.length; count++) {
    const symbol = { call: { call: (...args: unknown[]): unknown => ["first", ...args] } };
    const fn = byCount(symbol, count);
    for (let length = 0; length <= given.length; length++) {
      const args = given.slice(0, length);
      assertEquals(fn(...args), ["first", ...args]);
    }
    symbol.call = { call: (...args) => ["second", ...args] };
    assertEquals(fn(...given), ["second", ...given]);
  }
});
