// The component model's canonical ABI, "Loading" and "Storing", for records and tuples.
import { assertEquals } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { GUEST_SHAPES } from "../../../src/component/values/js_shapes.ts";
import {
  FIRST_BLOCK,
  makePlace,
  primitive,
  refusal,
  storedBytes,
  throughCore,
  throughMemory,
} from "./_place.ts";

const POINT: ValueType = {
  kind: "record",
  fields: [
    { name: "at-end", type: primitive("u8") },
    { name: "label", type: primitive("string") },
    { name: "size", type: { kind: "option", type: primitive("u16") } },
  ],
};

const PAIR: ValueType = { kind: "tuple", types: [primitive("u8"), primitive("u32")] };

Deno.test("a record is an object with names in camel case", () => {
  const place = makePlace();
  const codec = place.codecs.of(POINT);
  const value = { atEnd: 1, label: "ab", size: 5 };
  assertEquals(storedBytes(place, codec, value), [
    [1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 5, 0],
    [0x61, 0x62],
  ]);
  assertEquals(codec.load(0, place.memory.data()), value);
  assertEquals(throughCore(codec, value)[0], [1, FIRST_BLOCK + 2, 2, 1, 5]);
});

Deno.test("an option that is missing in an object is none", () => {
  const place = makePlace();
  const codec = place.codecs.of(POINT);
  const given = { atEnd: 0, label: "" };
  assertEquals(throughMemory(place, codec, given), { ...given, size: undefined });
  assertEquals(throughCore(codec, given)[1], { ...given, size: undefined });
});

Deno.test("a record for another guest keeps its labels", () => {
  const place = makePlace({ shapes: GUEST_SHAPES });
  const codec = place.codecs.of(POINT);
  const value = { "at-end": 1, label: "", size: undefined };
  assertEquals(throughMemory(place, codec, value), value);
});

Deno.test("a tuple is an array", () => {
  const place = makePlace();
  const codec = place.codecs.of(PAIR);
  assertEquals(storedBytes(place, codec, [7, 8]), [[7, 0, 0, 0, 8, 0, 0, 0], []]);
  assertEquals(throughCore(codec, [7, 8]), [[7, 8], [7, 8]]);
});

/** Values of the host that are not a record or a tuple. */
const REFUSED: readonly (readonly [ValueType, unknown, string])[] = [
  [POINT, null, "is null, expected an object"],
  [POINT, "a", 'is "a", expected an object'],
  [POINT, { atEnd: 1 }, "its label is undefined, expected a string"],
  [PAIR, [1], "has a length of 1, expected an array of length 2"],
  [PAIR, [1, -1], "its [1] is -1, expected an integer from 0 to 4294967295"],
  [
    { kind: "list", type: POINT },
    [{ atEnd: 1, label: "", size: "x" }],
    'its [0].size is "x", expected an integer from 0 to 65535',
  ],
];

for (const [type, value, message] of REFUSED) {
  Deno.test(`a ${type.kind} names the part that does not fit: ${message}`, () => {
    assertEquals(refusal(() => makePlace().codecs.of(type).store(value, 0)), message);
  });
}
