import { assertEquals } from "@std/assert";
import { FEATURES, has } from "./_engine.ts";

/** The features that a runtime lacks; every other one has all of them. */
const LACKS: Readonly<Record<string, readonly string[]>> = { "2.6.0": FEATURES };

Deno.test("no test is left out, except in the oldest Deno for the features that it lacks", () => {
  const lacking = FEATURES.filter((feature) => !has(feature));
  assertEquals(lacking, LACKS[Deno.version.deno] ?? []);
});
