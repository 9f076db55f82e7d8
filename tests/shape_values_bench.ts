// Values that lie elsewhere than in a result or a parameter,
// each next to the same calls written by hand:
//     deno task bench tests/shape_values_bench.ts
// The handwritten side encodes, calls and reads without bounds; it is printed with `-- --by-hand`.
import { load, type StructValue } from "../mod.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

// Out-parameters by name, and a struct that the guest changes. Both sides use the guest's own
// stack.
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

// Items that say where the next one begins.
using variants = await load(fileOf("variants"), {
  symbols: {
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
const ownVariants = await exportsOf<{ list(fault: number): number }>("variants");
const variantData = dataOf(ownVariants.memory);

// A text in a range that the host chose. The handwritten side has a page of its own.
using placed = await load(fileOf("result_in_place"), {
  layout: { text: { reserve: 1000 } },
  symbols: {
    shout: {
      parameters: [{ type: "string", place: { kind: "buffer", pointer: { layout: "text" } } }],
      result: { type: "string", pointer: { argument: 0 }, length: "result" },
    },
  },
});
const ownPlaced = await exportsOf<{ shout(text: number, length: number): number }>(
  "result_in_place",
);
const placedAt = ownPlaced.memory.grow(1) * 65536;

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

const byHand = {
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
  shout(text: string) {
    const { memory, shout } = ownPlaced;
    const room = new Uint8Array(memory.buffer, placedAt, 1000);
    const length = shout(placedAt, encoder.encodeInto(text, room).written);
    return decoder.decode(room.subarray(0, length));
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
const { list } = variants.symbols;
const { shout } = placed.symbols;

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
    name: "a text in a range that the host chose",
    calls: 10_000,
    passage: (turn) => shout(words[turn & 7]!),
    byHand: (turn) => byHand.shout(words[turn & 7]!),
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
];

measureShapes(SHAPES, byHand);
