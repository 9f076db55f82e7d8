// Calls of a component, each beside the code that jco generates for it without its debug log, and
// beside Passage on the core module alone, where its functions can be declared:
//     deno task bench tests/component_bench.ts
import { canonicalAbi, hostFunction, load } from "../mod.ts";
import { transpile } from "npm:@bytecodealliance/jco@1.35.0";
import { readComponent } from "../src/component/component.ts";
import { timeSides } from "./_shapes.ts";

const COMPONENT = new URL("../testdata/component/echoes.wasm", import.meta.url);

const API = "test:echoes/api";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

type Shape = { readonly tag: "dot" } | { readonly tag: "circle"; readonly val: number } | {
  readonly tag: "label";
  readonly val: string;
};

interface Echoes {
  add(a: number, b: number): number;
  text(value: string): string;
  bytes(value: Uint8Array): Uint8Array;
  numbers(value: Uint32Array): Uint32Array;
  texts(value: readonly string[]): string[];
  points(value: readonly Point[]): Point[];
  point(value: Point): Point;
  shape(value: Shape): Shape;
  maybe(value: number | undefined): number | undefined;
  half(value: number): number;
  relay(value: string): void;
}

let logged = 0;
const log = (text: string) => {
  logged += text.length;
};

const bytes = await Deno.readFile(COMPONENT);
using guest = await load(bytes, { imports: { "": { log } } });
const passage = guest.interfaces[API] as Echoes;
const jco = await generated();
using core = await coreAlone();

/** Makes what jco generates of the component. */
async function generated(): Promise<Echoes> {
  const { files } = await transpile(bytes, { name: "echoes", instantiation: "sync" });
  const source = new TextDecoder().decode(files["echoes.js"]);
  // It reads an environment variable many times in each call.
  const logging = "if (!globalThis?.process?.env?.JCO_DEBUG) { return; }";
  if (!source.includes(logging)) throw new Error("jco generates another debug log");
  const code = source.replaceAll(logging, "return;");
  const { instantiate } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const compile = (name: string) => new WebAssembly.Module(Uint8Array.from(files[name]!));
  return instantiate(compile, { log: { default: log } })[API];
}

/** Loads the main core module, on the module with its allocator. */
async function coreAlone() {
  const { definitions } = readComponent(bytes);
  const [heap, main] = definitions.flatMap((definition) =>
    definition.kind === "core module"
      ? [bytes.slice(definition.contents, definition.contents + definition.byteLength)]
      : []
  );
  const allocator = new WebAssembly.Instance(new WebAssembly.Module(heap!));
  const numbers = { type: "array", element: "u32" } as const;
  const field = <K extends "i32" | "f64">(type: K, offset: number) => ({
    type,
    value: { load: type, at: "result", offset },
  } as const);
  return await load(main!, {
    convention: canonicalAbi(),
    imports: {
      heap: allocator.exports,
      host: { log: hostFunction({ parameters: ["string"], result: "void" }, log) },
    },
    symbols: {
      add: { parameters: ["u32", "u32"], result: "u32" },
      text: { parameters: ["string"], result: "string" },
      bytes: { parameters: ["bytes"], result: "bytes" },
      numbers: { parameters: [numbers], result: numbers },
      point: {
        parameters: ["i32", "i32", "f64"],
        result: {
          type: "record",
          fields: { x: field("i32", 0), y: field("i32", 4), z: field("f64", 8) },
        },
      },
      relay: { parameters: ["string"], result: "void" },
    },
  });
}

/** Makes eight different values, which calls take in turn. */
function eight<T>(make: (index: number) => T): (turn: number) => T {
  const made = Array.from({ length: 8 }, (_, index) => make(index));
  return (turn) => made[turn & 7]!;
}

/** Makes texts of a length, which are flat, as those that come from a file are. */
function texts(length: number): (turn: number) => string {
  return eight((index) => ["Hello there, ".repeat(80).slice(0, length - 1), index].join(""));
}

interface Row {
  readonly calls: number;
  /** The same call of Passage and of jco. */
  readonly call: (echoes: Echoes, turn: number) => unknown;
  readonly core?: (turn: number) => unknown;
}

