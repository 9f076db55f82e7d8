// Each shape of call beside the same written by hand, in rounds that take turns:
//     deno task bench tests/shape_bench.ts
// The handwritten side encodes or copies, calls, reads without bounds and frees; it is printed with
// `-- --by-hand`. Numbers that lie elsewhere are in shape_values_bench.ts, and functions that are
// passed or returned in shape_functions_bench.ts.
import { allocator, hostFunction, load, type StructValue } from "../mod.ts";
import { measureShapes, type Shape } from "./_shapes.ts";

const GUEST = new URL("../testdata/c/shapes.wasm", import.meta.url);
const convention = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

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

const COPY_OUT = {
  name: "copy_out",
  parameters: ["string"],
  arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output", "capacity"],
  result: { type: "string", pointer: "output", length: "result" },
} as const;

const OBJECT = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;
const COUNTER = { type: "reference", class: "Counter" } as const;
type ObjectValue = StructValue<typeof OBJECT.fields>;

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

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => index);
const numbers = Float64Array.from({ length: 1000 }, (_, index) => index / 4);

const objects = await load(new URL("../testdata/assemblyscript/objects.wasm", import.meta.url), {
  symbols: {
    lengthOf: { parameters: [OBJECT], result: "f64" },
    makePoint: { parameters: ["f64", "f64"], result: OBJECT },
    sumPoints: { parameters: [{ type: "objects", item: OBJECT }], result: OBJECT },
    makeCounter: { parameters: ["i32"], result: COUNTER },
    valueOf: { parameters: [COUNTER], result: "i32" },
  },
});
const points = Array.from({ length: 8 }, (_, index) => ({ x: index, y: -index }));
const counter = objects.symbols.makeCounter(1), address = counter.pointer;

/** The same as the bindings of AssemblyScript's compiler do it. */
const managed = {
  exports: objects.exports as unknown as {
    memory: WebAssembly.Memory;
    __new(byteLength: number, classId: number): number;
    __pin(pointer: number): number;
    __unpin(pointer: number): void;
    Point_ID: WebAssembly.Global;
    Array_Point_ID: WebAssembly.Global;
    lengthOf(pointer: number): number;
    makePoint(x: number, y: number): number;
    sumPoints(pointer: number): number;
    valueOf(pointer: number): number;
  },
  data: new DataView((objects.exports.memory as WebAssembly.Memory).buffer),
  view(): DataView {
    if (this.data.byteLength === 0) this.data = new DataView(this.exports.memory.buffer);
    return this.data;
  },
  lower({ x, y }: ObjectValue): number {
    const { exports } = this;
    const pointer = exports.__pin(exports.__new(16, exports.Point_ID.value));
    this.view().setFloat64(pointer, x, true);
    this.view().setFloat64(pointer + 8, y, true);
    exports.__unpin(pointer);
    return pointer;
  },
  lift(pointer: number): ObjectValue {
    const data = this.view();
    return { x: data.getFloat64(pointer, true), y: data.getFloat64(pointer + 8, true) };
  },
  lengthOf(value: ObjectValue): number {
    return this.exports.lengthOf(this.lower(value));
  },
  makePoint(x: number, y: number): ObjectValue {
    return this.lift(this.exports.makePoint(x, y) >>> 0);
  },
  sumPoints(values: readonly ObjectValue[]): ObjectValue {
    const { exports } = this;
    const byteLength = 4 * values.length;
    const buffer = exports.__pin(exports.__new(byteLength, 1)) >>> 0;
    const header = exports.__pin(exports.__new(16, exports.Array_Point_ID.value)) >>> 0;
    const data = this.view();
    data.setUint32(header, buffer, true);
    data.setUint32(header + 4, buffer, true);
    data.setUint32(header + 8, byteLength, true);
    data.setUint32(header + 12, values.length, true);
    for (const [index, value] of values.entries()) {
      const pointer = this.lower(value);
      this.view().setUint32(buffer + 4 * index, pointer, true);
    }
    exports.__unpin(buffer);
    exports.__unpin(header);
    return this.lift(exports.sumPoints(header) >>> 0);
  },
};

