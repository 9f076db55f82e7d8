import { assertEquals, assertStrictEquals } from "@std/assert";
import { keyOf } from "../../src/guest/pointed_functions.ts";
import { char, loadValues, OP } from "../call/pointers/_function_values.ts";

Deno.test("a function that is put into the place of another one is read anew", async () => {
  using guest = await loadValues();
  const table = guest.exports.__indirect_function_table as WebAssembly.Table;
  const functions = await guest.functions();
  const { symbols } = guest;
  const add = symbols.get_op(char("+"));
  const { parameters, result } = OP;
  const place = Array.from({ length: table.length }, (_, index) => index)
    .find((index) => index > 0 && isAdd(index))!;
  const subtract = table.get(place + 1);
  table.set(place, subtract);
  const now = functions.get(place, { parameters, result });
  assertEquals([symbols.get_op(char("+"))(5, 3), now(5, 3)], [2, 2]);
  assertStrictEquals(symbols.get_op(char("+")), symbols.get_op(char("+")));
  // The function itself is still the guest's.
  assertEquals(add(5, 3), 8);

  function isAdd(index: number): boolean {
    return symbols.is_add({ pointer: index });
  }
});

Deno.test("declarations of the same meaning have one key, and others none of it", () => {
  const capacity = () => 1;
  const output = (given: () => number) => ({
    parameters: [],
    result: "u32",
    output: { capacity: given },
  });
  assertEquals(
    keyOf({ parameters: ["i32"], result: "i32" }),
    keyOf({ parameters: ["i32"], result: "i32" }),
  );
  assertEquals(keyOf(output(capacity)), keyOf(output(capacity)));
  assertEquals(keyOf(output(capacity)) === keyOf(output(() => 1)), false);
});
