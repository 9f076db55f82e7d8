// Values that lie elsewhere than in a result or a parameter, each beside the same written by hand:
//     deno task bench tests/shape_values_bench.ts
// The handwritten side encodes, calls and reads without bounds; it is printed with `-- --by-hand`.
import { load, type StructValue } from "../mod.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

// Out-parameters by name, and a struct that the guest changes. Both sides use the guest's own stack.
const POINT = { type: "struct", fields: { x: "i32", y: "i32" } } as const;
const RECT = { type: "struct", fields: { a: POINT, b: POINT } } as const;
type Rect = StructValue<typeof RECT.fields>;
const PERSON = { type: "struct", fields: { name: "string", age: "i32" } } as const;

using structs = await load(fileOf("struct_types_stack"), {
  symbols: {
    divide: {
      parameters: [
        "i32",
        "i32",
        { type: "out", name: "quotient", value: "i32" },
        { type: "out", name: "remainder", value: "i32" },
      ],
      result: "i32",
    },
    grow: { parameters: [{ type: "inout", name: "rect", value: RECT }, "i32"], result: "void" },
    age_and_length: { parameters: [PERSON], result: "i32" },
  },
});
const stack = await exportsOf<{
  __stack_pointer: WebAssembly.Global;
  divide(left: number, right: number, quotient: number, remainder: number): number;
  grow(rect: number, by: number): void;
  age_and_length(person: number): number;
}>("struct_types_stack");
const stackData = dataOf(stack.memory);

// A buffer and its capacity in a struct whose address the caller passes.
const CONTEXT = {
  kind: "buffer",
  pointer: { word: 0, at: { parameter: 0 } },
  capacity: { word: 1, at: { parameter: 0 } },
} as const;
using contexts = await load(fileOf("contexts"), {
  symbols: {
    context_new: { parameters: ["u32"], result: "pointer" },
    upper: {
      parameters: ["pointer", { type: "string", place: CONTEXT, pass: ["byteLength"] }],
      result: { type: "string", pointer: CONTEXT.pointer, length: "result" },
    },
  },
});
const context = contexts.symbols.context_new(64);
const ownContexts = await exportsOf<{
  context_new(capacity: number): number;
  upper(context: number, length: number): number;
}>("contexts");
const ownContext = ownContexts.context_new(64);
const contextData = dataOf(ownContexts.memory);

// A union with a tag, and items that say where the next one begins.
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
    list: {
      parameters: ["u32"],
      result: {
        type: "list",
        pointer: "result",
        count: 3,
        stride: { load: "u16", at: "result" },
        item: {
          type: "record",
          fields: {
            id: { type: "u32", value: { load: "u32", at: "result", offset: 4 } },
            name: {
              type: "string",
              pointer: { sum: ["result", 8] },
              length: { load: "u8", at: "result", offset: 3 },
            },
          },
        },
      },
    },
  },
});
const ownVariants = await exportsOf<{
  value_at(index: number): number;
  list(fault: number): number;
}>("variants");
const variantData = dataOf(ownVariants.memory);

// Numbers that stay in memory. Nothing else lies in the last page of this guest's memory.
const { memory } = contexts;
memory.grow(1);
const numbersAt = memory.size - 8 * 1000;
memory.view("f64", numbersAt, 1000).array.set(Array.from({ length: 1000 }, (_, index) => index));
const kept = memory.view("f64", numbersAt, 1000);
const raw = memory.memory;
let ownKept = new Float64Array(raw.buffer, numbersAt, 1000);

/** Adds all numbers: the same for both sides. */
function sum(numbers: Float64Array): number {
  let total = 0;
  for (let index = 0; index < numbers.length; index++) total += numbers[index]!;
  return total;
}

// A guest that takes a struct with a tagged union.
const RADIUS = { type: "variant", tag: "u8", cases: { circle: { is: 1, value: "f64" } } } as const;
using unions = await load(fileOf("tagged_unions"), {
  missing: "trap",
  symbols: {
    area: {
      parameters: [{ type: "struct", fields: { id: "i32", what: RADIUS, end: "u8" } }],
      result: "f64",
    },
  },
});
const ownUnions = await exportsOf<{
  malloc(size: number): number;
  area(shape: number): number;
}>("tagged_unions");
const shapeAt = ownUnions.malloc(32);
const unionData = dataOf(ownUnions.memory);

