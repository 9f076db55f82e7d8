// The component model's canonical ABI, "Loading" and "Flat Lifting", for values that are one
// number.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import type { Primitive, ResourceType, ValueType } from "../../../src/component/types.ts";
import { makePlace, primitive, refusal, storedBytes, throughCore } from "./_place.ts";

/** Values with their bytes in memory, and their core values. */
const VALUES: readonly (readonly [Primitive, unknown, number[], number | bigint])[] = [
  ["bool", false, [0], 0],
  ["bool", true, [1], 1],
  ["s8", -128, [0x80], -128],
  ["u8", 255, [0xff], 255],
  ["s16", -2, [0xfe, 0xff], -2],
  ["u16", 0xfffe, [0xfe, 0xff], 0xfffe],
  ["s32", -0x80000000, [0, 0, 0, 0x80], -0x80000000],
  ["u32", 0xffffffff, [0xff, 0xff, 0xff, 0xff], 0xffffffff],
  ["s64", -1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1n],
  ["u64", 2n ** 64n - 1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 2n ** 64n - 1n],
  ["f32", -0, [0, 0, 0, 0x80], -0],
  ["f32", 1.5, [0, 0, 0xc0, 0x3f], 1.5],
  ["f64", Infinity, [0, 0, 0, 0, 0, 0, 0xf0, 0x7f], Infinity],
  ["char", "a", [0x61, 0, 0, 0], 0x61],
  ["char", "\ud7ff", [0xff, 0xd7, 0, 0], 0xd7ff],
  ["char", "\u{10ffff}", [0xff, 0xff, 0x10, 0], 0x10ffff],
];

for (const [name, value, bytes, core] of VALUES) {
  Deno.test(`a ${name} is stored and lowered: ${String(value)}`, () => {
    const place = makePlace();
    const codec = place.codecs.of(primitive(name));
    assertEquals(storedBytes(place, codec, value), [bytes, []]);
    assertEquals(codec.load(0, place.memory.data()), value);
    assertEquals(throughCore(codec, value), [[core], value]);
  });
}

/** Core values of which the ABI uses only some bits, and the lifted values. */
const WIDER: readonly (readonly [Primitive, number | bigint, unknown])[] = [
  ["bool", 2, true],
  ["bool", -1, true],
  ["u8", 0x1ff, 255],
  ["s8", 0x180, -128],
  ["u16", -1, 0xffff],
  ["s16", 0x18000, -0x8000],
  ["u32", -1, 0xffffffff],
  ["s32", -1, -1],
  ["u64", -1n, 2n ** 64n - 1n],
];

for (const [name, core, value] of WIDER) {
  Deno.test(`a ${name} is lifted of the core value ${core}`, () => {
    assertEquals(makePlace().codecs.of(primitive(name)).lift([core], 0), value);
  });
}

/** Values of the host that do not fit, and the message of the problem. */
const REFUSED: readonly (readonly [Primitive, unknown, string])[] = [
  ["bool", 1, "is 1, expected a boolean"],
  ["u8", 256, "is 256, expected an integer from 0 to 255"],
  ["u8", "5", 'is "5", expected an integer from 0 to 255'],
  ["s8", 1.5, "is 1.5, expected an integer from -128 to 127"],
  ["u32", -1, "is -1, expected an integer from 0 to 4294967295"],
  ["u64", 1, "is 1, expected a bigint from 0n to 18446744073709551615n"],
  [
    "s64",
    2n ** 63n,
    "is 9223372036854775808n, expected a bigint from -9223372036854775808n to " +
    "9223372036854775807n",
  ],
  ["f64", "1", 'is "1", expected a number'],
  ["char", "", 'is "", expected a string of one Unicode scalar value'],
  ["char", "ab", 'is "ab", expected a string of one Unicode scalar value'],
  ["char", "\ud800", 'is "\\ud800", expected a string of one Unicode scalar value'],
  ["char", 97, "is 97, expected a string of one Unicode scalar value"],
];

