import { OnDemand } from "../../src/base/on_demand.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

Deno.test("a module is imported once, and is there when it was loaded", async () => {
  let times = 0;
  const part = new OnDemand(() => Promise.resolve({ times: ++times }));
  assertThrows(() => part.module, Error, "expected load() before");
  await part.load();
  await part.load();
  assertEquals([part.module.times, times], [1, 1]);
});

Deno.test("an import that failed is tried again", async () => {
  let times = 0;
  const part = new OnDemand(() =>
    times++ === 0 ? Promise.reject(new Error("offline")) : Promise.resolve(times)
  );
  await part.load().catch(() => {});
  await part.load();
  assertStrictEquals(part.module, 2);
});
