import { assertEquals } from "@std/assert";
import { allocator } from "../../mod.ts";
import { orThrow } from "../../src/base/errors.ts";
import { resolveStrings, withClass } from "../../src/plan/strings.ts";
import { problemOf } from "./_context.ts";

const MALLOC = allocator({ allocate: "malloc", free: "free" });

Deno.test("a NUL ends each string whose length the guest does not get", () => {
  const terminated = (pass: Parameters<typeof resolveStrings>[1], layout?: "pairs") =>
    orThrow(resolveStrings({ type: "strings", ...(layout && { layout }) }, pass, MALLOC))
      .terminated;
  assertEquals([terminated(["pointer", "count"]), terminated(["pointer", "lengths", "count"])], [
    true,
    false,
  ]);
  assertEquals(terminated(["pointer", "count"], "pairs"), false);
});

Deno.test("a class needs a block source for objects", () => {
  const place = { kind: "managedArray" } as const;
  assertEquals(withClass(place, { class: "Int8Array" }), {
    kind: "managedArray",
    class: "Int8Array",
  });
  assertEquals(withClass(place, {}), place);
  assertEquals(
    problemOf(withClass({ kind: "stack" }, { type: "array", class: "A" }))[2],
    'Cannot pass "array" as an object of class "A": the convention has no classes, expected ' +
      "convention: assemblyScript(), or no class",
  );
});
