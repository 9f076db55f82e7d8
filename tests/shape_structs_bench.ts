// Structs with content behind pointers, that can be null, or that are freed as a whole, each beside
// the same written by hand:
//     deno task bench tests/shape_structs_bench.ts
// The handwritten side calls, reads without bounds and frees; it is printed with `-- --by-hand`.
import { allocator, load } from "../mod.ts";
import { LABEL, PERSON, POINT, RECT, SERIES, TEAM } from "./_struct_guests.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const nullable = true;
const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" });
const WIDE = {
  type: "struct",
  fields: { text: { type: "string", encoding: "utf-16", length: "pair" } },
} as const;
const BYTES = { type: "struct", fields: { bytes: { type: "bytes", length: "pair" } } } as const;

using guest = await load(fileOf("struct_types"), {
  convention,
  symbols: {
    sumText: { name: "sum_bytes", parameters: [WIDE], result: "u32" },
    sumBytes: { name: "sum_bytes", parameters: [BYTES], result: "u32" },
    sumSeries: { name: "sum_series", parameters: [SERIES], result: "f64" },
    teamAge: { name: "team_age", parameters: [TEAM], result: "i32" },
    relabel: { parameters: [LABEL], result: LABEL },
    isNull: { name: "is_null", parameters: [{ ...RECT, nullable }], result: "i32" },
    noRect: { name: "no_rect", parameters: ["i32"], result: { ...RECT, nullable } },
    newRect: {
      name: "new_rect",
      parameters: ["i32"],
      result: { ...RECT, freedBy: { call: { export: "free", pass: ["result"] } } },
    },
    newPerson: {
      name: "new_person",
      parameters: ["i32"],
      result: { ...PERSON, freedBy: { call: { export: "free_person", pass: ["result"] } } },
    },
    sortPoints: {
      name: "sort_points",
      parameters: [{ type: "inout", name: "points", value: { type: "list", item: POINT } }],
      result: "void",
    },
  },
});
const passage = guest.symbols;
const own = await exportsOf<{
  malloc(size: number): number;
  free(block: number): void;
  sum_bytes(buffer: number): number;
  sum_series(series: number): number;
  team_age(team: number): number;
  relabel(label: number): number;
  is_null(rect: number): number;
  no_rect(none: number): number;
  new_rect(side: number): number;
  new_person(age: number): number;
  free_person(person: number): void;
  sort_points(points: number, count: number): void;
}>("struct_types");
const dataNow = dataOf(own.memory);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const bytes = Array.from({ length: 8 }, (_, index) => new Uint8Array(100).fill(index));
const views = bytes.map(({ buffer }) => new DataView(buffer));
const numbers = Float64Array.from({ length: 100 }, (_, index) => index / 2);
const points = Array.from({ length: 10 }, (_, index) => ({ x: index * 7 % 10, y: index }));
const label = {
  text: "a label",
  codes: Uint16Array.of(1, 2, 3),
  corners: points.slice(0, 2),
  end: 9,
};
const members = words.map((name, age) => ({ name, age }));
const team = { name: null, leader: { name: "Ada", age: 4 }, members };
const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };

/** Writes a text and a NUL, and returns the end. */
function putText(text: string, at: number): number {
  const room = new Uint8Array(own.memory.buffer, at, 3 * text.length + 1);
  const { written } = encoder.encodeInto(text, room);
  room[written] = 0;
  return at + written + 1;
}

/** Reads a text that a NUL ends. */
function textAt(at: number): string {
  const all = new Uint8Array(own.memory.buffer);
  return decoder.decode(all.subarray(at, all.indexOf(0, at)));
}

function rectAt(at: number): typeof rect {
  const data = dataNow();
  return {
    a: { x: data.getInt32(at, true), y: data.getInt32(at + 4, true) },
    b: { x: data.getInt32(at + 8, true), y: data.getInt32(at + 12, true) },
  };
}

