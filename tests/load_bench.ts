// The cost of loading, beside the engine alone, which is the baseline:
//     deno task bench tests/load_bench.ts
// These loads are warm. No benchmark can measure the first load of a program, because V8 compiles
// Passage then.
import { compile, load } from "../mod.ts";
import { build, CODE, FUNCTION, leb, section, VOID_TYPE } from "./binary/_build.ts";

const GUESTS = new URL("../testdata/", import.meta.url);

/** Makes a module of that many functions, each of 80 bytes. */
function functions(count: number): Uint8Array<ArrayBuffer> {
  const steps = Array.from({ length: 25 }, () => [0x41, 1, 0x1a]); // i32.const 1, drop
  const body = [78, 0, steps, 0x01, 0x0b].flat(2);
  const indices = Array.from({ length: count }, () => 0);
  const contents = Array.from({ length: count }, () => body);
  return build(
    VOID_TYPE,
    section(FUNCTION, leb(count), indices),
    section(CODE, leb(count), contents),
  );
}

const INPUTS: [
  group: string,
  bytes: Uint8Array<ArrayBuffer>,
  imports: () => WebAssembly.Imports,
][] = [
  ["1.4 kB", await Deno.readFile(new URL("c/result_area_before.wasm", GUESTS)), () => ({})],
  [
    "0.5 kB with a memory to make",
    await Deno.readFile(new URL("c/passing_data.wasm", GUESTS)),
    () => ({ env: { memory: new WebAssembly.Memory({ initial: 256, maximum: 256 }) } }),
  ],
  ["1.7 MB", functions(20_700), () => ({})],
];

for (const [group, bytes, imports] of INPUTS) {
  Deno.bench({ group, name: `WebAssembly.instantiate, ${group}`, baseline: true }, async () => {
    await WebAssembly.instantiate(bytes, imports());
  });
  Deno.bench({ group, name: `load, ${group}` }, async () => {
    await load(bytes);
  });
}

// The second guest of a module, beside its instance alone.
for (const [group, bytes, imports] of INPUTS) {
  const compiled = await compile(bytes);
  const again = `${group} again`;
  Deno.bench({ group: again, name: `new WebAssembly.Instance, ${group}`, baseline: true }, () => {
    new WebAssembly.Instance(compiled.module, imports());
  });
  Deno.bench({ group: again, name: `WebAssembly.instantiate(module), ${group}` }, async () => {
    await WebAssembly.instantiate(compiled.module, imports());
  });
  Deno.bench({ group: again, name: `load(compiled), ${group}` }, async () => {
    await load(compiled);
  });
}
