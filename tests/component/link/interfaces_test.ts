import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { section } from "../../binary/_build.ts";
import { guestPath } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";
import {
  ALIAS,
  build,
  CANON,
  CORE_INSTANCE,
  CORE_MODULE,
  EXPORT,
  INSTANCE,
  list,
  named,
  TYPE,
} from "../_build.ts";
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

/** An interface with another one in it, and a function and a module in both. */
const NESTED = build(
  section(
    CORE_MODULE,
    [...assemble(`(module (func (export "f") (result i32) (i32.const 42)))`)],
  ),
  list(CORE_INSTANCE, [0x00, 0, 0]),
  list(ALIAS, [0x00, 0x00, 0x01, 0, "f"]),
  list(TYPE, [0x40, 0, 0x00, 0x79]),
  list(CANON, [0x00, 0x00, 0, 0, 0]),
  list(
    INSTANCE,
    [0x01, 2, named("deep-f", 0x01, 0), named("its-module", 0x00, 0x11, 0)],
    [0x01, 2, named("inner-part", 0x05, 0), named("f", 0x01, 0)],
  ),
  list(EXPORT, named("top", 0x05, 1, 0)),
);

Deno.test("an interface in another one is an object in its object", async () => {
  using guest = await load(NESTED, {
    symbols: { "top.inner-part#deep-f": { parameters: [], result: "u32" } },
  });
  const { top } = guest.interfaces;
  assertEquals(Object.keys(top), ["innerPart", "f"]);
  assertEquals([top.f(), top.innerPart.deepF()], [42, 42]);
  assertEquals(await guest.asyncInterfaces.top.innerPart.deepF(), 42);
  assertEquals(top.innerPart.itsModule instanceof WebAssembly.Module, true);
  assertEquals(guest.symbols["top.inner-part#deep-f"](), 42);
  guest.reset();
  assertEquals(top.innerPart.deepF(), 42);
});

Deno.test("a method needs an object of the class", async () => {
  using guest = await loadResources();
  const { value } = guest.interfaces["counters"].Counter.prototype;
  assertThrows(() => value.call({}), TypeError, "expected an object of class Counter");
});
