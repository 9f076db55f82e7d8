import { fromFileUrl, join } from "@std/path";
import { recordModules } from "../_record_modules.ts";

/** A real module. */
export interface Sample {
  /** Its origin. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Packages, and the program that makes each of them compile its modules. */
const PACKAGES: readonly (readonly [name: string, start: () => Promise<unknown>])[] = [
  ["wasm-feature-detect", async () => {
    const detectors = await import("npm:wasm-feature-detect@1.8.0");
    for (const detect of Object.values(detectors)) await detect();
  }],
  ["hash-wasm", async () => {
    const hash = await import("npm:hash-wasm@4.13.0");
    const make = [
      hash.createAdler32,
      hash.createBLAKE2b,
      hash.createBLAKE3,
      hash.createCRC64,
      hash.createKeccak,
      hash.createMD4,
      hash.createMD5,
      hash.createRIPEMD160,
      hash.createSHA1,
      hash.createSHA256,
      hash.createSHA512,
      hash.createSM3,
      hash.createWhirlpool,
      hash.createXXHash128,
    ];
    for (const each of make) await each();
    const salt = new Uint8Array(16);
    await hash.bcrypt({ password: "password", salt, costFactor: 4 });
  }],
  ["es-module-lexer", async () => (await import("npm:es-module-lexer@3.0.5")).init()],
  ["cjs-module-lexer", async () => (await import("npm:cjs-module-lexer@2.3.0")).init()],
  ["undici", async () => {
    await WebAssembly.compile(
      (await import("npm:undici@7.30.2/lib/llhttp/llhttp-wasm.js")).default,
    );
    await WebAssembly.compile(
      (await import("npm:undici@7.30.2/lib/llhttp/llhttp_simd-wasm.js")).default,
    );
  }],
  ["zstddec", async () => new (await import("npm:zstddec@0.3.4")).ZSTDDecoder().init()],
  ["xxhash-wasm", async () => (await import("npm:xxhash-wasm@1.1.0")).default()],
  ["@cwasm/lodepng", () => import("npm:@cwasm/lodepng@0.1.9")],
  ["lz4-wasm-nodejs", () => import("npm:lz4-wasm-nodejs@0.9.2")],
  ["farmhash-modern", () => import("npm:farmhash-modern@1.1.0")],
  ["source-map", async () => {
    const { SourceMapConsumer } = await import("npm:source-map@0.8.0");
    await new SourceMapConsumer({ version: 3, file: "", sources: [], names: [], mappings: "" });
  }],
  ["vscode-oniguruma", async () => {
    await import("npm:vscode-oniguruma@2.0.1"); // puts the package into the cache
    const url = import.meta.resolve("npm:vscode-oniguruma@2.0.1/release/onig.wasm");
    await WebAssembly.compile(await Deno.readFile(new URL(url)));
  }],
  ["web-tree-sitter", async () => {
    await (await import("npm:web-tree-sitter@0.25.10")).Parser.init();
  }],
  ["yoga-layout", () => import("npm:yoga-layout@3.2.1")],
];

/** Returns the modules in npm packages: all that reach the engine while the packages start. */
export async function npmSamples(): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [name, start] of PACKAGES) {
    const modules = await recordModules(start);
    if (modules.length === 0) throw new Error(`no module came from "${name}"`);
    modules.forEach((bytes, index) => samples.push({ name: `${name} ${index}`, bytes }));
  }
  return samples;
}

/** Returns the modules of this repository's own guests. */
export async function ownSamples(): Promise<Sample[]> {
  const root = fromFileUrl(new URL("../../testdata", import.meta.url));
  const samples: Sample[] = [];
  for await (const name of walk(root)) samples.push({ name, bytes: await Deno.readFile(name) });
  return samples;
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    // Components are no modules.
    if (entry.isDirectory && entry.name !== "component") yield* walk(path);
    else if (entry.name.endsWith(".wasm")) yield path;
  }
}
