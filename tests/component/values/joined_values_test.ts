// The component model's canonical ABI, "Flat Lifting" and "Flat Lowering": payloads share core values.
import { assertEquals } from "@std/assert";
import type { Primitive, ValueType } from "../../../src/component/types.ts";
import type { CoreValue } from "../../../src/component/values/value_codec.ts";
import { makePlace, primitive, throughCore } from "./_place.ts";

function either(left: Primitive, right: Primitive): ValueType {
  return { kind: "result", ok: primitive(left), error: primitive(right) };
}

/** Two types, a value of the first, and the core value that holds it beside the second. */
const JOINED: readonly (readonly [Primitive, Primitive, unknown, CoreValue])[] = [
  ["f32", "u32", 1.5, 0x3fc00000],
  ["f32", "u64", -1.5, 0xbfc00000n],
  ["f64", "u64", 1.5, 0x3ff8000000000000n],
  ["f64", "u32", -1.5, -0x4008000000000000n],
  ["u32", "u64", 0xffffffff, 0xffffffffn],
  ["s32", "u64", -1, 0xffffffffn],
  ["f32", "f64", 1.5, 0x3fc00000n],
  ["u64", "f32", 5n, 5n],
];

for (const [type, other, value, core] of JOINED) {
  Deno.test(`a ${type} beside a ${other} is the core value ${core}`, () => {
    const codec = makePlace().codecs.of(either(type, other));
    const given = { tag: "ok", val: value };
    assertEquals(throughCore(codec, given), [[0, core], given]);
  });
}

Deno.test("core values that a case does not use are zero of their type", () => {
  const codec = makePlace().codecs.of({
    kind: "result",
    ok: { kind: "tuple", types: [primitive("u8"), primitive("f64")] },
    error: undefined,
  });
  assertEquals(throughCore(codec, { tag: "err", val: undefined })[0], [1, 0, 0]);
  const wide = makePlace().codecs.of(either("u8", "u64"));
  assertEquals(wide.lift([0, 0x1_0000_0001n], 0), { tag: "ok", val: 1 });
});
