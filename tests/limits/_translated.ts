// Random modules with all features of engines: binaryen's `wasm-opt` translates random bytes into
// them.

import { createRequire } from "node:module";
import process from "node:process";
import { randomOf } from "./_random.ts";

await import("npm:binaryen@132.0.0"); // puts the package into the cache

const TOOL = new URL("./bin/wasm-opt", import.meta.resolve("npm:binaryen@132.0.0"));

/**
 * Features that V8 lacks, and atomic operators, for which the tool uses memory orders that V8 does
 * not know.
 */
const OFF = [
  ...["compact-imports", "custom-descriptors", "fp16", "shared-everything", "stack-switching"],
  ...["strings", "threads"],
];

const INPUT = await Deno.makeTempFile(), OUTPUT = await Deno.makeTempFile();
globalThis.addEventListener(
  "unload",
  () => [INPUT, OUTPUT].forEach((path) => Deno.removeSync(path)),
);

const FLAGS = [
  ...[INPUT, "-ttf", "-o", OUTPUT, "-q", "--no-validation", "-all"],
  ...OFF.map((name) => `--disable-${name}`),
  // V8 refuses both kinds of exceptions in one module.
  "--translate-to-exnref",
];

type Run = (
  module: unknown,
  require: unknown,
  process: unknown,
  filename: string,
  dirname: string,
) => Promise<void>;

/** The program, which runs once for each call. */
let tool: { run: Run; module?: WebAssembly.Module } | undefined;

async function loadTool(): Promise<{ run: Run; module?: WebAssembly.Module }> {
  const text = (await Deno.readTextFile(TOOL)).replace(/^#!.*\n/, "")
    .replace("createWasm().then(()=>run());", "return createWasm().then(()=>run());");
  const parameters = ["Module", "require", "process", "__filename", "__dirname"];
  return { run: new Function(...parameters, text) as Run };
}

/** Translates the random bytes of a seed into a module, which the engine may refuse. */
export async function translate(seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const loaded = tool ??= await loadTool();
  const random = randomOf(seed);
  const input = Uint8Array.from({ length: 500 + random(4000) }, () => random(256));
  await Deno.writeFile(INPUT, input);
  const { instantiate } = WebAssembly;
  // Otherwise the program would be compiled each time.
  Object.assign(WebAssembly, {
    async instantiate(bytes: BufferSource, imports: WebAssembly.Imports) {
      const module = loaded.module ??= await WebAssembly.compile(bytes);
      return { module, instance: new WebAssembly.Instance(module, imports) };
    },
  });
  try {
    const { versions, platform } = process;
    const binding = (name: string) => (process as unknown as Binding).binding(name);
    const own = { versions, platform, argv: [], binding };
    const module = { arguments: [...FLAGS], print: () => {}, printErr: () => {} };
    await loaded.run(module, createRequire(import.meta.url), own, TOOL.pathname, "");
  } finally {
    Object.assign(WebAssembly, { instantiate });
  }
  return await Deno.readFile(OUTPUT);
}

interface Binding {
  binding(name: string): unknown;
}