const byHand = {
  sumText(text: string) {
    const at = own.malloc(8 + 2 * text.length);
    const data = dataNow();
    data.setUint32(at, at + 8, true);
    data.setUint32(at + 4, text.length, true);
    const units = new Uint16Array(own.memory.buffer, at + 8, text.length);
    for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
    const sum = own.sum_bytes(at);
    own.free(at);
    return sum;
  },
  sumBytes(bytes: Uint8Array) {
    const at = own.malloc(8 + bytes.length);
    const data = dataNow();
    data.setUint32(at, at + 8, true);
    data.setUint32(at + 4, bytes.length, true);
    new Uint8Array(own.memory.buffer).set(bytes, at + 8);
    const sum = own.sum_bytes(at);
    own.free(at);
    return sum;
  },
  sumView({ buffer, byteOffset, byteLength }: DataView) {
    return byHand.sumBytes(new Uint8Array(buffer, byteOffset, byteLength));
  },
  sumSeries(numbers: Float64Array, points: readonly { x: number; y: number }[]) {
    const at = own.malloc(16 + 8 * numbers.length + 8 * points.length);
    const data = dataNow();
    const behind = at + 16 + 8 * numbers.length;
    data.setUint16(at, numbers.length, true);
    data.setUint32(at + 4, at + 16, true);
    data.setUint32(at + 8, behind, true);
    data.setUint8(at + 12, points.length);
    new Float64Array(own.memory.buffer).set(numbers, (at + 16) / 8);
    for (let index = 0; index < points.length; index++) {
      data.setInt32(behind + 8 * index, points[index]!.x, true);
      data.setInt32(behind + 8 * index + 4, points[index]!.y, true);
    }
    const sum = own.sum_series(at);
    own.free(at);
    return sum;
  },
  teamAge({ leader, members }: typeof team) {
    let room = 16 + 8 + 3 * leader.name.length + 1 + 8 * members.length;
    for (const { name } of members) room += 3 * name.length + 1;
    const at = own.malloc(room);
    const data = dataNow();
    data.setUint32(at, 0, true);
    data.setUint32(at + 4, at + 16, true);
    data.setUint32(at + 8, at + 24, true);
    data.setUint32(at + 12, members.length, true);
    let next = at + 24 + 8 * members.length;
    data.setUint32(at + 16, next, true);
    data.setInt32(at + 20, leader.age, true);
    next = putText(leader.name, next);
    for (let index = 0; index < members.length; index++) {
      const { name, age } = members[index]!;
      data.setUint32(at + 24 + 8 * index, next, true);
      data.setInt32(at + 28 + 8 * index, age, true);
      next = putText(name, next);
    }
    const sum = own.team_age(at);
    own.free(at);
    return sum;
  },
  relabel({ text, codes, corners, end }: typeof label) {
    const at = own.malloc(40);
    const data = dataNow();
    const all = new Uint8Array(own.memory.buffer, at, 12);
    all.fill(0, encoder.encodeInto(text, all).written);
    for (let index = 0; index < 3; index++) {
      data.setUint16(at + 12 + 2 * index, codes[index]!, true);
    }
    for (let index = 0; index < 2; index++) {
      data.setInt32(at + 20 + 8 * index, corners[index]!.x, true);
      data.setInt32(at + 24 + 8 * index, corners[index]!.y, true);
    }
    data.setUint8(at + 36, end);
    const found = own.relabel(at);
    const room = new Uint8Array(own.memory.buffer, found, 12);
    const result = {
      text: decoder.decode(room.subarray(0, room.indexOf(0))),
      codes: new Uint16Array(own.memory.buffer.slice(found + 12, found + 18)),
      corners: [
        { x: data.getInt32(found + 20, true), y: data.getInt32(found + 24, true) },
        { x: data.getInt32(found + 28, true), y: data.getInt32(found + 32, true) },
      ],
      end: data.getUint8(found + 36),
    };
    own.free(at);
    return result;
  },
  isNull(given: typeof rect | null) {
    if (given === null) return own.is_null(0);
    const at = own.malloc(16);
    const data = dataNow();
    data.setInt32(at, given.a.x, true);
    data.setInt32(at + 4, given.a.y, true);
    data.setInt32(at + 8, given.b.x, true);
    data.setInt32(at + 12, given.b.y, true);
    const found = own.is_null(at);
    own.free(at);
    return found;
  },
  noRect(none: number) {
    const at = own.no_rect(none);
    return at === 0 ? null : rectAt(at);
  },
  newRect(side: number) {
    const at = own.new_rect(side);
    const found = rectAt(at);
    own.free(at);
    return found;
  },
  newPerson(age: number) {
    const at = own.new_person(age);
    const data = dataNow();
    const found = { name: textAt(data.getUint32(at, true)), age: data.getInt32(at + 4, true) };
    own.free_person(at);
    return found;
  },
  sortPoints(points: readonly { x: number; y: number }[]) {
    const at = own.malloc(8 * points.length);
    const data = dataNow();
    for (let index = 0; index < points.length; index++) {
      data.setInt32(at + 8 * index, points[index]!.x, true);
      data.setInt32(at + 8 * index + 4, points[index]!.y, true);
    }
    own.sort_points(at, points.length);
    const sorted = [];
    for (let next = at; next < at + 8 * points.length; next += 8) {
      sorted.push({ x: data.getInt32(next, true), y: data.getInt32(next + 4, true) });
    }
    own.free(at);
    return { points: sorted };
  },
};

