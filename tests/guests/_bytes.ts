// The modules of other people's packages, in pinned versions. Most are encoded as text in the
// package's JavaScript: the bytes that the package compiles when it starts are recorded. The others
// are a file, whose URL is known once the package is in the module graph.

import { recordModules } from "../_record_modules.ts";

async function first(start: () => Promise<unknown>): Promise<Uint8Array> {
  return (await recordModules(start))[0]!;
}

/** The module that `hash-wasm` has for one algorithm. */
export async function hashWasm(
  name: "md5" | "sha256" | "sha3" | "crc32" | "blake3" | "xxhash64" | "bcrypt",
): Promise<Uint8Array> {
  const package_ = await import("npm:hash-wasm@4.13.0");
  return name === "bcrypt"
    ? first(() => package_.bcrypt({ password: "-", salt: new Uint8Array(16), costFactor: 4 }))
    : first(() => package_[name](""));
}

/** `es-module-lexer`, the full build. */
export async function esModuleLexer(): Promise<Uint8Array> {
  const { init } = await import("npm:es-module-lexer@3.0.5");
  return first(() => init());
}

/** `es-module-lexer`, the build that finds less. */
export async function esModuleLexerMinimal(): Promise<Uint8Array> {
  const { init } = await import("npm:es-module-lexer@3.0.5/minimal");
  return first(() => init());
}

/** `cjs-module-lexer`. */
export async function cjsModuleLexer(): Promise<Uint8Array> {
  const { initSync } = await import("npm:cjs-module-lexer@2.3.0");
  return first(async () => await initSync());
}

/** The decompressor of `zstddec` for whole frames. */
export async function zstddec(): Promise<Uint8Array> {
  const { ZSTDDecoder } = await import("npm:zstddec@0.3.4");
  return first(() => new ZSTDDecoder().init());
}

/** The decompressor of `zstddec` for streams. */
export async function zstddecStream(): Promise<Uint8Array> {
  const { ZSTDDecoder } = await import("npm:zstddec@0.3.4/stream");
  return first(() => new ZSTDDecoder().init());
}

/** The parser of HTTP in `undici`: a file whose export is a buffer. */
export async function llhttp(build: "plain" | "simd"): Promise<Uint8Array> {
  const { default: bytes } = build === "plain"
    ? await import("npm:undici@7.30.2/lib/llhttp/llhttp-wasm.js")
    : await import("npm:undici@7.30.2/lib/llhttp/llhttp_simd-wasm.js");
  return new Uint8Array(bytes);
}

/** `xxhash-wasm`. */
export async function xxhashWasm(): Promise<Uint8Array> {
  await import("npm:xxhash-wasm@1.1.0");
  return beside(import.meta.resolve("npm:xxhash-wasm@1.1.0"), "../workerd/xxhash.wasm");
}

/** `farmhash-modern`. */
export async function farmhashModern(): Promise<Uint8Array> {
  await import("npm:farmhash-modern@1.1.0");
  const entry = import.meta.resolve("npm:farmhash-modern@1.1.0");
  return beside(entry, "../bin/nodejs/farmhash_modern_bg.wasm");
}

/** The mappings of `source-map`. */
export async function sourceMap(): Promise<Uint8Array> {
  await import("npm:source-map@0.8.0");
  return beside(import.meta.resolve("npm:source-map@0.8.0"), "lib/mappings.wasm");
}

/** `vscode-oniguruma`. */
export async function vscodeOniguruma(): Promise<Uint8Array> {
  await import("npm:vscode-oniguruma@2.0.1");
  return beside(import.meta.resolve("npm:vscode-oniguruma@2.0.1"), "onig.wasm");
}

/** `@cwasm/lodepng`. */
export async function lodepng(): Promise<Uint8Array> {
  await import("npm:@cwasm/lodepng@0.1.9");
  return beside(import.meta.resolve("npm:@cwasm/lodepng@0.1.9"), "lodepng.wasm");
}

/** `lz4-wasm-nodejs`. */
export async function lz4Wasm(): Promise<Uint8Array> {
  await import("npm:lz4-wasm-nodejs@0.9.2");
  return beside(import.meta.resolve("npm:lz4-wasm-nodejs@0.9.2"), "lz4_wasm_nodejs_bg.wasm");
}

function beside(entry: string, path: string): Promise<Uint8Array> {
  return Deno.readFile(new URL(path, entry));
}
