// Measures shapes of call beside the same written by hand, for the benchmarks of shapes. They take
// `-- --only=text` for the rows whose name has that text, and `-- --by-hand`, which prints the
// handwritten side.

/** One shape: both sides, called with the number of the call. */
export interface Shape {
  readonly name: string;
  /** The number of crossings in one call: the guest of host functions calls back that often. */
  readonly times?: number;
  readonly calls: number;
  readonly passage: (turn: number) => unknown;
  readonly byHand: (turn: number) => unknown;
}

/**
 * Measures each shape in rounds in which the sides take turns, and prints a row for it. A ratio is
 * the median over rounds of Passage's time to that of the other side.
 */
export function measureShapes(shapes: readonly Shape[], byHand: object): void {
  if (Deno.args.includes("--by-hand")) {
    for (const [name, call] of Object.entries(byHand)) console.log(`${name}: ${call}\n`);
  }
  const only = Deno.args.find((argument) => argument.startsWith("--only="))?.slice(7) ?? "";
  console.log(`${"ns for each call".padEnd(38)}    by hand    Passage   ratio`);
  for (const shape of shapes) {
    if (shape.name.includes(only)) measure(shape);
  }
}

/** Returns where a guest of C lies. */
export function fileOf(name: string): URL {
  return new URL(`../testdata/c/${name}.wasm`, import.meta.url);
}

/** Instantiates a guest of C for the handwritten side; its other imports do nothing. */
export async function exportsOf<E>(
  name: string,
  imports: Record<string, WebAssembly.ImportValue> = {},
): Promise<E & { readonly memory: WebAssembly.Memory }> {
  const module = await WebAssembly.compile(await Deno.readFile(fileOf(name)));
  const rest = WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]);
  const env = { ...Object.fromEntries(rest), ...imports };
  const { exports } = await WebAssembly.instantiate(module, { env });
  return exports as E & { readonly memory: WebAssembly.Memory };
}

/** Returns what makes a view of a memory, once until the memory grows. */
export function dataOf(memory: WebAssembly.Memory): () => DataView {
  let data = new DataView(memory.buffer);
  return () => data.buffer.byteLength === 0 ? data = new DataView(memory.buffer) : data;
}

/** Makes a loop over one side that V8 compiles for it alone. */
function loopOver(call: (turn: number) => unknown): (calls: number) => unknown {
  const source = `// ${loops++}
    return (calls) => {
      let last;
      for (let turn = 0; turn < calls; turn++) last = call(turn);
      return last;
    };`;
  return new Function("call", source)(call);
}
let loops = 0;

const ROUNDS = 31;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function measure({ name, calls, times = 1, passage, byHand }: Shape): void {
  const sides = [passage, byHand].map(loopOver);
  const [ours, theirs] = sides.map((loop) => loop(200));
  // Both sides must have the same result to be compared.
  const shown = (value: unknown) =>
    typeof value === "bigint" ? `${value}` : JSON.stringify(value ?? null);
  if (shown(ours) !== shown(theirs)) throw new Error(`${name}: ${shown(ours)}, ${shown(theirs)}`);
  const spent: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [0, 1] as const : [1, 0] as const) {
      const start = performance.now();
      sides[side]!(calls);
      spent[side].push((performance.now() - start) * 1e6 / calls / times);
    }
  }
  const [fast, hand] = [spent[0].slice(3), spent[1].slice(3)];
  const ratio = median(fast.map((time, index) => time / hand[index]!));
  print(name, median(hand), median(fast), ratio);
}

function print(name: string, hand: number, ours: number, ratio: number): void {
  const columns = [hand, ours].map((time) => time.toFixed(1).padStart(10));
  console.log(`${name.padEnd(38)} ${columns.join(" ")} ${ratio.toFixed(2).padStart(7)}`);
}
