import type { KnownForm } from "../../instance/known_form.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { type Encoding, SHORT_BYTES } from "../../memory/text/codec.ts";

/**
 * A function that is written as JavaScript and made from it, so that V8 optimizes each one for its
 * own guest: closures that come from one place share what V8 knows of them, which costs more than
 * all that a short text's pass has to do.
 *
 * Nothing of a guest or of a caller becomes source. Whatever the source uses is bound to a name.
 */
export class Source {
  static #made = 0;
  readonly #values: unknown[] = [];
  readonly #lines: string[] = [];
  readonly #known: KnownForm | undefined;

  /** Source for a function of its own, or for one that `known` may have already. */
  constructor(known?: KnownForm) {
    this.#known = known;
  }

  /** A name for a value, within the source. */
  bind(value: unknown): string {
    const known = this.#values.indexOf(value);
    return `$${known >= 0 ? known : this.#values.push(value) - 1}`;
  }

  /** Adds lines of source. */
  add(lines: string): void {
    this.#lines.push(lines);
  }

  /** The function that `add` was given; nothing where V8 may not make code from strings. */
  make<T>(): T | undefined {
    const names = this.#values.map((_, index) => `$${index}`);
    const lines = this.#lines.join("\n");
    const text = `${names}\n${lines}`;
    try {
      // Where two sources are alike, V8 makes one of them, and its functions share what it learns.
      const name = `"use strict"; // ${Source.#made++}`;
      const outer = this.#known?.find(text) ?? new Function(...names, `${name}\n${lines}`);
      this.#known?.keep(text, outer);
      return outer(...this.#values) as T;
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}

/**
 * Whether a record has no other fields than those that were taken out of it. What a compiled form
 * does not know it must not ignore: the compiler refuses a field that was added since.
 */
export function hasNoMore(rest: Readonly<Record<PropertyKey, never>>): boolean {
  return Object.values(rest).every((value) => value === undefined);
}

/**
}

/**
 * Writes throwing unless a range is within memory: its pointer and its length, which are no
 * negative numbers, are compared before anything is called. A range of no bytes can be anywhere.
 */
export function writeBounds(
  memory: string,
  action: "read" | "write",
  pointer: string,
  byteLength: string,
): string {
  return `if (${pointer} + ${byteLength} > ${memory}.size && ${byteLength} > 0) ` +
    `${memory}.check("${action}", ${pointer}, ${byteLength});`;
}

// Texts pass by the codec; short ones by its two functions for them, which V8 writes out as a call
// of WebAssembly. What they refuse is for the codec to explain.

/** Writes reading the text in `length` bytes at `pointer`. */
export function writeDecode(
  source: Source,
  memory: GuestMemory,
  encoding: Encoding,
  { pointer, length }: { readonly pointer: string; readonly length: string },
): string {
  const codec = memory.codec(encoding);
  const short = codec.short();
  const whole = `${source.bind(codec)}.read(${pointer}, ${length})`;
  if (short === undefined) return whole;
  const read = source.bind(short.read);
  return `(${length} <= ${SHORT_BYTES} ? ${read}(${pointer}, ${length}) : null) ?? ${whole}`;
}
