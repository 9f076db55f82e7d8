import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { makePlace, primitive, throughMemory } from "./_place.ts";

Deno.test("the codec of a type is made once", () => {
  const { codecs } = makePlace();
  const type: ValueType = { kind: "list", type: primitive("u8") };
  assertStrictEquals(codecs.of(type), codecs.of(type));
});

Deno.test("a type under a name is the type", () => {
  const named: ValueType = { kind: "named", name: "n", owner: undefined, type: primitive("u8") };
  const place = makePlace();
  const codec = place.codecs.of({ kind: "list", type: named });
  assertEquals(throughMemory(place, codec, [5]), Uint8Array.of(5));
});

Deno.test("an asynchronous type has no codec", () => {
  const stream: ValueType = { kind: "stream", type: undefined };
  assertThrows(() => makePlace().codecs.of(stream), TypeError, "expected a synchronous type");
});
