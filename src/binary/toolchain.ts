import type { Producer } from "./types.ts";

/** What compiled a module. */
export interface Toolchain {
  /** The compiler, such as `clang` or `rustc`, without the name of who packaged it. */
  readonly name: string;
  /** The version as the compiler writes it; may be empty. */
  readonly version: string;
  /** The source language without its edition, such as `C`, `C++` or `Rust`, where it is told. */
  readonly language?: string;
}

/** Tools that work on what a compiler made. */
const POST_PROCESSORS = /^(?:walrus|wasm-bindgen|wasm-snip|wasm-opt|wasm-tools|wit-|componentize)/;

/** What a compiler's own language is called, for modules linked from several. */
const LANGUAGES: Readonly<Record<string, RegExp>> = { clang: /^C/, rustc: /^Rust$/ };

/**
 * The toolchain that a module's `producers` name.
 *
 * @param producers the lines of the `producers` section
 * @returns the compiler, or else whatever processed the module; nothing where none is named
 */
export function toolchain(producers: readonly Producer[]): Toolchain | undefined {
  const tools = producers.filter(({ field }) => field === "processed-by" || field === "sdk");
  const tool = tools.find(({ name }) => !POST_PROCESSORS.test(name)) ?? tools[0];
  if (tool === undefined) return undefined;
  const name = /\bclang$/.test(tool.name) ? "clang" : tool.name; // "Debian clang"
  const languages = producers.filter(({ field }) => field === "language");
  const own = languages.find((language) => LANGUAGES[name]?.test(language.name)) ?? languages[0];
  const { version } = tool;
  return own === undefined ? { name, version } : { name, version, language: family(own.name) };
}

/** `C11` is C, and `C_plus_plus_14` is C++: what DWARF calls an edition. */
function family(language: string): string {
  if (/^C(?:\+\+|_plus_plus)/.test(language)) return "C++";
  return /^C\d*$/.test(language) ? "C" : language;
}
