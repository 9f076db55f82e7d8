import { assertEquals } from "@std/assert";
import { about, tellItem } from "../../../src/call/telling/about.ts";
import { instanceOf, planOf } from "../_unit.ts";
import { toldBy } from "./_told.ts";

const instance = await instanceOf();

Deno.test("the item of a list is the result in what is reported of it, and has a path of its own", () => {
  const lines = toldBy(instance, planOf(), (told) => {
    tellItem(["list"], told, (path) => {
      assertEquals([about(path), about([])], [{ path: ["list", "[]"] }, {}]);
      told.add("read", told.value("result"));
    });
    told.add("read", told.value("result"));
  });
  assertEquals(lines, ["read: the item", "read: the result"]);
});
