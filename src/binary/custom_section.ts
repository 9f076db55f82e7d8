// WebAssembly 3.0, section 5.5.3 "Custom section", and the tool conventions' "Producers section".

import { WasmFormatError } from "../base/errors.ts";
import type { Draft } from "./draft.ts";
import { byteCount, type Reader } from "./reader.ts";
import type { Producer } from "./types.ts";

/** Reads a custom section: its name, and its contents only if the name is `producers`. */
export function readCustomSection(reader: Reader, draft: Draft): void {
  const name = reader.name("custom section name");
  const byteLength = reader.remaining;
  draft.customSections.push({ name, offset: reader.position, byteLength });
  const contents = reader.range(byteLength, "custom section");
  if (name !== "producers") return;
  try {
    draft.producers.push(...readProducers(contents));
  } catch (error) {
    // The engine accepts a module with any contents in its custom sections, so a faulty one is
    // ignored.
    if (!(error instanceof WasmFormatError)) throw error;
  }
}

const MAX_FIELDS = 100;

const MAX_PRODUCERS = 1000;

/** Reads the contents of a `producers` section. */
function readProducers(reader: Reader): Producer[] {
  const producers: Producer[] = [];
  const fields = reader.count("producers field count", MAX_FIELDS, 2);
  for (let item = 0; item < fields; item++) {
    const field = reader.name("producers field");
    const count = reader.count("producers count", MAX_PRODUCERS, 2);
    for (let value = 0; value < count; value++) {
      const name = reader.name("producer");
      producers.push({ field, name, version: reader.name("producer version") });
    }
  }
  if (reader.remaining > 0) {
    const problem = `${byteCount(reader.remaining)} left, expected the end of the section`;
    reader.fail("producers section", reader.position, problem);
  }
  return producers;
}

/** The compiler of a module. */
export interface Toolchain {
  /** The compiler, such as `clang` or `rustc`, without the name of its distributor. */
  readonly name: string;
  /** The version as the compiler writes it; may be empty. */
  readonly version: string;
  /** The source language without its edition, such as `C`, `C++` or `Rust`, if it is named. */
  readonly language?: string;
}

/** Tools that process the output of a compiler. */
const POST_PROCESSORS = /^(?:walrus|wasm-bindgen|wasm-snip|wasm-opt|wasm-tools|wit-|componentize)/;

/** The languages of some compilers, for modules linked from several. */
const LANGUAGES: Readonly<Record<string, RegExp>> = { clang: /^C/, rustc: /^Rust$/ };

/**
 * Returns the toolchain that a module's `producers` name.
 *
 * @param producers the lines of the `producers` section
 * @returns the compiler, or else a tool that processed the module; `undefined` if none is named
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

/**
 * Returns a language without its edition: `C11` is C, and `C_plus_plus_14`, as DWARF calls it, is
 * C++.
 */
function family(language: string): string {
  if (/^C(?:\+\+|_plus_plus)/.test(language)) return "C++";
  return /^C\d*$/.test(language) ? "C" : language;
}
