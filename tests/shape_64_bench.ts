// Texts and bytes of a guest whose memory has 64-bit addresses, each beside the same written by
// hand: deno task bench tests/shape_64_bench.ts The handwritten side encodes or copies, calls and
// frees; it is printed with `-- --by-hand`.
import { allocator, load } from "../mod.ts";
import { exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const encoder = new TextEncoder();
const exports = await exportsOf<{
  malloc(length: bigint): bigint;
  free(block: bigint): void;
  checksum(bytes: bigint, length: bigint): number;
  compare(left: bigint, leftLength: bigint, right: bigint, rightLength: bigint): number;
}>("shapes_64");
function putBytes(bytes: Uint8Array): bigint {
  const pointer = exports.malloc(BigInt(bytes.length));
  new Uint8Array(exports.memory.buffer).set(bytes, Number(pointer));
  return pointer;
}
const byHand = {
  checksum(bytes: Uint8Array) {
    const pointer = putBytes(bytes);
    const sum = exports.checksum(pointer, BigInt(bytes.length)) >>> 0;
    exports.free(pointer);
    return sum;
  },
  compare(left: string, right: string) {
    const first = encoder.encode(left), second = encoder.encode(right);
    const one = putBytes(first), two = putBytes(second);
    const order = exports.compare(one, BigInt(first.length), two, BigInt(second.length));
    exports.free(one);
    exports.free(two);
    return order;
  },
};
using guest = await load(fileOf("shapes_64"), {
  convention: allocator({ allocate: "malloc", free: "free", result: "multiValue" }),
  missing: "trap",
  symbols: {
    checksum: { parameters: ["bytes"], result: "u32" },
    compare: { parameters: ["string", "string"], result: "i32" },
  },
});

const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const small = Array.from({ length: 8 }, () => Uint8Array.from({ length: 13 }, (_, index) => index));

const SHAPES: readonly Shape[] = [
  {
    name: "checksum(bytes) -> u32, 13 B",
    calls: 10_000,
    passage: (turn) => guest.symbols.checksum(small[turn & 7]!),
    byHand: (turn) => byHand.checksum(small[turn & 7]!),
  },
  {
    name: "compare(string, string) -> i32",
    calls: 10_000,
    passage: (turn) => guest.symbols.compare(words[turn & 7]!, words[turn + 1 & 7]!),
    byHand: (turn) => byHand.compare(words[turn & 7]!, words[turn + 1 & 7]!),
  },
];

measureShapes(SHAPES, byHand);
