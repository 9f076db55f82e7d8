import type { ValueType } from "../binary/types.ts";
import type { Length, Place, Value } from "../conventions/convention.ts";
import type { GuestMemory } from "../memory.ts";
import { type Encoding, SHORT_BYTES, SHORT_UNITS } from "../text/codec.ts";
import type { KnownForm } from "./often.ts";
import type { Realm } from "./realm.ts";
import { compileGetter, pointerOf } from "./values.ts";

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

/** How the address of one of the guest's buffers is asked for. */
export interface Location {
  /** The lines that declare a variable with the address, which is then read from or written to. */
  write(name: string, action: "read" | "write"): string;
  /** Whether the lines need the call's frame. */
  readonly needsFrame: boolean;
}

/** Writes asking where the guest's buffer is: for a function of 32 bits as it is by hand. */
export function writeLocation(
  source: Source,
  { pointer }: Place & { readonly kind: "buffer" },
  realm: Realm,
): Location {
  if (typeof pointer !== "string") {
    return { write: (name) => `const ${name} = ${pointer};`, needsFrame: false };
  }
  const get = realm.exports[pointer];
  const type = realm.functionType(pointer);
  if (type?.parameters.length === 0 && type.results.join() === "i32") {
    return {
      write: (name) =>
        `inside = true;
    const ${name} = ${source.bind(get)}() >>> 0;
    inside = false;`,
      needsFrame: false,
    };
  }
  const isGlobal = get instanceof WebAssembly.Global &&
    /^(?:number|bigint)$/.test(typeof get.value);
  const value = isGlobal
    ? `${source.bind(get)}.value`
    : `${source.bind(compileGetter(pointer, realm))}(frame)`;
  const asPointer = source.bind(pointerOf);
  return {
    write: (name, action) =>
      `const ${name} = ${asPointer}(${value}, ${source.bind(realm)}, "${action}");`,
    needsFrame: !isGlobal,
  };
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

/** What a number is found by. */
export interface Found {
  /** The memory, as source names it. */
  readonly memory: string;
  /** The types of what the export returned, which is `core`. */
  readonly types: readonly ValueType[];
  /** Whether the call has a return area. */
  readonly hasArea: boolean;
}

/** Writes an unsigned number that is found in the result, in the return area or behind the result. */
export function writeOffset(value: Value, found: Found): string | undefined {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  }
  const signed = writeSigned(value, found);
  return signed && `(${signed} >>> 0)`;
}

/** Writes the same as the guest gave it: what is 32 bits wide is signed. */
export function writeSigned(value: Value, { memory, types, hasArea }: Found): string | undefined {
  const sole = types.length === 1 ? types[0] : undefined;
  if (value === "result") return sole === "i32" ? "core" : undefined;
  if (typeof value === "number") return String(value);
  if (typeof value !== "object") return undefined;
  if ("result" in value) {
    return types.length > 1 && types[value.result] === "i32" ? `core[${value.result}]` : undefined;
  }
  if ("low" in value || "high" in value) {
    const half = "low" in value ? "core" : "core >> 32n";
    const whole = "low" in value ? value.low : value.high;
    return whole === "result" && sole === "i64" ? `Number(BigInt.asIntN(32, ${half}))` : undefined;
  }
  if (!("word" in value || "load" in value)) return undefined;
  const { at } = value;
  if (at === undefined ? !hasArea : !(at === "result" && sole === "i32")) return undefined;
  const base = at === undefined ? "frame.pointers[1]" : "(core >>> 0)";
  if ("word" in value) return `${memory}.read("i32", ${base} + ${value.word * 4})`;
  return /^[iu](?:8|16|32)$/.test(value.load)
    ? `${memory}.read("${value.load}", ${base} + ${value.offset ?? 0})`
    : undefined;
}

/** Whether a number is read through the pointer that the export returned. */
export function usesPointee(value: Value | Length | undefined): boolean {
  return typeof value === "object" && ("word" in value || "load" in value) && value.at === "result";
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
