import { assertEquals } from "@std/assert";
import { cString } from "../../mod.ts";
import { isCustom } from "../../src/presets/preset_options.ts";

Deno.test("a convention that lowers and lifts is a custom one, a record is not", () => {
  const lower = () => ({ args: [] });
  const lift = () => "";
  assertEquals(isCustom({ name: "own", lower, lift }), true);
  assertEquals(isCustom(cString()), false);
  assertEquals(isCustom({ name: "half", lower }), false);
  assertEquals(isCustom({ name: "half", lift }), false);
});

Deno.test("the methods of a class count, too", () => {
  class Own {
    lower() {}
    lift() {}
  }
  assertEquals(isCustom(new Own()), true);
});
