import { assertEquals } from "@std/assert";
import { propertyOf } from "../../../src/component/values/property.ts";

Deno.test("a property is an object's own or its class's, and none that every object has", () => {
  class Counter {
    next() {}
  }
  const counter = new Counter();
  assertEquals(propertyOf(counter, "next"), Counter.prototype.next);
  assertEquals(propertyOf({ toString: 1 }, "toString"), 1);
  assertEquals(propertyOf(counter, "toString"), undefined);
  assertEquals(propertyOf(undefined, "next"), undefined);
});
