// Measures kinds of calls against the same calls written by hand, for the benchmarks
// `shape_*_bench.ts`. The flag `-- --only=text` selects the rows whose names contain that text; `--
// --by-hand` prints the handwritten code.

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

/** Returns the URL of a C guest. */
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

/**
 * Returns a function that returns a view of a memory, which is made anew only after the memory has
 * grown.
 */
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
  const [hand, ours] = timeSides(name, calls, [byHand, passage]);
  print(name, hand!.time / times, ours!.time / times, ours!.ratio);
}

/**
 * The time that one side takes for a call: in nanoseconds, and as a multiple of the first side's.
 */
export interface Timed {
  readonly time: number;
  readonly ratio: number;
}

/**
 * Measures sides in rounds in which they take turns. Times and ratios are medians over rounds.
 *
 * @throws {Error} if the sides have different results, and so cannot be compared.
 */
export function timeSides(
  name: string,
  calls: number,
  sides: readonly ((turn: number) => unknown)[],
): Timed[] {
  const loops = sides.map(loopOver);
  const shown = loops.map((loop) => show(loop(200)));
  if (new Set(shown).size > 1) throw new Error(`${name}: ${shown.join(", ")}`);
  const spent = sides.map((): number[] => []);
  const order = [...sides.keys()];
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? order : order.toReversed()) {
      const start = performance.now();
      loops[side]!(calls);
      spent[side]!.push((performance.now() - start) * 1e6 / calls);
    }
  }
  const warm = spent.map((times) => times.slice(3));
  return warm.map((times) => ({
    time: median(times),
    ratio: median(times.map((time, index) => time / warm[0]![index]!)),
  }));
}

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}` : JSON.stringify(value ?? null);
}

function print(name: string, hand: number, ours: number, ratio: number): void {
  const columns = [hand, ours].map((time) => time.toFixed(1).padStart(10));
  console.log(`${name.padEnd(38)} ${columns.join(" ")} ${ratio.toFixed(2).padStart(7)}`);
}
