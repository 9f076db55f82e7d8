import { assertEquals, assertThrows } from "@std/assert";
import { once } from "../../src/base/once.ts";

Deno.test("what is made once is made when it is first asked for", () => {
  let made = 0;
  const get = once(() => ++made);
  assertEquals(made, 0);
  assertEquals([get(), get(), made], [1, 1, 1]);
});

Deno.test("nothing is something that can be made once", () => {
  let made = 0;
  const get = once(() => {
    made++;
    return undefined;
  });
  assertEquals([get(), get(), made], [undefined, undefined, 1]);
});

Deno.test("what could not be made is tried again", () => {
  let times = 0;
  const get = once(() => {
    if (++times === 1) throw new Error("not yet");
    return times;
  });
  assertThrows(get, Error, "not yet");
  assertEquals([get(), get()], [2, 2]);
});
