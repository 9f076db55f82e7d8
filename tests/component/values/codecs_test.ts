import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { HOST_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { testTiers } from "../../_tiers.ts";
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

/** Types with a value as jco has it, and as the draft of the JavaScript API has it. */
const DRAFTED: readonly (readonly [type: ValueType, jco: unknown, draft: unknown])[] = [
  [{ kind: "list", type: primitive("u8") }, Uint8Array.of(5), Uint8Array.of(5)],
  [{ kind: "list", type: primitive("s16") }, Int16Array.of(-5, 6), [-5, 6]],
  [{ kind: "list", type: primitive("u64") }, BigUint64Array.of(5n), [5n]],
  [
    { kind: "result", ok: undefined, error: primitive("string") },
    { tag: "err", val: "a" },
    { kind: "error", value: "a" },
  ],
  [
    { kind: "result", ok: undefined, error: undefined },
    { tag: "ok", val: undefined },
    { kind: "ok" },
  ],
  [
    { kind: "record", fields: [{ name: "inner-HTML", type: primitive("u8") }] },
    { innerHtml: 5 },
    { innerHTML: 5 },
  ],
];

testTiers("values of the draft differ where it has other shapes", () => {
  for (const [type, ...values] of DRAFTED) {
    for (const [index, shapes] of [HOST_SHAPES.jco, HOST_SHAPES.draft].entries()) {
      const place = makePlace({ shapes });
      const codec = place.codecs.of({ kind: "tuple", types: [type] });
      assertEquals(throughMemory(place, codec, [values[index]]), [values[index]]);
    }
  }
});

Deno.test("an asynchronous type has no codec", () => {
  const stream: ValueType = { kind: "stream", type: undefined };
  assertThrows(() => makePlace().codecs.of(stream), TypeError, "expected a synchronous type");
});