for (const [name, value, message] of REFUSED) {
  Deno.test(`a ${name} refuses what does not fit: ${message}`, () => {
    const codec = makePlace().codecs.of(primitive(name));
    assertEquals(refusal(() => codec.store(value, 0)), message);
    assertEquals(refusal(() => codec.lower(value, [], 0)), message);
  });
}

for (const code of [0xd800, 0xdfff, 0x110000, -1]) {
  Deno.test(`a guest's char ${code} is a trap`, () => {
    const codec = makePlace().codecs.of(primitive("char"));
    assertEquals(assertThrows(() => codec.lift([code], 0), GuestError).code, "trap");
  });
}

Deno.test("a float of 32 bits is rounded", () => {
  assertEquals(throughCore(makePlace().codecs.of(primitive("f32")), 0.1)[1], Math.fround(0.1));
});

function flagsOf(count: number): ValueType {
  return { kind: "flags", names: Array.from({ length: count }, (_, index) => `is-${index}`) };
}

/** Numbers of flags, the one that is set, and the bytes. */
const FLAGS: readonly (readonly [count: number, set: number, bytes: number[]])[] = [
  [1, 0, [1]],
  [8, 7, [0x80]],
  [9, 8, [0, 1]],
  [16, 15, [0, 0x80]],
  [17, 16, [0, 0, 1, 0]],
  [32, 31, [0, 0, 0, 0x80]],
];

for (const [count, set, bytes] of FLAGS) {
  Deno.test(`one of ${count} flags is a bit of ${bytes.length} bytes`, () => {
    const place = makePlace();
    const codec = place.codecs.of(flagsOf(count));
    const value = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`is${index}`, index === set]),
    );
    assertEquals(storedBytes(place, codec, { [`is${set}`]: true }), [bytes, []]);
    assertEquals(codec.load(0, place.memory.data()), value);
    assertEquals(throughCore(codec, value), [[2 ** set], value]);
  });
}

Deno.test("bits without a flag are ignored", () => {
  assertEquals(makePlace().codecs.of(flagsOf(1)).lift([-2], 0), { is0: false });
});

Deno.test("flags refuse values that are not booleans", () => {
  const codec = makePlace().codecs.of(flagsOf(2));
  assertEquals(refusal(() => codec.store(3, 0)), "is 3, expected an object of booleans");
  assertEquals(refusal(() => codec.store({ is1: 1 }, 0)), "its is1 is 1, expected a boolean");
});

Deno.test("a missing flag is not read from Object.prototype", () => {
  const codec = makePlace().codecs.of({ kind: "flags", names: ["constructor", "is"] });
  assertEquals(throughCore(codec, { is: true })[0], [2]);
  assertEquals(throughCore(codec, { constructor: true, is: false })[0], [1]);
});

const RESOURCE: ResourceType = {
  kind: "resource",
  offset: 0,
  destructor: undefined,
};

for (const kind of ["own", "borrow"] as const) {
  Deno.test(`a handle of ${kind} is an index into the table of the instance`, () => {
    const asked: string[] = [];
    const take = (way: string) => (handle: number) => {
      asked.push(way);
      return `resource ${handle}`;
    };
    const add = (way: string) => (resource: unknown) => {
      asked.push(way);
      return Number(String(resource).slice("resource ".length));
    };
    const place = makePlace({
      handles: {
        takeOwn: take("own"),
        takeBorrow: take("borrow"),
        addOwn: add("own"),
        addBorrow: add("borrow"),
      },
    });
    const codec = place.codecs.of({ kind, resource: RESOURCE });
    assertEquals(storedBytes(place, codec, "resource 258"), [[2, 1, 0, 0], []]);
    assertEquals(codec.load(0, place.memory.data()), "resource 258");
    assertEquals(throughCore(codec, "resource 7"), [[7], "resource 7"]);
    assertEquals(codec.lift([-1], 0), "resource 4294967295");
    assertEquals(new Set(asked), new Set([kind]));
  });
}