function textRow(length: number, calls: number): Row {
  const inputs = texts(length);
  const { text } = core.symbols;
  return {
    calls,
    call: ({ text }, turn) => text(inputs(turn)),
    core: (turn) => text(inputs(turn)),
  };
}

const { add, bytes: coreBytes, numbers: coreNumbers, point, relay } = core.symbols;
const [short, kilobyte] = [texts(13), texts(1024)];
const makePoint = (index: number) => ({ x: index, y: -index, z: index / 2 });
const onePoint = eight(makePoint);
const bytesOf = (length: number) => eight((index) => new Uint8Array(length).fill(index));
const [fewBytes, manyBytes] = [bytesOf(100), bytesOf(10_000)];
const numbers = eight((index) => new Uint32Array(100).fill(index));
const hundred = <T>(make: (index: number) => T) =>
  eight((turn) => Array.from({ length: 100 }, (_, index) => make(index + turn)));
const [manyTexts, manyPoints] = [hundred(short), hundred(makePoint)];
const shapes = eight((index): Shape =>
  index % 2 === 0 ? { tag: "circle", val: index } : { tag: "label", val: `label ${index}` }
);

const ROWS: Readonly<Record<string, Row>> = {
  "add": {
    calls: 20_000,
    call: ({ add }, turn) => add(turn, 2),
    core: (turn) => add(turn, 2),
  },
  "string of 13 B": textRow(13, 5000),
  "string of 64 B": textRow(64, 5000),
  "string of 1 KB": textRow(1024, 2000),
  "record": {
    calls: 5000,
    call: ({ point }, turn) => point(onePoint(turn)),
    core: (turn) => {
      const { x, y, z } = onePoint(turn);
      return point(x, y, z);
    },
  },
  "list<u8> of 100": {
    calls: 5000,
    call: ({ bytes }, turn) => bytes(fewBytes(turn)),
    core: (turn) => coreBytes(fewBytes(turn)),
  },
  "list<u8> of 10,000": {
    calls: 1000,
    call: ({ bytes }, turn) => bytes(manyBytes(turn)),
    core: (turn) => coreBytes(manyBytes(turn)),
  },
  "list<u32> of 100": {
    calls: 5000,
    call: ({ numbers: list }, turn) => list(numbers(turn)),
    core: (turn) => coreNumbers(numbers(turn)),
  },
  "list<string> of 100": { calls: 100, call: ({ texts }, turn) => texts(manyTexts(turn)) },
  "list<record> of 100": { calls: 200, call: ({ points }, turn) => points(manyPoints(turn)) },
  "variant": { calls: 5000, call: ({ shape }, turn) => shape(shapes(turn)) },
  "option": { calls: 5000, call: ({ maybe }, turn) => maybe(turn % 3 === 0 ? undefined : turn) },
  "result": { calls: 5000, call: ({ half }, turn) => half(turn * 2) },
  "host function, string of 13 B": {
    calls: 5000,
    call: ({ relay }, turn) => relay(short(turn)),
    core: (turn) => relay(short(turn)),
  },
  "host function, string of 1 KB": {
    calls: 2000,
    call: ({ relay }, turn) => relay(kilobyte(turn)),
    core: (turn) => relay(kilobyte(turn)),
  },
};

const print = (name: string, ...columns: (number | string)[]) =>
  console.log(name.padEnd(30) + columns.map((column) => String(column).padStart(9)).join(""));
const only = Deno.args.find((argument) => argument.startsWith("--only="))?.slice(7) ?? "";
print("ns for each call", "Passage", "jco", "jco/P", "core", "P/core");
for (const [name, { calls, call, core }] of Object.entries(ROWS)) {
  if (!name.includes(only)) continue;
  const sides = [(turn: number) => call(passage, turn), (turn: number) => call(jco, turn)];
  if (core !== undefined) sides.push(core);
  const [ours, theirs, alone] = timeSides(name, calls, sides);
  const rest = alone === undefined ? [] : [alone.time.toFixed(0), (1 / alone.ratio).toFixed(2)];
  print(name, ours!.time.toFixed(0), theirs!.time.toFixed(0), theirs!.ratio.toFixed(1), ...rest);
}
