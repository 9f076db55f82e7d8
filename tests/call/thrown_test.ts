import { assertEquals, assertStrictEquals } from "@std/assert";
import { compileThrown, thrownError } from "../../src/call/thrown.ts";
import { frameOf, instanceOf } from "./_unit.ts";

const THROWN = { table: "values", drop: "drop" } as const;

/** A guest with a table of functions, a table of values, and an export that drops a value. */
const instance = await instanceOf(`
  (table (export "functions") 4 funcref)
  (table (export "values") 4 externref)
  (elem (table 0) (i32.const 2) func $drop)
  (func $drop (export "drop") (param i32))`);

const values = instance.exports.values as WebAssembly.Table;
values.set(1, "thrown" as never);
values.set(2, null as never);

Deno.test("a thrown value is taken from the table by its index, and dropped with the call's blocks", () => {
  const frame = frameOf();
  assertEquals(compileThrown(THROWN, instance)!(frame, 1), { value: "thrown" });
  assertEquals(frame.owed.map(({ name, args }) => [name, args]), [["drop", [1]]]);
  // The option names the table, so any value in it was thrown, even null.
  assertEquals(compileThrown(THROWN, instance)!(frame, 2), { value: null });
});

Deno.test("an index beyond the table has no thrown value", () => {
  const frame = frameOf();
  const take = compileThrown(THROWN, instance)!;
  assertEquals([take(frame, -1), take(frame, 4), frame.owed], [undefined, undefined, []]);
});

Deno.test("a table that no option names is found, and functions and empty entries are skipped", () => {
  const take = compileThrown({ table: "missing", drop: "drop" }, instance)!;
  assertEquals(take(frameOf(), 1), { value: "thrown" });
  assertEquals(take(frameOf(), 2), undefined);
});

Deno.test("a guest without an export that drops values has no thrown values", () => {
  assertStrictEquals(compileThrown({ table: "values", drop: "forget" }, instance), undefined);
});

Deno.test("the error has the value as its cause, and its message if it has one", () => {
  const cause = new RangeError("too far");
  const rows: [value: unknown, message: string, words: string | undefined][] = [
    ["no room", "no room", "no room"],
    [cause, "too far", "too far"],
    [{ code: 5 }, "the guest threw an object of class Object", undefined],
    [7, "the guest threw 7", undefined],
  ];
  for (const [value, words, guestMessage] of rows) {
    const error = thrownError("f", value);
    assertEquals([error.code, error.message, error.guestMessage], [
      "guest-error",
      `Cannot complete "f": ${words}`,
      guestMessage,
    ]);
    assertStrictEquals(error.cause, value);
  }
});
