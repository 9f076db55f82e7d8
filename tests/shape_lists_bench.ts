// Lists whose items have blocks of their own, and lists of texts that are passed,
// each next to the same calls written by hand:
//     deno task bench tests/shape_lists_bench.ts
// The handwritten side calls, reads without bounds and frees; it is printed with `-- --by-hand`.
import { allocator, load } from "../mod.ts";
import { listOf, ownedText, split } from "./_list_guests.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const list = listOf("c/lists", ownedText);
const copy = (word: number) => ({
  type: "string",
  pointer: { word },
  length: { word: word + 1 },
  freedBy: "host",
} as const);

using guest = await load(fileOf("lists"), {
  symbols: {
    split: { ...split, result: list },
    splitAndCopy: {
      ...split,
      name: "split_and_copy",
      result: { type: "record", fields: { list, one: copy(2), other: copy(4) } },
    },
  },
});
using structs = await load(fileOf("struct_types"), {
  convention: allocator({ allocate: "malloc", free: "free" }),
  symbols: {
    sumLengths: {
      name: "sum_lengths",
      parameters: [{ type: "strings", terminated: true, pass: ["pointer", "codeUnits"] }],
      result: "u32",
    },
  },
});
const passage = { ...guest.symbols, ...structs.symbols };

const own = await exportsOf<{
  malloc(size: number): number;
  free(block: number): void;
  split(text: number, length: number, area: number): void;
  split_and_copy(text: number, length: number, area: number): void;
}>("lists");
const dataNow = dataOf(own.memory);
const summing = await exportsOf<{
  malloc(size: number): number;
  free(block: number): void;
  sum_lengths(texts: number, count: number): number;
}>("struct_types");
const summingData = dataOf(summing.memory);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads a text whose address and length are two words, and frees it. */
function takeText(at: number): string {
  const data = dataNow();
  const block = data.getUint32(at, true);
  const text = decoder.decode(
    new Uint8Array(own.memory.buffer, block, data.getUint32(at + 4, true)),
  );
  own.free(block);
  return text;
}

/** Reads and frees the texts of a list, and the list. */
function takeList(at: number): string[] {
  const data = dataNow();
  const first = data.getUint32(at, true), count = data.getUint32(at + 4, true);
  const texts = [];
  for (let index = 0; index < count; index++) texts.push(takeText(first + 8 * index));
  own.free(first);
  return texts;
}

/** Calls an export with a text and a return area, which `read` reads. */
function withText<T>(call: typeof own.split, text: string, read: (area: number) => T): T {
  const block = own.malloc(3 * text.length), area = own.malloc(24);
  const room = new Uint8Array(own.memory.buffer, block, 3 * text.length);
  call(block, encoder.encodeInto(text, room).written, area);
  const result = read(area);
  own.free(block);
  own.free(area);
  return result;
}

/** Passes texts, each of which a NUL ends, as an array of their addresses. */
function sumLengths(texts: readonly string[]): number {
  let room = 4 * texts.length;
  for (const text of texts) room += 3 * text.length + 1;
  const at = summing.malloc(room);
  const data = summingData();
  const bytes = new Uint8Array(summing.memory.buffer);
  let next = at + 4 * texts.length;
  for (let index = 0; index < texts.length; index++) {
    data.setUint32(at + 4 * index, next, true);
    next += encoder.encodeInto(texts[index]!, bytes.subarray(next, at + room)).written;
    bytes[next++] = 0;
  }
  const sum = summing.sum_lengths(at, texts.length);
  summing.free(at);
  return sum;
}

const byHand = {
  sumLengths,
  takeText,
  takeList,
  withText,
  split: (text: string) => withText(own.split, text, takeList),
  splitAndCopy: (text: string) =>
    withText(own.split_and_copy, text, (area) => ({
      list: takeList(area),
      one: takeText(area + 8),
      other: takeText(area + 16),
    })),
};

const words = Array.from({ length: 10 }, (_, index) => `Hello there ${index}`);
const texts = Array.from(
  { length: 8 },
  (_, turn) =>
    Array.from({ length: 10 }, (_, index) => `Hello there, ${turn}${index}`.replace(",", ""))
      .join(),
);

const SHAPES: readonly Shape[] = [
  {
    name: "a list of 10 texts, each freed",
    calls: 3_000,
    passage: (turn) => passage.split(texts[turn & 7]!),
    byHand: (turn) => byHand.split(texts[turn & 7]!),
  },
  {
    name: "the same beside two texts",
    calls: 3_000,
    passage: (turn) => passage.splitAndCopy(texts[turn & 7]!),
    byHand: (turn) => byHand.splitAndCopy(texts[turn & 7]!),
  },
  {
    name: "10 texts, passed",
    calls: 3_000,
    passage: () => passage.sumLengths(words),
    byHand: () => byHand.sumLengths(words),
  },
];

measureShapes(SHAPES, byHand);
