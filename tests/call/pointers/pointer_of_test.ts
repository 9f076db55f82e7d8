import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { char, loadValues, type Op } from "./_function_values.ts";

Deno.test("a function that is passed on in a nested call keeps its entry", async () => {
  // The guest passes `apply`'s function to the host, which passes it on; then the outer call goes
  // on.
  using guest = await loadValues();
  const { symbols } = guest;
  const functions = await guest.functions();
  const table = guest.exports.__indirect_function_table as WebAssembly.Table;
  const seen: number[] = [];
  const outer: Op = (left, right) => {
    const entry = Array.from({ length: table.length }, (_, index) => index).at(-1)!;
    const inner = functions.get(entry, { parameters: ["i32", "i32"], result: "i32" });
    if (left > 0) seen.push(symbols.call_op(inner, left - 1, right));
    return left * 10 + right;
  };
  for (let turn = 0; turn < 120; turn++) {
    seen.length = 0;
    assertEquals(symbols.call_op(outer, 2, 3), 23);
    assertEquals(seen, [3, 13]);
  }
});

Deno.test("a function of another guest, or from before a reset, is passed like one of the host", async () => {
  using guest = await loadValues();
  using other = await loadValues();
  const add = other.symbols.get_op(char("+")), old = guest.symbols.get_op(char("+"));
  assertEquals([guest.symbols.is_add(add), guest.symbols.is_add(old)], [false, true]);
  assertEquals(guest.symbols.call_op(add, 20, 22), 42);
  guest.reset();
  const error = assertThrows(() => guest.symbols.call_op(old, 1, 2), GuestError);
  assertEquals(
    error.message.startsWith("Cannot call a function pointer: the guest was reset"),
    true,
  );
});
