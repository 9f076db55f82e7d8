import { assertEquals, assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { keyOf } from "../../src/guest/pointed_functions.ts";
import { char, guestPath, importsOf, loadValues, OP } from "../call/pointers/_function_values.ts";

Deno.test("a function that replaces another one in the table is read anew", async () => {
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

for (const name of ["", "64"]) {
  Deno.test(`the methods of a table of C are called by their pointers ${name}`, async () => {
    using guest = await load(guestPath(name), {
      imports: importsOf({}),
      symbols: {
        make_shape: { parameters: ["bool", "f64", "f64"], result: "pointer" },
        methods_of: {
          parameters: ["pointer"],
          result: {
            type: "struct",
            fields: { area: "pointer", scale: "pointer", name: "pointer", destroy: "pointer" },
          },
        },
      },
    });
    const { symbols } = guest;
    const functions = await guest.functions();
    const methodsOf = (shape: number) => {
      const { area, scale, name, destroy } = symbols.methods_of(shape);
      return {
        area: functions.get(area, { parameters: ["pointer"], result: "f64" }),
        scale: functions.get(scale, { parameters: ["pointer", "f64"], result: "void" }),
        name: functions.get(name, {
          parameters: ["pointer"],
          result: { type: "string", pointer: "result", length: "nul", freedBy: "guest" },
        }),
        destroy,
      };
    };
    const circle = symbols.make_shape(true, 2, 2), square = symbols.make_shape(false, 3, 3);
    const round = methodsOf(circle), straight = methodsOf(square);
    assertEquals([round.area(circle), straight.area(square)], [3, 9]);
    // Both guests have one function for this.
    assertStrictEquals(round.scale, straight.scale);
    round.scale(circle, 2);
    assertEquals([round.area(circle), round.name(circle)], [12, "circle"]);
    assertEquals(straight.name(square), "square");
    assertEquals([round.destroy, straight.destroy > 0], [0, true]);
  });
}