// The handwritten side.
const exports = (await WebAssembly.instantiate(await Deno.readFile(GUEST), {
  env: {
    number: (value: number) => value + 1,
    text: (pointer: number, length: number) =>
      decoder.decode(new Uint8Array(exports.memory.buffer, pointer >>> 0, length >>> 0)).length,
  },
})).instance.exports as {
  memory: WebAssembly.Memory;
  malloc(length: number): number;
  free(block: number): void;
  add(left: number, right: number): number;
  hypot(x: number, y: number): number;
  sum64(left: bigint, right: bigint): bigint;
  checksum(bytes: number, length: number): number;
  repeat(text: number, length: number, times: number): bigint;
  compare(left: number, leftLength: number, right: number, rightLength: number): number;
  point(x: number, y: number): number;
  grid(x: number): number;
  scale(numbers: number, count: number): void;
  people(age: number): number;
  cut(bytes: number, length: number, count: number): bigint;
  fill(out: number, capacity: number): number;
  divide(left: number, right: number, quotient: number): number;
  couple(): number;
  copy_out(text: number, length: number, out: number, capacity: number): number;
  begin(count: number): void;
  next(): number;
  sum_ten(ten: number): number;
  make_ten(a: number): number;
  ask_number(times: number): number;
  ask_text(text: number, length: number, times: number): number;
};
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
  scale(numbers: Float64Array) {
    const pointer = exports.malloc(numbers.byteLength) >>> 0;
    new Float64Array(exports.memory.buffer, pointer, numbers.length).set(numbers);
    exports.scale(pointer, numbers.length);
    const result = new Float64Array(exports.memory.buffer, pointer, numbers.length).slice();
    exports.free(pointer);
    return result;
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
  askNumber: (times: number) => exports.ask_number(times),
  askText(text: string, times: number) {
    const bytes = encoder.encode(text);
    const pointer = putBytes(bytes);
    const sum = exports.ask_text(pointer, bytes.length, times);
    exports.free(pointer);
    return sum;
  },
};

