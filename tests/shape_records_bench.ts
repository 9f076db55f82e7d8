// Records, structs and lists of them, each next to the same calls written by hand:
//     deno task bench tests/shape_records_bench.ts
// The handwritten side calls, reads without bounds and frees; it is printed with `-- --by-hand`.
import { allocator, load, type StructValue } from "../mod.ts";
import { exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

const POINT = { x: "i32", y: "i32", weight: "f64" } as const;
const OFFSETS = { x: 0, y: 4, weight: 8 } as const;
const field = <K extends keyof typeof POINT>(name: K) => ({
  type: POINT[name],
  value: { load: POINT[name], at: "result", offset: OFFSETS[name] },
} as const);
const RECORD = {
  type: "record",
  fields: { x: field("x"), y: field("y"), weight: field("weight") },
} as const;

/** A record with a text: its address, its length and a number. */
const PERSON = {
  type: "record",
  fields: {
    name: {
      type: "string",
      pointer: { word: 0, at: "result" },
      length: { word: 1, at: "result" },
      freedBy: "guest",
    },
    age: { type: "i32", value: { load: "i32", at: "result", offset: 8 } },
  },
} as const;

/** A text in a record that the host frees. */
const owned = (word: number) => ({
  type: "string",
  pointer: { word, at: "result" },
  length: { word: word + 1, at: "result" },
  freedBy: { call: "free" },
} as const);

/** A struct of ten fields. */
const TEN = {
  type: "struct",
  fields: {
    a: "i32",
    b: "i32",
    c: "i32",
    d: "f64",
    e: "f64",
    f: "f32",
    g: "u8",
    h: "u8",
    i: "u32",
    j: "u32",
  },
} as const;
type Ten = StructValue<typeof TEN.fields>;

using guest = await load(fileOf("shapes"), {
  convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
  missing: "trap",
  symbols: {
    point: { parameters: ["i32", "i32"], result: RECORD },
    grid: {
      parameters: ["i32"],
      result: { type: "list", item: RECORD, pointer: "result", count: 1000, stride: 16 },
    },
    people: {
      parameters: ["i32"],
      result: {
        type: "list",
        item: PERSON,
        pointer: "result",
        count: 10,
        stride: 12,
        freedBy: "guest",
      },
    },
    divide: {
      parameters: ["i32", "i32"],
      arguments: [{ parameter: 0 }, { parameter: 1 }, { area: 0 }],
      status: { value: "result", fails: "nonzero" },
      result: { type: "i32", value: { load: "i32" } },
    },
    couple: {
      parameters: [],
      result: { type: "record", fields: { one: owned(0), other: owned(2) } },
    },
    begin: {
      parameters: ["i32"],
      result: { type: "list", next: { export: "next" }, item: PERSON },
    },
    sumTen: { name: "sum_ten", parameters: [TEN], result: "f64" },
    makeTen: {
      name: "make_ten",
      parameters: ["i32"],
      result: { ...TEN, freedBy: "guest" },
    },
  },
});
const passage = guest.symbols;

const exports = await exportsOf<{
  malloc(length: number): number;
  free(block: number): void;
  point(x: number, y: number): number;
  grid(x: number): number;
  people(age: number): number;
  divide(left: number, right: number, quotient: number): number;
  couple(): number;
  begin(count: number): void;
  next(): number;
  sum_ten(ten: number): number;
  make_ten(a: number): number;
}>("shapes");
const decoder = new TextDecoder();

const byHand = {
  point(x: number, y: number) {
    const at = exports.point(x, y) >>> 0;
    const view = new DataView(exports.memory.buffer);
    return {
      x: view.getInt32(at, true),
      y: view.getInt32(at + 4, true),
      weight: view.getFloat64(at + 8, true),
    };
  },
  grid(x: number) {
    const at = exports.grid(x) >>> 0;
    const view = new DataView(exports.memory.buffer);
    const points = [];
    for (let index = 0; index < 1000; index++) {
      const base = at + index * 16;
      points.push({
        x: view.getInt32(base, true),
        y: view.getInt32(base + 4, true),
        weight: view.getFloat64(base + 8, true),
      });
    }
    return points;
  },
  people(age: number) {
    const at = exports.people(age) >>> 0;
    const view = new DataView(exports.memory.buffer);
    const people = [];
    for (let index = 0; index < 10; index++) {
      const base = at + index * 12;
      const name = view.getUint32(base, true), length = view.getUint32(base + 4, true);
      people.push({
        name: decoder.decode(new Uint8Array(exports.memory.buffer, name, length)),
        age: view.getInt32(base + 8, true),
      });
    }
    return people;
  },
  divide(left: number, right: number) {
    const quotient = exports.malloc(4) >>> 0;
    if (exports.divide(left, right, quotient) !== 0) throw new Error("failed");
    const result = new DataView(exports.memory.buffer).getInt32(quotient, true);
    exports.free(quotient);
    return result;
  },
  couple() {
    const at = exports.couple() >>> 0;
    const view = new DataView(exports.memory.buffer);
    const read = (word: number) =>
      decoder.decode(
        new Uint8Array(
          exports.memory.buffer,
          view.getUint32(word, true),
          view.getUint32(word + 4, true),
        ),
      );
    const result = { one: read(at), other: read(at + 8) };
    exports.free(view.getUint32(at, true));
    exports.free(view.getUint32(at + 8, true));
    return result;
  },
  drawn(count: number) {
    exports.begin(count);
    const people = [];
    for (let at = exports.next(); at !== 0; at = exports.next()) {
      const view = new DataView(exports.memory.buffer);
      const name = view.getUint32(at, true), length = view.getUint32(at + 4, true);
      people.push({
        name: decoder.decode(new Uint8Array(exports.memory.buffer, name, length)),
        age: view.getInt32(at + 8, true),
      });
    }
    return people;
  },
  sumTen(ten: Ten) {
    const at = exports.malloc(48) >>> 0;
    const view = new DataView(exports.memory.buffer);
    view.setInt32(at, ten.a, true);
    view.setInt32(at + 4, ten.b, true);
    view.setInt32(at + 8, ten.c, true);
    view.setFloat64(at + 16, ten.d, true);
    view.setFloat64(at + 24, ten.e, true);
    view.setFloat32(at + 32, ten.f, true);
    view.setUint8(at + 36, ten.g);
    view.setUint8(at + 37, ten.h);
    view.setUint32(at + 40, ten.i, true);
    view.setUint32(at + 44, ten.j, true);
    const sum = exports.sum_ten(at);
    exports.free(at);
    return sum;
  },
  makeTen(a: number): Ten {
    const at = exports.make_ten(a) >>> 0;
    const view = new DataView(exports.memory.buffer);
    return {
      a: view.getInt32(at, true),
      b: view.getInt32(at + 4, true),
      c: view.getInt32(at + 8, true),
      d: view.getFloat64(at + 16, true),
      e: view.getFloat64(at + 24, true),
      f: view.getFloat32(at + 32, true),
      g: view.getUint8(at + 36),
      h: view.getUint8(at + 37),
      i: view.getUint32(at + 40, true),
      j: view.getUint32(at + 44, true),
    };
  },
};

const tens: readonly Ten[] = Array.from({ length: 8 }, (_, a) => ({
  a,
  b: 2,
  c: 3,
  d: 4.5,
  e: 5.5,
  f: 6.5,
  g: 7,
  h: 8,
  i: 9,
  j: 10,
}));

const SHAPES: readonly Shape[] = [
  {
    name: "point(i32, i32) -> { i32, i32, f64 }",
    calls: 100_000,
    passage: (turn) => passage.point(turn, 7),
    byHand: (turn) => byHand.point(turn, 7),
  },
  {
    name: "a list of 1,000 such records",
    calls: 100,
    passage: (turn) => passage.grid(turn),
    byHand: (turn) => byHand.grid(turn),
  },
  {
    name: "a list of 10 records with a text each",
    calls: 3_000,
    passage: (turn) => passage.people(turn),
    byHand: (turn) => byHand.people(turn),
  },
  {
    name: "10 records with a text, one by one",
    calls: 3_000,
    passage: () => passage.begin(10),
    byHand: () => byHand.drawn(10),
  },
  {
    name: "a status, and an i32 in a return area",
    calls: 30_000,
    passage: (turn) => passage.divide(turn, 3),
    byHand: (turn) => byHand.divide(turn, 3),
  },
  {
    name: "a record of two texts, each freed",
    calls: 10_000,
    passage: () => passage.couple(),
    byHand: () => byHand.couple(),
  },
  {
    name: "a struct of ten fields, passed",
    calls: 30_000,
    passage: (turn) => passage.sumTen(tens[turn & 7]!),
    byHand: (turn) => byHand.sumTen(tens[turn & 7]!),
  },
  {
    name: "a struct of ten fields, returned",
    calls: 30_000,
    passage: (turn) => passage.makeTen(turn),
    byHand: (turn) => byHand.makeTen(turn),
  },
];

measureShapes(SHAPES, byHand);
