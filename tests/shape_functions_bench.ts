// Host functions, and functions that are passed and returned,
// each next to the same calls written by hand:
//     deno task bench tests/shape_functions_bench.ts
// The function that is called is the same on both sides. The handwritten side converts its
// arguments and results without bounds; it is printed with `-- --by-hand`.
import { allocator, hostFunction, load, type StructValue } from "../mod.ts";
import { dataOf, exportsOf, fileOf, measureShapes, type Shape } from "./_shapes.ts";

/** The module of an import (i32, i32) -> i32 that is exported again, in bytes. */
const ADAPTER = new WebAssembly.Module(
  Uint8Array.from(
    "0061736d01000000010701 60027f7f017f 0207010168016600000705010166 0000".replaceAll(" ", "")
      .match(/../g)!.map((byte) => parseInt(byte, 16)),
  ),
);

/** Puts a function (i32, i32) -> i32 into a table and returns its index. */
function intoTable(table: WebAssembly.Table, f: (left: number, right: number) => number): number {
  const adapted = new WebAssembly.Instance(ADAPTER, { h: { f } }).exports.f as () => void;
  const index = table.grow(1);
  table.set(index, adapted);
  return index;
}

// A guest that calls the host in a loop.
const TIMES = 100;
using asking = await load(fileOf("shapes"), {
  convention: allocator({ allocate: "malloc", free: "free" }),
  imports: {
    env: {
      number: hostFunction({ parameters: ["i32"], result: "i32" }, (value) => value + 1),
      text: hostFunction({ parameters: ["string"], result: "i32" }, (text) => text.length),
    },
  },
  symbols: {
    ask_number: { parameters: ["i32"], result: "i32" },
    ask_text: { parameters: ["string", "i32"], result: "i32" },
  },
});
const words = Array.from({ length: 8 }, (_, index) => ["Hello there, ", index].join(""));
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// A guest that sorts 64 numbers in its memory by a comparator.
const NUMBERS = 64;
// Neighbours are in order by their addresses, so each is compared once.
const order = (left: number, right: number) => left - right;
using sorter = await load(fileOf("function_pointers"), {
  symbols: {
    sort: {
      parameters: [
        "pointer",
        "u32",
        { type: "function", parameters: ["pointer", "pointer"], result: "i32" },
      ],
      result: "void",
    },
    malloc: { parameters: ["u32"], result: "pointer" },
  },
});
const sorted = sorter.symbols.malloc(4 * NUMBERS);
const sorts = await exportsOf<{
  __indirect_function_table: WebAssembly.Table;
  malloc(size: number): number;
  sort(items: number, count: number, compare: number): void;
}>("function_pointers");
const items = sorts.malloc(4 * NUMBERS);
const compare = intoTable(sorts.__indirect_function_table, order);

// A guest that returns functions, passes two to the host, and asks the host for one.
const OP = { type: "function", parameters: ["i32", "i32"], result: "i32" } as const;
const HANDLER = {
  type: "function",
  parameters: ["i32", "i32", "pointer"],
  result: "void",
} as const;
type Op = (left: number, right: number) => number;
const multiply: Op = (left, right) => left * right;
const PLUS = "+".charCodeAt(0);

using functions = await load(fileOf("function_values"), {
  missing: "trap",
  imports: {
    env: {
      on_click: hostFunction(
        { parameters: [HANDLER, "pointer"], result: "void" },
        (handler, data) => handler?.(1, 2, data),
      ),
      find_op: hostFunction({ parameters: ["i32"], result: OP }, () => multiply),
    },
  },
  symbols: {
    get_op: { parameters: ["i32"], result: OP },
    start: { parameters: [], result: "void" },
    calculate: { parameters: ["i32", "i32", "i32"], result: "i32" },
  },
});

// A guest that passes structs to the host and takes out-parameters from it.
const POINT = { type: "struct", fields: { x: "i32", y: "i32" } } as const;
const RECT = { type: "struct", fields: { a: POINT, b: POINT } } as const;
const areaOf = ({ a, b }: StructValue<typeof RECT.fields>) => (b.x - a.x) * (b.y - a.y);
const divided = (left: number, right: number) => ({
  result: right !== 0,
  quotient: (left / right) | 0,
  remainder: left % right,
});
interface StructCalls {
  call_area(x: number, y: number): number;
  call_divide(left: number, right: number): number;
}
using structs = await load(fileOf("host_structs"), {
  convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" }),
  missing: "trap",
  imports: {
    env: {
      area: hostFunction({ parameters: [RECT], result: "i32" }, areaOf),
      divide: hostFunction({
        parameters: [
          "i32",
          "i32",
          { type: "out", name: "quotient", value: "i32" },
          { type: "out", name: "remainder", value: "i32" },
        ],
        result: "bool",
      }, divided),
    },
  },
});

// A guest that calls a function in a struct.
using tables = await load(fileOf("vtables"), {
  missing: "trap",
  symbols: {
    run_pair: {
      parameters: [{ type: "struct", fields: { apply: OP, left: "i32", right: "i32" } }],
      result: "i32",
    },
    one_op: {
      parameters: ["bool"],
      result: { type: "struct", fields: { apply: OP }, by: "value" },
    },
  },
});
const ownTables = await exportsOf<{
  __indirect_function_table: WebAssembly.Table;
  malloc(size: number): number;
  run_pair(pair: number): number;
  one_op(plus: number): number;
}>("vtables");
const pairAt = ownTables.malloc(12);
const pairData = dataOf(ownTables.memory);
const multiplyInTables = intoTable(ownTables.__indirect_function_table, multiply);

