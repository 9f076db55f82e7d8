// Numbers, texts and bytes, each next to the same calls written by hand, in rounds that take turns:
//     deno task bench tests/shape_bench.ts
// The handwritten side encodes or copies, calls, reads without bounds and frees; it is printed with
// `-- --by-hand`. The other kinds of values have benchmarks of their own, shape_*_bench.ts.
import { allocator, load } from "../mod.ts";
import { exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const convention = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

const COPY_OUT = {
  name: "copy_out",
  parameters: ["string"],
  arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output", "capacity"],
  result: { type: "string", pointer: "output", length: "result" },
} as const;

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => index);
const numbers = Float64Array.from({ length: 1000 }, (_, index) => index / 4);

// The handwritten side.
const exports = await exportsOf<{
  malloc(length: number): number;
  free(block: number): void;
  add(left: number, right: number): number;
  hypot(x: number, y: number): number;
  sum64(left: bigint, right: bigint): bigint;
  checksum(bytes: number, length: number): number;
  repeat(text: number, length: number, times: number): bigint;
  compare(left: number, leftLength: number, right: number, rightLength: number): number;
  scale(numbers: number, count: number): void;
  cut(bytes: number, length: number, count: number): bigint;
  fill(out: number, capacity: number): number;
  copy_out(text: number, length: number, out: number, capacity: number): number;
}>("shapes");
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function putBytes(bytes: Uint8Array): number {
  const pointer = exports.malloc(bytes.length) >>> 0;
  new Uint8Array(exports.memory.buffer).set(bytes, pointer);
  return pointer;
}

const byHand = {
  add: (left: number, right: number) => exports.add(left, right),
  hypot: (x: number, y: number) => exports.hypot(x, y),
  sum64: (left: bigint, right: bigint) => exports.sum64(left, right),
  checksum(bytes: Uint8Array) {
    const pointer = putBytes(bytes);
    const sum = exports.checksum(pointer, bytes.length) >>> 0;
    exports.free(pointer);
    return sum;
  },
  repeat(text: string, times: number) {
    const bytes = encoder.encode(text);
    const pointer = putBytes(bytes);
    const packed = exports.repeat(pointer, bytes.length, times);
    const at = Number(packed >> 32n) >>> 0;
    const result = decoder.decode(
      new Uint8Array(exports.memory.buffer, at, Number(packed & 0xffffffffn)),
    );
    exports.free(pointer);
    exports.free(at);
    return result;
  },
  compare(left: string, right: string) {
    const first = encoder.encode(left), second = encoder.encode(right);
    const one = putBytes(first), two = putBytes(second);
    const order = exports.compare(one, first.length, two, second.length);
    exports.free(one);
    exports.free(two);
    return order;
  },
  scale(numbers: Float64Array) {
    const pointer = exports.malloc(numbers.byteLength) >>> 0;
    new Float64Array(exports.memory.buffer, pointer, numbers.length).set(numbers);
    exports.scale(pointer, numbers.length);
    const result = new Float64Array(exports.memory.buffer, pointer, numbers.length).slice();
    exports.free(pointer);
    return result;
  },
  cut(bytes: Uint8Array, count: number) {
    const pointer = putBytes(bytes);
    const packed = exports.cut(pointer, bytes.length, count);
    const at = Number(packed >> 32n) >>> 0;
    const result = new Uint8Array(exports.memory.buffer, at, Number(packed & 0xffffffffn)).slice();
    exports.free(pointer);
    exports.free(at);
    return result;
  },
  fill() {
    const out = exports.malloc(64) >>> 0;
    const length = exports.fill(out, 64);
    const result = decoder.decode(new Uint8Array(exports.memory.buffer, out, length));
    exports.free(out);
    return result;
  },
  copyOut(text: string, sizeOf: (text: string, pointer: number, length: number) => number) {
    const bytes = encoder.encode(text);
    const pointer = putBytes(bytes);
    const capacity = sizeOf(text, pointer, bytes.length);
    const out = exports.malloc(capacity) >>> 0;
    const length = exports.copy_out(pointer, bytes.length, out, capacity);
    const result = decoder.decode(new Uint8Array(exports.memory.buffer, out, length));
    exports.free(pointer);
    exports.free(out);
    return result;
  },
};

using guest = await load(fileOf("shapes"), {
  convention,
  missing: "trap",
  symbols: {
    add: { parameters: ["i32", "i32"], result: "i32" },
    hypot: { parameters: ["f64", "f64"], result: "f64" },
    sum64: { parameters: ["i64", "i64"], result: "i64" },
    checksum: { parameters: ["bytes"], result: "u32" },
    repeat: { parameters: ["string", "u32"], result: "string" },
    compare: { parameters: ["string", "string"], result: "i32" },
    scale: {
      parameters: [{ type: "array", element: "f64" }],
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "codeUnits" }],
      result: {
        type: "array",
        element: "f64",
        pointer: { argument: 0 },
        length: { byteLengthOf: 0 },
      },
    },
    cut: { parameters: ["bytes", "u32"], result: "bytes" },
    fill: {
      parameters: [],
      arguments: ["output", "capacity"],
      output: { capacity: 64 },
      result: { type: "string", pointer: "output", length: "result" },
    },
    copy_sized: { ...COPY_OUT, output: { capacity: (text: string) => text.length * 3 } },
    copy_asked: { ...COPY_OUT, output: { capacity: "query" } },
  },
});
const passage = guest.symbols;

