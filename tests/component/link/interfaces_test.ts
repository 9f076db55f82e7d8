import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestPath } from "../../_guests.ts";
import { loadLinked, loadResources } from "./_guests.ts";

Deno.test("interfaces have functions in camel case, and classes", async () => {
  using guest = await loadResources();
  const { interfaces } = guest;
  assertEquals(Object.keys(interfaces), ["", "counters"]);
  assertEquals(Object.keys(interfaces["counters"]), ["Counter", "consume", "give", "dropped"]);
  assertEquals(interfaces[""].giveBack.name, "giveBack");
  assertEquals(Object.keys(interfaces["counters"].Counter.prototype), []);
});

Deno.test("an interface has a name without its version as well", async () => {
  using guest = await loadLinked();
  const { interfaces } = guest;
  assertStrictEquals(
    interfaces["test:linked/texts"],
    interfaces["test:linked/texts@1.2.0"],
  );
  assertEquals(Object.keys(interfaces), ["", "test:linked/texts@1.2.0"]);
});

Deno.test("functions and classes stay the same when the guest is reset", async () => {
  using guest = await loadResources();
  const { Counter, dropped } = guest.interfaces["counters"];
  new Counter(3)[Symbol.dispose]();
  assertEquals(dropped(), 3);
  guest.reset();
  assertEquals([dropped(), new Counter(5).value()], [0, 5]);
  assertStrictEquals(guest.interfaces["counters"].Counter, Counter);
});

Deno.test("an interface has the class of a resource of another one that it uses", async () => {
  using guest = await load(guestPath("component/shared_resource"));
  const { "test:shared/makes": makes, "test:shared/reads": reads } = guest.interfaces;
  assertStrictEquals(reads.Box, makes.Box);
  const box = new makes.Box();
  assertEquals([box.value(), reads.next(box)], [7, 8]);
});

Deno.test("a method needs an object of the class", async () => {
  using guest = await loadResources();
  const { value } = guest.interfaces["counters"].Counter.prototype;
  assertThrows(() => value.call({}), TypeError, "expected an object of class Counter");
});
