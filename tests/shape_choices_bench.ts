// Values that depend on a tag, a status or a condition,
// each next to the same calls written by hand:
//     deno task bench tests/shape_choices_bench.ts
// The handwritten side calls and reads without bounds; it is printed with `-- --by-hand`.
import { hostFunction, load } from "../mod.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const NAME_AND_AGE = [{ parameter: 0 }, { area: 0 }, { area: 1 }] as const;

// A union with a tag, a result that is there for one status, and a text in one of two places.
using variants = await load(fileOf("variants"), {
  symbols: {
    value_at: {
      parameters: ["u32"],
      result: {
        type: "variant",
        tag: { load: "u32", at: "result" },
        cases: {
          null: { is: 0 },
          boolean: {
            is: 1,
            value: { type: "bool", value: { load: "i32", at: "result", offset: 8 } },
          },
          number: {
            is: 2,
            value: { type: "f64", value: { load: "f64", at: "result", offset: 8 } },
          },
          text: {
            is: 3,
            value: {
              type: "string",
              pointer: { load: "u32", at: "result", offset: 8 },
              length: { load: "u32", at: "result", offset: 12 },
            },
          },
          pair: {
            is: 4,
            value: {
              type: "record",
              fields: {
                first: { type: "i16", value: { load: "i16", at: "result", offset: 8 } },
                second: { type: "i16", value: { load: "i16", at: "result", offset: 10 } },
              },
            },
          },
        },
      },
    },
    find: {
      parameters: ["i32"],
      arguments: NAME_AND_AGE,
      status: { value: "result", fails: "negative" },
      result: {
        type: "u32",
        value: { load: "u32", offset: 4 },
        when: { value: "result", is: 0 },
      },
    },
    text_of: {
      parameters: ["string"],
      result: {
        type: "string",
        pointer: {
          when: { value: { load: "u32", at: "result", offset: 4 }, is: "nonzero" },
          then: { sum: ["result", 8] },
          else: { load: "u32", at: "result", offset: 8 },
        },
        length: { load: "u32", at: "result" },
      },
    },
  },
});
const ownVariants = await exportsOf<{
  malloc(size: number): number;
  free(block: number): void;
  value_at(index: number): number;
  find(id: number, name: number, age: number): number;
  text_of(text: number, length: number): number;
}>("variants");
const variantData = dataOf(ownVariants.memory);

// Structs with a tagged union of C, and the union alone.
const WHAT = {
  type: "variant",
  tag: "u8",
  cases: {
    circle: { is: 1, value: "f64" },
    named: { is: 200, value: "string" },
  },
} as const;
const SHAPE = { type: "struct", fields: { id: "i32", what: WHAT, end: "u8" } } as const;
const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
using unions = await load(fileOf("tagged_unions"), {
  missing: "trap",
  imports: {
    env: {
      make: hostFunction(
        { parameters: ["i32"], result: WHAT },
        (turn) => ({ tag: "named" as const, value: words[turn & 7]! }),
      ),
    },
  },
  symbols: {
    area: { parameters: [SHAPE], result: "f64" },
    area_of: { parameters: [WHAT], result: "f64" },
    shape: { parameters: ["i32"], result: SHAPE },
    call_make: { parameters: ["i32"], result: "f64" },
  },
});
const ownUnions = await exportsOf<{
  malloc(size: number): number;
  free(block: number): void;
  area(shape: number): number;
  area_of(what: number): number;
  shape(kind: number): number;
  call_make(turn: number): number;
}>("tagged_unions", {
  make(turn: number): number {
    const name = putName(words[turn & 7]!), at = ownUnions.malloc(16);
    const data = unionData();
    data.setUint8(at, 200);
    data.setUint32(at + 8, name, true);
    return at;
  },
});
const unionData = dataOf(ownUnions.memory);

/** Puts a text that a NUL ends into a block of its own. */
function putName(text: string): number {
  const room = 3 * text.length + 1;
  const at = ownUnions.malloc(room);
  const bytes = new Uint8Array(ownUnions.memory.buffer, at, room);
  bytes[encoder.encodeInto(text, bytes).written] = 0;
  return at;
}

/** Reads a text that a NUL ends. */
function nameAt(at: number): string {
  const bytes = new Uint8Array(ownUnions.memory.buffer, at);
  return decoder.decode(bytes.subarray(0, bytes.indexOf(0)));
}

