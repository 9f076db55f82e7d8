import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { once, OnDemand } from "../../src/base/lazy.ts";

Deno.test("once() makes its value at the first use", () => {
  let made = 0;
  const get = once(() => ++made);
  assertEquals(made, 0);
  assertEquals([get(), get(), made], [1, 1, 1]);
});

Deno.test("once() can make undefined", () => {
  let made = 0;
  const get = once(() => {
    made++;
    return undefined;
  });
  assertEquals([get(), get(), made], [undefined, undefined, 1]);
});

Deno.test("once() tries again after an error", () => {
  let times = 0;
  const get = once(() => {
    if (++times === 1) throw new Error("not yet");
    return times;
  });
  assertThrows(get, Error, "not yet");
  assertEquals([get(), get()], [2, 2]);
});

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
