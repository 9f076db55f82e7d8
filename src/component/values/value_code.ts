import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { dataMethod } from "../../call/code/call_code.ts";
import { Code } from "../../call/code/code.ts";
import { literal } from "../../base/show.ts";
import type { CanonOptions, ValueType } from "../types.ts";
import type { Shapes } from "./js_shapes.ts";
import { checkRange, inside, MOST_BYTES, ValueProblem } from "./mistakes.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import type { CoreType, CoreValue } from "./value_layout.ts";

/** An address in source: an expression, and an offset. */
export interface Address {
  readonly base: string;
  readonly offset: number;
}

/** The core values of a value that source has checked, in locals. */
export interface Taken {
  /** Returns an expression for each core value, and adds the statements that compute them. */
  flat(): readonly string[];
  /** Adds statements that write the core values to memory. */
  store(at: Address): void;
}

/**
 * Writes source that converts the values of one type. A value is given as the name of a local.
 * Values that do not fit are left to the run form, which refuses them.
 */
export interface ValueSource {
  /**
   * Adds statements that check a value and destructure it. They can call the guest and the host.
   */
  take(code: ValueCode, value: string): Taken;
  /** Returns an expression for the value at an address, and adds the statements that compute it. */
  load(code: ValueCode, at: Address): string;
  /** Returns an expression for the value that core values represent. */
  lift(code: ValueCode, flat: readonly string[]): string;
}

/** The values of one place to which source refers. */
export interface BoundPlace {
  readonly place: Place & { readonly codecs: { of(type: ValueType): ValueCodec } };
}

/** A segment of the path to a value: text, or a local with an index. */
type Segment = string | { readonly index: string };

/** Source that converts values in a place. */
export class ValueCode extends Code<BoundPlace> {
  readonly encoding: CanonOptions["encoding"];
  readonly shapes: Shapes;
  /** Whether the source needs memory. */
  usesMemory = false;
  readonly #names: string[] = [];
  readonly #types = new Map<ValueType, number>();
  readonly #path: Segment[] = [];

  constructor({ encoding, shapes }: Pick<Place, "encoding" | "shapes">) {
    super();
    this.encoding = encoding;
    this.shapes = shapes;
  }

  /** Makes a local, which is declared at the start of the function. */
  variable(prefix: string): string {
    const name = this.fresh(prefix);
    this.#names.push(name);
    return name;
  }

  /** Makes a local with a value. */
  keep(prefix: string, value: string): string {
    const name = this.variable(prefix);
    this.add(`${name} = ${value};`);
    return name;
  }

  /** Returns the declaration of all locals, the view of memory included. */
  variables(): string {
    return `let ${["data", ...this.#names].join(", ")};`;
  }

  get place(): string {
    return this.bind("place", ({ place }) => place);
  }

  get memory(): string {
    this.usesMemory = true;
    return this.bind("memory", ({ place }) => place.memory);
  }

  /** Returns the name of a value that depends on the place and a type. */
  bindFor(type: ValueType, what: string, get: (bound: BoundPlace) => unknown): string {
    let id = this.#types.get(type);
    if (id === undefined) this.#types.set(type, id = this.#types.size);
    return this.bind(`${what} ${id}`, get);
  }

  /** Renews the view `data` of memory. */
  renewData(): void {
    this.add(`data = ${this.memory}.data();`);
  }

  /** Adds the statements of `write`, after renewing the view of memory if they need it. */
  withData<T>(write: () => T): T {
    const { lines, value } = this.capture(write);
    if (lines.includes("data.") || `${value}`.includes("data.")) this.renewData();
    this.add(lines);
    return value;
  }

  /** Adds the allocation of a block; returns its address. */
  allocate(byteLength: string, alignment: number): string {
    this.usesMemory = true;
    return this.keep("block", `${this.place}.allocate(${byteLength}, ${alignment})`);
  }

  /** Adds the check of a range from a guest. */
  checkRange(pointer: string, byteLength: string, alignment: number, what: string): void {
    const isOdd = alignment > 1 ? ` || ${pointer} % ${alignment} !== 0` : "";
    this.add(
      `if (${byteLength} > ${MOST_BYTES}${isOdd} || ${pointer} + ${byteLength} > ` +
        `${this.memory}.size) ${this.constant(checkRange)}(${this.place}, ${pointer}, ` +
        `${byteLength}, ${alignment}, ${this.constant(what)});`,
    );
  }

  /** Adds the counting of bytes that a value takes on the host. */
  charge(byteLength: string): void {
    this.add(`${this.place}.charge(${byteLength});`);
  }

  /** Calls `write` for a part of a value; problems show the path to it. */
  within<T>(segment: Segment, write: () => T): T {
    this.#path.push(segment);
    const result = write();
    this.#path.pop();
    return result;
  }

  /** Returns an expression that calls a function with a value, and adds the path to its errors. */
  carry(act: string, value: string): string {
    const indices = this.#path.flatMap((part) => typeof part === "string" ? [] : [part.index]);
    const path = this.#path.map((part) => typeof part === "string" ? part : undefined);
    const args = [act, value, this.constant(path.length === 0 ? NOWHERE : path), ...indices];
    return `${this.constant(carry)}(${args.join(", ")})`;
  }

  /** Adds a statement that refuses a value if a condition holds, with a function that throws. */
  refuseIf(condition: string, refuse: (value: never) => unknown, value: string): void {
    this.add(`if (${condition}) ${this.carry(this.constant(refuse), value)};`);
  }
}

const NOWHERE: readonly undefined[] = [];

/** Calls a function, and adds the path to an error. `undefined` stands for an index. */
function carry<T>(
  act: (value: unknown) => T,
  value: unknown,
  path: readonly (string | undefined)[],
  ...indices: readonly number[]
): T {
  try {
    return act(value);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    let at = indices.length;
    for (const segment of path.toReversed()) inside(error, segment ?? `[${indices[--at]}]`);
    throw error;
  }
}

/** Returns the source of an address. */
export function address({ base, offset }: Address, more = 0): string {
  const distance = offset + more;
  return distance === 0 ? base : `${base} + ${distance}`;
}

/** Returns the address of a part. */
export function part({ base, offset }: Address, more: number): Address {
  return { base, offset: offset + more };
}

/** Returns the source of a number in memory, in the view `data`. */
export function loadNumber(type: NumericType, at: string): string {
  const order = NUMERIC_TYPES[type].byteLength === 1 ? "" : ", true";
  return `data.${dataMethod("get", type)}(${at}${order})`;
}

/** Returns the source that converts a core value to another type. */
export function convert(
  code: ValueCode,
  change: (value: CoreValue, from: CoreType, to: CoreType) => CoreValue,
  core: string,
  from: CoreType,
  to: CoreType,
): string {
  if (from === to) return core;
  return `${code.constant(change)}(${core}, ${literal(from)}, ${literal(to)})`;
}
