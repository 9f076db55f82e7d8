// The component model's canonical ABI, "Loading" and "Storing", for lists and maps.
import { assertEquals } from "@std/assert";
import type { Primitive, ValueType } from "../../../src/component/types.ts";
import { GUEST_SHAPES } from "../../../src/component/values/js_shapes.ts";
import {
  FIRST_BLOCK,
  makePlace,
  primitive,
  refusal,
  throughCore,
  throughMemory,
} from "./_place.ts";

function listOf(name: Primitive): ValueType {
  return { kind: "list", type: primitive(name) };
}

/** Lists with their bytes and the alignment of the block. */
const LISTS: readonly (readonly [Primitive, ArrayLike<unknown>, number[], number])[] = [
  ["u8", Uint8Array.of(1, 255), [1, 255], 1],
  ["s16", Int16Array.of(-2), [0xfe, 0xff], 2],
  ["f32", Float32Array.of(1.5), [0, 0, 0xc0, 0x3f], 4],
  ["u64", BigUint64Array.of(1n), [1, 0, 0, 0, 0, 0, 0, 0], 8],
  ["bool", [true, false], [1, 0], 1],
  ["char", ["a"], [0x61, 0, 0, 0], 4],
];

for (const [name, value, bytes, alignment] of LISTS) {
  Deno.test(`a list of ${name} is stored`, () => {
    const place = makePlace();
    const codec = place.codecs.of(listOf(name));
    assertEquals(throughCore(codec, value), [[FIRST_BLOCK, value.length], value]);
    assertEquals([...place.memory.readBytes(FIRST_BLOCK, bytes.length)], bytes);
    assertEquals(place.blocks, [[bytes.length, alignment]]);
    assertEquals(throughMemory(place, codec, Array.from(value)), value);
  });
}

Deno.test("lists of lists and of texts are stored", () => {
  const place = makePlace();
  const codec = place.codecs.of({ kind: "list", type: listOf("string") });
  const value = [["a", "\u2603"], [], [""]];
  assertEquals(throughMemory(place, codec, value), value);
});

Deno.test("a lifted list is a copy of the data in the guest", () => {
  const place = makePlace();
  const codec = place.codecs.of(listOf("u8"));
  const given = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
  const found = throughMemory(place, codec, given) as Uint8Array;
  place.memory.clear(FIRST_BLOCK, 2);
  assertEquals([found, found.buffer.byteLength], [Uint8Array.of(1, 2), 2]);
});

Deno.test("a list can be a view of guest memory, which the allocator grows", () => {
  const place = makePlace();
  const { memory } = place;
  memory.writeBytes(8, Uint8Array.of(1, 2));
  const allocate = place.allocate;
  place.allocate = (...size) => {
    memory.memory.grow(1);
    return allocate(...size);
  };
  throughCore(place.codecs.of(listOf("u8")), new Uint8Array(memory.memory.buffer, 8, 2));
  assertEquals([...memory.readBytes(FIRST_BLOCK, 2)], [1, 2]);
});

Deno.test("a map of the host is a Map, or its entries; one for a guest keeps all of them", () => {
  const type: ValueType = { kind: "map", key: primitive("string"), value: primitive("u8") };
  const entries: [string, number][] = [["a", 1], ["b", 2], ["a", 3]];
  const place = makePlace();
  const codec = place.codecs.of(type);
  assertEquals(throughMemory(place, codec, entries), new Map([["a", 3], ["b", 2]]));
  assertEquals(throughMemory(place, codec, new Map(entries)), new Map(entries));
  const guest = makePlace({ shapes: GUEST_SHAPES });
  assertEquals(
    throughMemory(guest, guest.codecs.of(type), entries),
    entries,
  );
});

/** Values of the host that are not a list of a type. */
const REFUSED: readonly (readonly [Primitive, unknown, string])[] = [
  ["u8", "a", 'is "a", expected a Uint8Array or an array'],
  ["u8", Int8Array.of(1), "is an object of class Int8Array, expected a Uint8Array or an array"],
  ["s16", "a", 'is "a", expected an Int16Array or an array'],
  ["u8", [1, 256], "its [1] is 256, expected an integer from 0 to 255"],
  ["string", { length: 1 }, "is an object of class Object, expected an array"],
];

for (const [name, value, message] of REFUSED) {
  Deno.test(`a list of ${name} refuses what does not fit: ${message}`, () => {
    const codec = makePlace().codecs.of(listOf(name));
    assertEquals(refusal(() => codec.store(value, 0)), message);
  });
}

Deno.test("elements take room on the host: a slot of an array, or their size in a typed one", () => {
  for (
    const [name, charged] of [["u8", 100], ["u64", 800], ["string", 800], ["bool", 800]] as const
  ) {
    const place = makePlace();
    place.codecs.of(listOf(name)).lift([0, 100], 0);
    assertEquals(place.charged, charged, name);
  }
});