const byHand = {
  area(id: number, radius: number) {
    const data = unionData();
    data.setInt32(shapeAt, id, true);
    data.setUint8(shapeAt + 8, 1);
    data.setFloat64(shapeAt + 16, radius, true);
    data.setUint8(shapeAt + 24, 9);
    return ownUnions.area(shapeAt);
  },
  divide(left: number, right: number) {
    const before = stack.__stack_pointer.value, at = before - 16;
    stack.__stack_pointer.value = at;
    const result = stack.divide(left, right, at, at + 4);
    const data = stackData();
    const value = {
      result,
      quotient: data.getInt32(at, true),
      remainder: data.getInt32(at + 4, true),
    };
    stack.__stack_pointer.value = before;
    return value;
  },
  grow({ a, b }: Rect, by: number): { rect: Rect } {
    const before = stack.__stack_pointer.value, at = before - 16;
    stack.__stack_pointer.value = at;
    let data = stackData();
    data.setInt32(at, a.x, true);
    data.setInt32(at + 4, a.y, true);
    data.setInt32(at + 8, b.x, true);
    data.setInt32(at + 12, b.y, true);
    stack.grow(at, by);
    data = stackData();
    const rect = {
      a: { x: data.getInt32(at, true), y: data.getInt32(at + 4, true) },
      b: { x: data.getInt32(at + 8, true), y: data.getInt32(at + 12, true) },
    };
    stack.__stack_pointer.value = before;
    return { rect };
  },
  ageAndLength(name: string, age: number): number {
    const before = stack.__stack_pointer.value;
    // A character has at most three bytes for each of its code units, and a NUL follows.
    const at = before - 8 - Math.ceil((3 * name.length + 1) / 16) * 16;
    stack.__stack_pointer.value = at;
    const text = new Uint8Array(stack.memory.buffer, at + 8, 3 * name.length + 1);
    text[encoder.encodeInto(name, text).written] = 0;
    const data = stackData();
    data.setUint32(at, at + 8, true);
    data.setInt32(at + 4, age, true);
    const result = stack.age_and_length(at);
    stack.__stack_pointer.value = before;
    return result;
  },
  upper(context: number, text: string) {
    const { memory, upper } = ownContexts;
    const data = contextData();
    const at = data.getUint32(context, true), capacity = data.getUint32(context + 4, true);
    const { written } = encoder.encodeInto(text, new Uint8Array(memory.buffer, at, capacity));
    const length = upper(context, written);
    return decoder.decode(new Uint8Array(memory.buffer, at, length));
  },
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
  list() {
    let at = ownVariants.list(0);
    const { buffer } = ownVariants.memory;
    const data = variantData();
    const entries = [];
    for (let index = 0; index < 3; index++) {
      const id = data.getUint32(at + 4, true);
      const name = decoder.decode(new Uint8Array(buffer, at + 8, data.getUint8(at + 3)));
      entries.push({ id, name });
      at += data.getUint16(at, true);
    }
    return entries;
  },
  sumOfEight: () => sum(new Float64Array(raw.buffer, numbersAt, 8)),
  sumOfKept() {
    if (ownKept.length === 0) ownKept = new Float64Array(raw.buffer, numbersAt, 1000);
    return sum(ownKept);
  },
};

const rects: readonly Rect[] = Array.from({ length: 8 }, (_, index) => ({
  a: { x: index, y: 2 },
  b: { x: 3, y: index },
}));
const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const { age_and_length, divide, grow } = structs.symbols;
const { upper } = contexts.symbols;
const { value_at, list } = variants.symbols;

const SHAPES: readonly Shape[] = [
  {
    name: "two out-parameters by name",
    calls: 30_000,
    passage: (turn) => divide(turn, 7),
    byHand: (turn) => byHand.divide(turn, 7),
  },
  {
    name: "a struct that the guest changes",
    calls: 30_000,
    passage: (turn) => grow(rects[turn & 7]!, 2),
    byHand: (turn) => byHand.grow(rects[turn & 7]!, 2),
  },
  {
    name: "a struct with a text, passed",
    calls: 10_000,
    passage: (turn) => age_and_length({ name: words[turn & 7]!, age: 36 }),
    byHand: (turn) => byHand.ageAndLength(words[turn & 7]!, 36),
  },
  {
    name: "a text in the buffer of a context",
    calls: 10_000,
    passage: (turn) => upper(context, words[turn & 7]!),
    byHand: (turn) => byHand.upper(ownContext, words[turn & 7]!),
  },
  {
    name: "a variant, each of its five cases",
    calls: 30_000,
    passage: (turn) => value_at(turn % 5),
    byHand: (turn) => byHand.valueAt(turn % 5),
  },
  {
    name: "a list of 3 items of any size",
    calls: 5_000,
    passage: () => list(0),
    byHand: () => byHand.list(),
  },
  {
    name: "a view of 8 numbers, made and summed",
    calls: 30_000,
    passage: () => sum(memory.view("f64", numbersAt, 8).array),
    byHand: () => byHand.sumOfEight(),
  },
  {
    name: "a kept view of 1,000 numbers, summed",
    calls: 5_000,
    passage: () => sum(kept.array),
    byHand: () => byHand.sumOfKept(),
  },
  {
    name: "a struct with a variant, passed",
    calls: 10_000,
    passage: (turn) =>
      unions.symbols.area({ id: turn, what: { tag: "circle", value: turn }, end: 9 }),
    byHand: (turn) => byHand.area(turn, turn),
  },
];

measureShapes(SHAPES, byHand);
