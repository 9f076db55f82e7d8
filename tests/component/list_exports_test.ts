import { assertEquals } from "@std/assert";
import { listExports } from "../../src/component/list_exports.ts";
import { guestBytes } from "../_guests.ts";
import { build, EXPORT, IMPORT, list, named, TYPE, VOID } from "./_build.ts";

Deno.test("listExports() names interfaces with their functions, and other exports", async () => {
  assertEquals(
    listExports(await guestBytes("component/greeter")),
    ' that exports the interface "counters" with "[constructor]counter", ' +
      '"[method]counter.count", the function "greet"',
  );
});

Deno.test("listExports() says nothing of a component without exports, or one it cannot read", () => {
  assertEquals(listExports(build()), "");
  assertEquals(listExports(build([7, 2, 0])), "");
});

Deno.test("listExports() leaves out what is too much", () => {
  const exports = Array.from({ length: 12 }, (_, index) => [named(`f${index}`), 0x01, 0, 0]);
  const bytes = build(
    list(TYPE, VOID),
    list(IMPORT, named("a", 0x01, 0)),
    list(EXPORT, ...exports),
  );
  const listed = listExports(bytes);
  assertEquals(listed.match(/the function "f\d+"/g)?.length, 10);
  assertEquals(listed.endsWith(' the function "f9" and 2 more'), true);
});
