// The component model's canonical ABI, "Loading" and "Storing", for flags.
import { assertEquals } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { makePlace, refusal, storedBytes, throughCore } from "./_place.ts";

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

Deno.test("bits without a flag do not count", () => {
  assertEquals(makePlace().codecs.of(flagsOf(1)).lift([-2], 0), { is0: false });
});

Deno.test("flags refuse what is no boolean", () => {
  const codec = makePlace().codecs.of(flagsOf(2));
  assertEquals(refusal(() => codec.store(3, 0)), "is 3, expected an object of booleans");
  assertEquals(refusal(() => codec.store({ is1: 1 }, 0)), "its is1 is 1, expected a boolean");
});

Deno.test("a flag that is not set has no value of every object", () => {
  const codec = makePlace().codecs.of({ kind: "flags", names: ["constructor", "is"] });
  assertEquals(throughCore(codec, { is: true })[0], [2]);
  assertEquals(throughCore(codec, { constructor: true, is: false })[0], [1]);
});
