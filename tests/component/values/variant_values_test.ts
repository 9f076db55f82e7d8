// The component model's canonical ABI, "Loading" and "Storing", for variants and types that are
// variants in memory. The expected values are those of jco's code.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import type { Primitive, ValueType } from "../../../src/component/types.ts";
import type { CoreValue } from "../../../src/component/values/value_layout.ts";
import { makePlace, primitive, refusal, storedBytes, throughCore } from "./_place.ts";

const U8 = primitive("u8"), U16 = primitive("u16");

const SHAPE: ValueType = {
  kind: "variant",
  cases: [
    { name: "no-size", type: undefined },
    { name: "circle", type: U16 },
    { name: "maybe", type: { kind: "option", type: U8 } },
  ],
};

const OPTION: ValueType = { kind: "option", type: U8 };

const NESTED: ValueType = { kind: "option", type: OPTION };

const RESULT: ValueType = { kind: "result", ok: U8, error: undefined };

const COLOR: ValueType = { kind: "enum", names: ["dark-red", "green"] };

/** Values with their bytes and core values. */
const VALUES: readonly (readonly [ValueType, unknown, number[], number[]])[] = [
  [SHAPE, { tag: "no-size" }, [0, 0, 0, 0], [0, 0, 0]],
  [SHAPE, { tag: "circle", val: 0x102 }, [1, 0, 2, 1], [1, 0x102, 0]],
  [SHAPE, { tag: "maybe", val: 7 }, [2, 0, 1, 7], [2, 1, 7]],
  [SHAPE, { tag: "maybe", val: undefined }, [2, 0, 0, 0], [2, 0, 0]],
  [OPTION, undefined, [0, 0], [0, 0]],
  [OPTION, 0, [1, 0], [1, 0]],
  [NESTED, { tag: "none" }, [0, 0, 0], [0, 0, 0]],
  [NESTED, { tag: "some", val: undefined }, [1, 0, 0], [1, 0, 0]],
  [NESTED, { tag: "some", val: 9 }, [1, 1, 9], [1, 1, 9]],
  [{ kind: "option", type: NESTED }, undefined, [0, 0, 0, 0], [0, 0, 0, 0]],
  [RESULT, { tag: "ok", val: 3 }, [0, 3], [0, 3]],
  [RESULT, { tag: "err", val: undefined }, [1, 0], [1, 0]],
  [COLOR, "green", [1], [1]],
];

for (const [type, value, bytes, flat] of VALUES) {
  Deno.test(`a value of ${type.kind} is ${JSON.stringify(value)}`, () => {
    const place = makePlace();
    const codec = place.codecs.of(type);
    assertEquals(storedBytes(place, codec, value), [bytes, []]);
    assertEquals(codec.load(0, place.memory.data()), value);
    assertEquals(throughCore(codec, value), [flat, value]);
  });
}

Deno.test("null is also accepted as none", () => {
  assertEquals(throughCore(makePlace().codecs.of(OPTION), null)[0], [0, 0]);
});

/** Values of the host that have no case. */
const REFUSED: readonly (readonly [ValueType, unknown, string])[] = [
  [SHAPE, "circle", 'is "circle", expected an object { tag, val }'],
  [SHAPE, { tag: "square" }, 'its tag is "square", expected one of "no-size", "circle", "maybe"'],
  [SHAPE, { tag: 1 }, 'its tag is 1, expected one of "no-size", "circle", "maybe"'],
  [SHAPE, { tag: "circle" }, "its val is undefined, expected an integer from 0 to 65535"],
  [OPTION, "x", 'is "x", expected an integer from 0 to 255'],
  [NESTED, 5, "is 5, expected an object { tag, val }"],
  [COLOR, "darkRed", 'is "darkRed", expected one of "dark-red", "green"'],
];

for (const [type, value, message] of REFUSED) {
  Deno.test(`a value of ${type.kind} is refused: ${message}`, () => {
    assertEquals(refusal(() => makePlace().codecs.of(type).store(value, 0)), message);
  });
}

for (const size of [3, 300, 70_000]) {
  Deno.test(`a case beyond the ${size} of a guest is a trap`, () => {
    const place = makePlace();
    const names = Array.from({ length: size }, (_, index) => `n${index}`);
    const codec = place.codecs.of({ kind: "enum", names });
    const last = storedBytes(place, codec, names.at(-1))[0]!;
    assertEquals(codec.load(0, place.memory.data()), names.at(-1));
    place.memory.writeBytes(0, last.map(() => 0xff));
    for (const lift of [() => codec.load(0, place.memory.data()), () => codec.lift([size], 0)]) {
      assertEquals(assertThrows(lift, GuestError, `expected a case below ${size}`).code, "trap");
    }
  });
}

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
