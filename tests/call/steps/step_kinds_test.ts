import { assertEquals } from "@std/assert";
import { STEP_KINDS } from "../../../src/call/steps/step_kinds.ts";

Deno.test("every step has a run form, and its lines for a plan if there is something to report", () => {
  const kinds = Object.entries(STEP_KINDS);
  assertEquals(kinds.filter(([, { run }]) => typeof run !== "function"), []);
  // Noting a result that is freed as a whole is reported where it is freed.
  assertEquals(kinds.flatMap(([step, { report }]) => report === undefined ? [step] : []), [
    "claim",
  ]);
});

Deno.test("no two steps share a form", () => {
  const all = Object.values(STEP_KINDS);
  assertEquals(new Set(all).size, all.length);
  assertEquals(new Set(all.map(({ run }) => run)).size, all.length);
});
