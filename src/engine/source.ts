import type { ValueType } from "../binary/types.ts";
import type { Place, Value } from "../conventions/convention.ts";
import type { GuestMemory } from "../memory.ts";
import { type Encoding, SHORT_BYTES, SHORT_UNITS } from "../text/codec.ts";
import type { Realm } from "./realm.ts";

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
    try {
      // Where two sources are alike, V8 makes one of them, and its functions share what it learns.
      const name = `"use strict"; // ${Source.#made++}`;
      const outer = new Function(...names, `${name}\n${this.#lines.join("\n")}`);
      return outer(...this.#values) as T;
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}

/**
 * To write source and to have V8 compile it takes 130 µs, and saves some 80 ns a call: guests that
 * are made anew for a few calls do without.
 */
const OFTEN = 100;

/**
 * A function that does what `plain` does, and when it has been called often, gives `replace` what
 * `make` makes: that does the same, faster. Where nothing can be made, it is `plain` itself.
 */
export function whenOften<F extends (...args: never[]) => unknown>(
  plain: F,
  make: () => F | undefined,
  replace: (made: F) => void,
): F {
  let calls = 0;
  return ((...args) => {
    if (++calls === OFTEN) replace(make() ?? plain);
    return plain(...args);
  }) as F;
}

/** Writes asking where the guest's buffer is. */
export function writeLocation(
  source: Source,
  { pointer, offset = 0 }: Place & { readonly kind: "buffer" },
  realm: Realm,
  name: string,
): string {
  const get = typeof pointer === "string" ? realm.exports[pointer] : undefined;
  if (typeof pointer === "number") return `let ${name} = ${pointer + offset};`;
  if (get instanceof WebAssembly.Global) {
    return `let ${name} = (${source.bind(get)}.value >>> 0) + ${offset};`;
  }
  return `inside = true;
    let ${name} = (${source.bind(get)}() >>> 0) + ${offset};
    inside = false;`;
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

/** Writes an unsigned number that is found in the result, in the return area or behind the result. */
export function writeValue(
  value: Value,
  memory: string,
  types: readonly ValueType[],
): string | undefined {
  const isNumber = types[0] === "i32";
  if (typeof value === "number") return String(value);
  if (value === "result") return isNumber ? "(core >>> 0)" : undefined;
  if (typeof value !== "object") return undefined;
  if ("result" in value) {
    return types[value.result] === "i32" ? `(core[${value.result}] >>> 0)` : undefined;
  }
  if ("low" in value || "high" in value) {
    const half = "low" in value ? "core" : "core >> 32n";
    const whole = "low" in value ? value.low : value.high;
    return whole === "result" && types[0] === "i64"
      ? `Number(BigInt.asUintN(32, ${half}))`
      : undefined;
  }
  if (!("word" in value || "load" in value)) return undefined;
  const { at } = value;
  if (at !== undefined && !(at === "result" && isNumber)) return undefined;
  const base = at === undefined ? "frame.pointers[1]" : "(core >>> 0)";
  if ("word" in value) return `${memory}.read("u32", ${base} + ${value.word * 4})`;
  return /^u(?:8|16|32)$/.test(value.load)
    ? `${memory}.read("${value.load}", ${base} + ${value.offset ?? 0})`
    : undefined;
}

// Texts pass by the codec; short ones by its two functions for them, which V8 writes out as a call
// of WebAssembly. What they refuse is for the codec to explain.

/** The most bytes of a code unit in any encoding. */
const UNIT_BYTES = 3;

/** Writes writing `value` at `pointer`: the number of bytes, less than 0 where `room` is too small. */
export function writeEncode(
  source: Source,
  memory: GuestMemory,
  encoding: Encoding,
  room: string,
): string {
  const codec = memory.codec(encoding);
  const short = codec.short();
  const whole = `${source.bind(codec)}.write(value, pointer, ${room})`;
  if (short === undefined) return whole;
  // Where memory is whole, a capacity may be more than an i32 carries.
  const most = `Math.min(${room}, ${SHORT_UNITS * UNIT_BYTES})`;
  return `value.length <= ${SHORT_UNITS}
      ? ${source.bind(short.write)}(value, value.length, pointer, ${most})
      : ${whole}`;
}

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