const SHAPES: readonly Shape[] = [
  {
    name: "a struct with a text in UTF-16",
    calls: 10_000,
    passage: (turn) => passage.sumText({ text: words[turn & 7]! }),
    byHand: (turn) => byHand.sumText(words[turn & 7]!),
  },
  {
    name: "a struct with 100 bytes",
    calls: 10_000,
    passage: (turn) => passage.sumBytes({ bytes: bytes[turn & 7]! }),
    byHand: (turn) => byHand.sumBytes(bytes[turn & 7]!),
  },
  {
    name: "the same of a DataView",
    calls: 10_000,
    passage: (turn) => passage.sumBytes({ bytes: views[turn & 7]! }),
    byHand: (turn) => byHand.sumView(views[turn & 7]!),
  },
  {
    name: "a struct with an array and a list",
    calls: 10_000,
    passage: () => passage.sumSeries({ numbers, points }),
    byHand: () => byHand.sumSeries(numbers, points),
  },
  {
    name: "a struct of structs with texts",
    calls: 3_000,
    passage: () => passage.teamAge(team),
    byHand: () => byHand.teamAge(team),
  },
  {
    name: "arrays in a struct, in and out",
    calls: 10_000,
    passage: () => passage.relabel(label),
    byHand: () => byHand.relabel(label),
  },
  {
    name: "a struct or null, passed",
    calls: 30_000,
    passage: (turn) => passage.isNull(turn & 1 ? rect : null),
    byHand: (turn) => byHand.isNull(turn & 1 ? rect : null),
  },
  {
    name: "a struct or null, returned",
    calls: 30_000,
    passage: (turn) => passage.noRect(turn & 1),
    byHand: (turn) => byHand.noRect(turn & 1),
  },
  {
    name: "a struct that is freed as a whole",
    calls: 30_000,
    passage: (turn) => passage.newRect(turn),
    byHand: (turn) => byHand.newRect(turn),
  },
  {
    name: "a struct and its text, freed as a whole",
    calls: 10_000,
    passage: (turn) => passage.newPerson(turn),
    byHand: (turn) => byHand.newPerson(turn),
  },
  {
    name: "a list of 10 structs, in and out",
    calls: 10_000,
    passage: () => passage.sortPoints(points),
    byHand: () => byHand.sortPoints(points),
  },
];

measureShapes(SHAPES, byHand);
