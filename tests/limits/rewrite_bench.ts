// The time to rewrite a module, next to the time that V8 takes to compile it, and to that of only
// reading its operators.

import { findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { BoundedBody } from "../../src/limits/bounded_body.ts";
import { findSections, rewrite } from "../../src/limits/rewrite.ts";

/** Modules by their packages: their URLs from that of its main file. */
const PACKAGES: Readonly<Record<string, string>> = {
  "npm:web-tree-sitter@0.25.10": "tree-sitter.wasm",
  "npm:@bytecodealliance/jco-transpile@0.15.0": "../vendor/wasm-tools.core.wasm",
};

const CODE = 10;

/** The most parameters that engines take, so that no local is refused. */
const MOST_PARAMETERS = 1000;

/** Appends a section that no module had before, because V8 keeps what it has compiled. */
function varied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const end = Uint8Array.of(0, 9, 0, ...crypto.getRandomValues(new Uint8Array(8)));
  const copy = new Uint8Array(bytes.length + end.length);
  copy.set(bytes);
  copy.set(end, bytes.length);
  return copy;
}

for (const [name, path] of Object.entries(PACKAGES)) {
  await import(name); // puts the package into the cache
  const bytes = await Deno.readFile(new URL(path, import.meta.resolve(name)));
  const group = `${path.split("/").at(-1)}, ${(bytes.length / 1e6).toFixed(1)} MB`;
  const bench = (what: string, fn: Deno.BenchDefinition["fn"], baseline = false) =>
    Deno.bench({ name: `${group}: ${what}`, group, baseline, n: 30, warmup: 10, fn });
  bench("WebAssembly.compile", async (context) => {
    const copy = varied(bytes);
    context.start();
    await WebAssembly.compile(copy);
    context.end();
  }, true);
  bench("new WebAssembly.Module", (context) => {
    const copy = varied(bytes);
    context.start();
    new WebAssembly.Module(copy);
    context.end();
  });
  for (const asks of [false, true]) {
    bench(`rewrite for ${asks ? "a deadline" : "fuel"}`, () => {
      rewrite(bytes, readModule(bytes), asks);
    });
  }
  bench("walk all operators", () => {
    // The class that a rewrite has: with another one, V8 would make slower code for both.
    const info = readModule(bytes), body = new BoundedBody(bytes, info);
    for (const range of findBodies(findSections(bytes).get(CODE)!)) {
      body.enter(range, MOST_PARAMETERS);
      while (!body.isAtEnd) body.next();
    }
  });
}
