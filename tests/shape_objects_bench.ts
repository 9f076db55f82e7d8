// Objects, each next to the same calls written by hand:
//     deno task bench tests/shape_objects_bench.ts
// The handwritten side does what the bindings of AssemblyScript's compiler do; it is printed with
// `-- --by-hand`.
import { load, type StructValue } from "../mod.ts";
import { dataOf, measureShapes, type Shape } from "./_shapes.ts";

const OBJECT = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;
const COUNTER = { type: "reference", class: "Counter" } as const;
type ObjectValue = StructValue<typeof OBJECT.fields>;

const guest = await load(new URL("../testdata/assemblyscript/objects.wasm", import.meta.url), {
  symbols: {
    lengthOf: { parameters: [OBJECT], result: "f64" },
    makePoint: { parameters: ["f64", "f64"], result: OBJECT },
    sumPoints: { parameters: [{ type: "objects", item: OBJECT }], result: OBJECT },
    makeCounter: { parameters: ["i32"], result: COUNTER },
    valueOf: { parameters: [COUNTER], result: "i32" },
  },
});
const points = Array.from({ length: 8 }, (_, index) => ({ x: index, y: -index }));
const counter = guest.symbols.makeCounter(1), address = counter.pointer;

const byHand = {
  exports: guest.exports as unknown as {
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
  view: dataOf(guest.exports.memory as WebAssembly.Memory),
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

const SHAPES: readonly Shape[] = [
  {
    name: "an object, passed",
    calls: 30_000,
    passage: (turn) => guest.symbols.lengthOf(points[turn & 7]!),
    byHand: (turn) => byHand.lengthOf(points[turn & 7]!),
  },
  {
    name: "an object, returned",
    calls: 30_000,
    passage: (turn) => guest.symbols.makePoint(turn, 2),
    byHand: (turn) => byHand.makePoint(turn, 2),
  },
  {
    name: "eight objects, passed",
    calls: 3_000,
    passage: () => guest.symbols.sumPoints(points),
    byHand: () => byHand.sumPoints(points),
  },
  {
    name: "a reference to an object, passed",
    calls: 100_000,
    passage: () => guest.symbols.valueOf(counter),
    byHand: () => byHand.exports.valueOf(address),
  },
];

measureShapes(SHAPES, byHand);