const byHand = {
  runPair(left: number, right: number) {
    const data = pairData();
    data.setUint32(pairAt, multiplyInTables, true);
    data.setInt32(pairAt + 4, left, true);
    data.setInt32(pairAt + 8, right, true);
    return ownTables.run_pair(pairAt);
  },
  oneOp: () => ownTables.__indirect_function_table.get(ownTables.one_op(1)) as Op,
  number: (value: number) => value + 1,
  text: (pointer: number, length: number) =>
    decoder.decode(new Uint8Array(ownAsking.memory.buffer, pointer >>> 0, length >>> 0)).length,
  askText(text: string, times: number) {
    const bytes = encoder.encode(text);
    const pointer = ownAsking.malloc(bytes.length) >>> 0;
    new Uint8Array(ownAsking.memory.buffer).set(bytes, pointer);
    const sum = ownAsking.ask_text(pointer, bytes.length, times);
    ownAsking.free(pointer);
    return sum;
  },
  sort: () => sorts.sort(items, NUMBERS, compare),
  getOp: () => table.get(ownFunctions.get_op(PLUS)) as Op,
  onClick(handler: number, data: number) {
    table.get(handler)!(1, 2, data);
  },
  findOp: () => multiplyAt,
  area(rect: number) {
    const data = structData();
    return areaOf({
      a: { x: data.getInt32(rect, true), y: data.getInt32(rect + 4, true) },
      b: { x: data.getInt32(rect + 8, true), y: data.getInt32(rect + 12, true) },
    });
  },
  divide(left: number, right: number, quotient: number, remainder: number) {
    const answer = divided(left, right);
    const data = structData();
    data.setInt32(quotient, answer.quotient, true);
    data.setInt32(remainder, answer.remainder, true);
    return answer.result ? 1 : 0;
  },
};

const ownAsking = await exportsOf<{
  malloc(length: number): number;
  free(block: number): void;
  ask_number(times: number): number;
  ask_text(text: number, length: number, times: number): number;
}>("shapes", { number: byHand.number, text: byHand.text });
const ownFunctions = await exportsOf<{
  __indirect_function_table: WebAssembly.Table;
  get_op(name: number): number;
  start(): void;
  calculate(name: number, left: number, right: number): number;
}>("function_values", { on_click: byHand.onClick, find_op: byHand.findOp });
const table = ownFunctions.__indirect_function_table;
const multiplyAt = intoTable(table, multiply);
const ownStructs = await exportsOf<StructCalls>("host_structs", {
  area: byHand.area,
  divide: byHand.divide,
});
const structData = dataOf(ownStructs.memory);

const { ask_number, ask_text } = asking.symbols;
const { get_op, start, calculate } = functions.symbols;
// Both sides call these exports themselves, so that only the host functions differ.
const structCalls = structs.exports as unknown as StructCalls;
const add = get_op(PLUS)!, ownAdd = byHand.getOp();

const SHAPES: readonly Shape[] = [
  {
    name: "a host function (i32) -> i32",
    calls: 2_000,
    times: TIMES,
    passage: () => ask_number(TIMES),
    byHand: () => ownAsking.ask_number(TIMES),
  },
  {
    name: "a host function of a text of 13 B",
    calls: 100,
    times: TIMES,
    passage: (turn) => ask_text(words[turn & 7]!, TIMES),
    byHand: (turn) => byHand.askText(words[turn & 7]!, TIMES),
  },
  {
    name: "a function pointer (i32, i32) -> i32",
    calls: 2_000,
    times: NUMBERS - 1,
    passage: () => sorter.symbols.sort(sorted, NUMBERS, order),
    byHand: () => byHand.sort(),
  },
  {
    name: "a function pointer, returned",
    calls: 30_000,
    passage: () => get_op(PLUS),
    byHand: () => byHand.getOp(),
  },
  {
    name: "a returned function, called",
    calls: 100_000,
    passage: (turn) => add(turn, 7),
    byHand: (turn) => ownAdd(turn, 7),
  },
  {
    name: "a host function calling what it gets",
    calls: 10_000,
    times: 2,
    passage: () => start(),
    byHand: () => ownFunctions.start(),
  },
  {
    name: "a host function returning a function",
    calls: 30_000,
    passage: (turn) => calculate(PLUS, turn, 7),
    byHand: (turn) => ownFunctions.calculate(PLUS, turn, 7),
  },
  {
    name: "a host function of a struct",
    calls: 30_000,
    passage: (turn) => structCalls.call_area(turn & 1023, 7),
    byHand: (turn) => ownStructs.call_area(turn & 1023, 7),
  },
  {
    name: "a host function of two out-parameters",
    calls: 30_000,
    passage: (turn) => structCalls.call_divide(turn, 7),
    byHand: (turn) => ownStructs.call_divide(turn, 7),
  },
  {
    name: "a function in a struct, passed",
    calls: 30_000,
    passage: (turn) => tables.symbols.run_pair({ apply: multiply, left: turn, right: 3 }),
    byHand: (turn) => byHand.runPair(turn, 3),
  },
  {
    name: "a function in a struct, returned and called",
    calls: 30_000,
    passage: (turn) => tables.symbols.one_op(true).apply(turn, 3),
    byHand: (turn) => byHand.oneOp()(turn, 3),
  },
];

measureShapes(SHAPES, byHand);