const byHand = {
  valueAt(index: number) {
    const at = ownVariants.value_at(index);
    const data = variantData();
    switch (data.getUint32(at, true)) {
      case 0:
        return { tag: "null" };
      case 1:
        return { tag: "boolean", value: data.getInt32(at + 8, true) !== 0 };
      case 2:
        return { tag: "number", value: data.getFloat64(at + 8, true) };
      case 3: {
        const pointer = data.getUint32(at + 8, true), length = data.getUint32(at + 12, true);
        const bytes = new Uint8Array(ownVariants.memory.buffer, pointer, length);
        return { tag: "text", value: decoder.decode(bytes) };
      }
      default: {
        const first = data.getInt16(at + 8, true), second = data.getInt16(at + 10, true);
        return { tag: "pair", value: { first, second } };
      }
    }
  },
  find(id: number) {
    const at = ownVariants.malloc(8);
    const status = ownVariants.find(id, at, at + 4);
    if (status < 0) throw new Error(`status ${status}`);
    const age = status === 0 ? variantData().getUint32(at + 4, true) : undefined;
    ownVariants.free(at);
    return age;
  },
  textOf(text: string) {
    const { memory, malloc, free, text_of } = ownVariants;
    const room = 3 * text.length;
    const at = malloc(room);
    const { written } = encoder.encodeInto(text, new Uint8Array(memory.buffer, at, room));
    const found = text_of(at, written);
    const data = variantData();
    const pointer = data.getUint32(found + 4, true) !== 0
      ? found + 8
      : data.getUint32(found + 8, true);
    const bytes = new Uint8Array(memory.buffer, pointer, data.getUint32(found, true));
    const result = decoder.decode(bytes);
    free(at);
    return result;
  },
  area(id: number, radius: number) {
    const at = ownUnions.malloc(32);
    const data = unionData();
    data.setInt32(at, id, true);
    data.setUint8(at + 8, 1);
    data.setFloat64(at + 16, radius, true);
    data.setUint8(at + 24, 9);
    const result = ownUnions.area(at);
    ownUnions.free(at);
    return result;
  },
  areaOfName(name: string) {
    // A character has at most three bytes for each of its code units, and a NUL follows.
    const room = 3 * name.length + 1;
    const at = ownUnions.malloc(16 + room);
    const bytes = new Uint8Array(ownUnions.memory.buffer, at + 16, room);
    bytes[encoder.encodeInto(name, bytes).written] = 0;
    const data = unionData();
    data.setUint8(at, 200);
    data.setUint32(at + 8, at + 16, true);
    const result = ownUnions.area_of(at);
    ownUnions.free(at);
    return result;
  },
  shape(kind: number) {
    const at = ownUnions.shape(kind);
    const data = unionData();
    const what = data.getUint8(at + 8) === 1
      ? { tag: "circle", value: data.getFloat64(at + 16, true) }
      : { tag: "named", value: nameAt(data.getUint32(at + 16, true)) };
    return { id: data.getInt32(at, true), what, end: data.getUint8(at + 24) };
  },
  callMake: (turn: number) => ownUnions.call_make(turn),
};

const { value_at, find, text_of } = variants.symbols;
const { area, area_of, shape, call_make } = unions.symbols;

const SHAPES: readonly Shape[] = [
  {
    name: "a variant, each of its five cases",
    calls: 30_000,
    passage: (turn) => value_at(turn % 5),
    byHand: (turn) => byHand.valueAt(turn % 5),
  },
  {
    name: "a number for one status only",
    calls: 30_000,
    passage: (turn) => find(turn % 3 * 2),
    byHand: (turn) => byHand.find(turn % 3 * 2),
  },
  {
    name: "a text in one of two places",
    calls: 10_000,
    passage: (turn) => text_of(words[turn & 7]!),
    byHand: (turn) => byHand.textOf(words[turn & 7]!),
  },
  {
    name: "a struct with a variant, passed",
    calls: 10_000,
    passage: (turn) => area({ id: turn, what: { tag: "circle", value: turn }, end: 9 }),
    byHand: (turn) => byHand.area(turn, turn),
  },
  {
    name: "a variant with a text, passed",
    calls: 10_000,
    passage: (turn) => area_of({ tag: "named", value: words[turn & 7]! }),
    byHand: (turn) => byHand.areaOfName(words[turn & 7]!),
  },
  {
    name: "a struct with a text in a variant, back",
    calls: 10_000,
    passage: (turn) => shape(turn & 1 ? 1 : 200),
    byHand: (turn) => byHand.shape(turn & 1 ? 1 : 200),
  },
  {
    name: "a variant with a text, by the host",
    calls: 10_000,
    passage: (turn) => call_make(turn),
    byHand: (turn) => byHand.callMake(turn),
  },
];

measureShapes(SHAPES, byHand);
