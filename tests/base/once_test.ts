import { assertEquals, assertThrows } from "@std/assert";
import { once } from "../../src/base/once.ts";

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