using guest = await load(GUEST, {
  convention,
  imports: {
    env: {
      number: hostFunction({ parameters: ["i32"], result: "i32" }, (value) => value + 1),
      text: hostFunction({ parameters: ["string"], result: "i32" }, (text) => text.length),
    },
  },
  symbols: {
    add: { parameters: ["i32", "i32"], result: "i32" },
    hypot: { parameters: ["f64", "f64"], result: "f64" },
    sum64: { parameters: ["i64", "i64"], result: "i64" },
    checksum: { parameters: ["bytes"], result: "u32" },
    repeat: { parameters: ["string", "u32"], result: "string" },
    compare: { parameters: ["string", "string"], result: "i32" },
    point: { parameters: ["i32", "i32"], result: RECORD },
    grid: {
      parameters: ["i32"],
      result: { type: "list", item: RECORD, pointer: "result", count: 1000, stride: 16 },
    },
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
    cut: { parameters: ["bytes", "u32"], result: "bytes" },
    fill: {
      parameters: [],
      arguments: ["output", "capacity"],
      output: { capacity: 64 },
      result: { type: "string", pointer: "output", length: "result" },
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
    copy_sized: { ...COPY_OUT, output: { capacity: (text: string) => text.length * 3 } },
    copy_asked: { ...COPY_OUT, output: { capacity: "query" } },
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
    ask_number: { parameters: ["i32"], result: "i32" },
    ask_text: { parameters: ["string", "i32"], result: "i32" },
  },
});
const passage = { ...guest.symbols, askNumber: guest.symbols.ask_number };
const askText = guest.symbols.ask_text;

// A guest whose memory has 64-bit addresses.
const GUEST_64 = new URL("../testdata/c/shapes_64.wasm", import.meta.url);
const exports64 = (await WebAssembly.instantiate(await Deno.readFile(GUEST_64), {
  env: { number: () => 0, text: () => 0 },
})).instance.exports as {
  memory: WebAssembly.Memory;
  malloc(length: bigint): bigint;
  free(block: bigint): void;
  checksum(bytes: bigint, length: bigint): number;
  compare(left: bigint, leftLength: bigint, right: bigint, rightLength: bigint): number;
};
function putBytes64(bytes: Uint8Array): bigint {
  const pointer = exports64.malloc(BigInt(bytes.length));
  new Uint8Array(exports64.memory.buffer).set(bytes, Number(pointer));
  return pointer;
}
const byHand64 = {
  checksum(bytes: Uint8Array) {
    const pointer = putBytes64(bytes);
    const sum = exports64.checksum(pointer, BigInt(bytes.length)) >>> 0;
    exports64.free(pointer);
    return sum;
  },
  compare(left: string, right: string) {
    const first = encoder.encode(left), second = encoder.encode(right);
    const one = putBytes64(first), two = putBytes64(second);
    const order = exports64.compare(one, BigInt(first.length), two, BigInt(second.length));
    exports64.free(one);
    exports64.free(two);
    return order;
  },
};
using guest64 = await load(GUEST_64, {
  convention: allocator({ allocate: "malloc", free: "free", result: "multiValue" }),
  missing: "trap",
  symbols: {
    checksum: { parameters: ["bytes"], result: "u32" },
    compare: { parameters: ["string", "string"], result: "i32" },
  },
});

// A guest that was reset after its calls had become fast.
using fresh = await load(GUEST, {
  missing: "trap",
  symbols: { add: { parameters: ["i32", "i32"], result: "i32" } },
});
for (let turn = 0; turn < 100_000; turn++) fresh.symbols.add(turn, 7);
fresh.reset();

/** The number of calls of the host in one call. */
const TIMES = 100;
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
const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const small = Array.from({ length: 8 }, () => bytesOf(13));
const large = Array.from({ length: 8 }, () => bytesOf(1024));

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
    name: "a Float64Array of 1,000, in and out",
    calls: 5_000,
    passage: () => passage.scale(numbers),
    byHand: () => byHand.scale(numbers),
  },
  {
    name: "a list of 10 records with a text each",
    calls: 3_000,
    passage: (turn) => passage.people(turn),
    byHand: (turn) => byHand.people(turn),
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
    name: "10 records with a text, one by one",
    calls: 3_000,
    passage: () => passage.begin(10),
    byHand: () => byHand.drawn(10),
  },
  {
    name: "64-bit: checksum(bytes) -> u32, 13 B",
    calls: 10_000,
    passage: (turn) => guest64.symbols.checksum(small[turn & 7]!),
    byHand: (turn) => byHand64.checksum(small[turn & 7]!),
  },
  {
    name: "64-bit: compare(string, string) -> i32",
    calls: 10_000,
    passage: (turn) => guest64.symbols.compare(words[turn & 7]!, words[turn + 1 & 7]!),
    byHand: (turn) => byHand64.compare(words[turn & 7]!, words[turn + 1 & 7]!),
  },
  {
    name: "add(i32, i32) -> i32 after a reset",
    calls: 200_000,
    passage: (turn) => fresh.symbols.add(turn, 7),
    byHand: (turn) => byHand.add(turn, 7),
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
  {
    name: "an object of AssemblyScript, passed",
    calls: 30_000,
    passage: (turn) => objects.symbols.lengthOf(points[turn & 7]!),
    byHand: (turn) => managed.lengthOf(points[turn & 7]!),
  },
  {
    name: "an object of AssemblyScript, returned",
    calls: 30_000,
    passage: (turn) => objects.symbols.makePoint(turn, 2),
    byHand: (turn) => managed.makePoint(turn, 2),
  },
  {
    name: "eight objects of AssemblyScript, passed",
    calls: 3_000,
    passage: () => objects.symbols.sumPoints(points),
    byHand: () => managed.sumPoints(points),
  },
  {
    name: "a reference to an object of AssemblyScript, passed",
    calls: 100_000,
    passage: () => objects.symbols.valueOf(counter),
    byHand: () => managed.exports.valueOf(address),
  },
  {
    name: "a host function (i32) -> i32",
    calls: 2_000,
    times: TIMES,
    passage: () => passage.askNumber(TIMES),
    byHand: () => byHand.askNumber(TIMES),
  },
  {
    name: "a host function of a text of 13 B",
    calls: 100,
    times: TIMES,
    passage: (turn) => askText(words[turn & 7]!, TIMES),
    byHand: (turn) => byHand.askText(words[turn & 7]!, TIMES),
  },
];

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

measureShapes([
  ...SHAPES,
  ...(library === undefined ? [] : [{
    name: "hypot, and Deno.dlopen's in its place",
    calls: 200_000,
    passage: (turn: number) => passage.hypot(turn, 7.5),
    byHand: (turn: number) => library(turn, 7.5),
  }]),
], byHand);