// Instances that are exchanged after their calls have become fast, and called at once.
using fresh = await load(fileOf("shapes"), {
  missing: "trap",
  symbols: { add: { parameters: ["i32", "i32"], result: "i32" } },
});
for (let turn = 0; turn < 100_000; turn++) fresh.symbols.add(turn, 7);
fresh.reset();
fresh.symbols.add(1, 7);

let exchanged = await exportsOf<{ add(left: number, right: number): number }>("shapes");
const addByHand = (left: number, right: number) => exchanged.add(left, right);
for (let turn = 0; turn < 100_000; turn++) addByHand(turn, 7);
exchanged = await exportsOf("shapes");
addByHand(1, 7);

const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const small = Array.from({ length: 8 }, () => bytesOf(13));
const large = Array.from({ length: 8 }, () => bytesOf(1024));

const BIG = Array.from({ length: 8 }, (_, index) => BigInt(index) << 40n);
const library = openMath();

/** C's own `hypot`, called by Deno itself; absent if the library is. */
function openMath(): ((x: number, y: number) => number) | undefined {
  try {
    const { symbols } = Deno.dlopen("libm.so.6", {
      hypot: { parameters: ["f64", "f64"], result: "f64" },
    });
    return symbols.hypot;
  } catch {
    return undefined;
  }
}

const SHAPES: readonly Shape[] = [
  {
    name: "add(i32, i32) -> i32",
    calls: 200_000,
    passage: (turn) => passage.add(turn, 7),
    byHand: (turn) => byHand.add(turn, 7),
  },
  {
    name: "hypot(f64, f64) -> f64",
    calls: 200_000,
    passage: (turn) => passage.hypot(turn, 7.5),
    byHand: (turn) => byHand.hypot(turn, 7.5),
  },
  ...(library === undefined ? [] : [{
    name: "hypot, and Deno.dlopen's in its place",
    calls: 200_000,
    passage: (turn: number) => passage.hypot(turn, 7.5),
    byHand: (turn: number) => library(turn, 7.5),
  }]),
  {
    name: "sum64(i64, i64) -> i64",
    calls: 100_000,
    passage: (turn) => passage.sum64(BIG[turn & 7]!, 7n),
    byHand: (turn) => byHand.sum64(BIG[turn & 7]!, 7n),
  },
  {
    name: "checksum(bytes) -> u32, 13 B",
    calls: 30_000,
    passage: (turn) => passage.checksum(small[turn & 7]!),
    byHand: (turn) => byHand.checksum(small[turn & 7]!),
  },
  {
    name: "checksum(bytes) -> u32, 1 KiB",
    calls: 30_000,
    passage: (turn) => passage.checksum(large[turn & 7]!),
    byHand: (turn) => byHand.checksum(large[turn & 7]!),
  },
  {
    name: "repeat(string, u32) -> string",
    calls: 10_000,
    passage: (turn) => passage.repeat(words[turn & 7]!, 3),
    byHand: (turn) => byHand.repeat(words[turn & 7]!, 3),
  },
  {
    name: "compare(string, string) -> i32",
    calls: 10_000,
    passage: (turn) => passage.compare(words[turn & 7]!, words[turn + 1 & 7]!),
    byHand: (turn) => byHand.compare(words[turn & 7]!, words[turn + 1 & 7]!),
  },
  {
    name: "a Float64Array of 1,000, in and out",
    calls: 5_000,
    passage: () => passage.scale(numbers),
    byHand: () => byHand.scale(numbers),
  },
  {
    name: "cut(bytes, u32) -> bytes, 13 B",
    calls: 10_000,
    passage: (turn) => passage.cut(small[turn & 7]!, 5),
    byHand: (turn) => byHand.cut(small[turn & 7]!, 5),
  },
  {
    name: "a text in an output buffer",
    calls: 10_000,
    passage: () => passage.fill(),
    byHand: () => byHand.fill(),
  },
  {
    name: "a text in an output buffer, by a function",
    calls: 10_000,
    passage: (turn) => passage.copy_sized(words[turn & 7]!),
    byHand: (turn) => byHand.copyOut(words[turn & 7]!, (text) => text.length * 3),
  },
  {
    name: "a text in an output buffer, by a query",
    calls: 10_000,
    passage: (turn) => passage.copy_asked(words[turn & 7]!),
    byHand: (turn) =>
      byHand.copyOut(
        words[turn & 7]!,
        (_text, pointer, length) => exports.copy_out(pointer, length, 0, 0),
      ),
  },
  {
    name: "add(i32, i32) -> i32 after a reset",
    calls: 200_000,
    passage: (turn) => fresh.symbols.add(turn, 7),
    byHand: (turn) => addByHand(turn, 7),
  },
];

measureShapes(SHAPES, byHand);
