// https://github.com/WebAssembly/js-string-builtins: functions of the engine, some of which take as
// long as a text is.

import type { ByteWriter } from "../binary/byte_writer.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import { valueBytes } from "../binary/value_bytes.ts";
import type { Replaced } from "./replaced.ts";

const CALL = 0x10, DROP = 0x1a, LOCAL_GET = 0x20, LOCAL_TEE = 0x22;

/** The power of two of the bytes of a code unit. */
export const CODE_UNIT_SHIFT = 1;

/**
 * On what the time of a function depends: a text that it takes or returns, or a number of units.
 */
type Measured = "first" | "result" | "count";

const MEASURED: Readonly<Record<string, Measured>> = {
  // The engine copies the parts of a text later, for the first function that reads it.
  concat: "result",
  fromCharCodeArray: "result",
  intoCharCodeArray: "count",
  equals: "first",
  compare: "first",
};

/** Returns the functions to call instead of those of the engine, by the indexes of these. */
export function findMeasured({ imports }: ModuleInfo): ReadonlyMap<number, Replaced> {
  const found = new Map<number, Replaced>();
  let index = -1;
  for (const item of imports) {
    if (item.kind !== "function") continue;
    index++;
    if (item.module !== "wasm:js-string" || !Object.hasOwn(MEASURED, item.name)) continue;
    const replaced = measuring(index, item.type, MEASURED[item.name]!);
    if (replaced !== undefined) found.set(index, replaced);
  }
  return found;
}

/** Returns what calls a function and takes units for its text, unless it is of another type. */
function measuring(
  index: number,
  { parameters, results }: FunctionType,
  measured: Measured,
): Replaced | undefined {
  const types = parameters.map(valueBytes),
    result = results.length === 1 && valueBytes(results[0]!);
  const subject = measured === "first" ? parameters[0] : results[0];
  const isFit = measured === "count" ? subject === "i32" : /\bextern/.test(subject ?? "");
  if (!isFit || !result || !types.every((type) => type !== undefined)) return undefined;
  return {
    key: `builtin ${index}`,
    parameters: types,
    results: [result],
    locals: [1, 1, ...result],
    write(writer, { charge, measure }) {
      const local = parameters.length;
      for (let index = 0; index < local; index++) writer.all([LOCAL_GET, index]);
      writer.u8(CALL);
      writer.unsigned(index);
      writer.all([LOCAL_TEE, local, LOCAL_GET, measured === "first" ? 0 : local]);
      if (measured !== "count") measure();
      charge(false);
      writer.u8(DROP);
    },
  };
}

/** Where a module names functions, other ones of which are called instead. */
export class Redirects {
  readonly #indices: ReadonlyMap<number, number>;
  readonly #isNeeded: boolean;
  /** Where the names begin, in the order of the binary. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #named: number[] = [];

  /** @param indices The indexes of the other functions, by those of the ones that are named. */
  constructor(indices: ReadonlyMap<number, number>) {
    this.#indices = indices;
    this.#isNeeded = indices.size > 0;
  }

  /** Whether no function is called instead of one that is named. */
  get isEmpty(): boolean {
    return this.#starts.length === 0;
  }

  /** Notes that a function is named at a place, which comes after those of before. */
  note(start: number, end: number, index: number): void {
    if (!this.#isNeeded) return;
    const other = this.#indices.get(index);
    if (other === undefined) return;
    this.#starts.push(start);
    this.#ends.push(end);
    this.#named.push(other);
  }

  /** Copies a part of the binary, with the names of the other functions. */
  copy(writer: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
    let copied = start;
    for (let at = this.#from(start); at < this.#starts.length && this.#starts[at]! < end; at++) {
      writer.copy(bytes, copied, this.#starts[at]!);
      writer.unsigned(this.#named[at]!);
      copied = this.#ends[at]!;
    }
    writer.copy(bytes, copied, end);
  }

  /** Returns the first place that is not before a position. */
  #from(position: number): number {
    let low = 0, high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
