import type { Body } from "../binary/body.ts";
import { OPERATORS } from "../binary/operators.ts";
import type { DefinedType, ModuleInfo } from "../binary/types.ts";

/** What is inserted at a place in a function. */
export type Insertion =
  /** Takes the cost of a segment. */
  | "charge"
  /** Takes it, and ends the call if nothing is left: in a loop. */
  | "loop"
  /** The same, where a function that calls others begins. */
  | "entry"
  /** Takes the cost of the bytes or elements on top of the stack: before an operator. */
  | "length"
  /** Notes by how much a memory or a table shall grow: before the operator. */
  | "note"
  /** Takes the cost of that if it has grown: after the operator. */
  | "settle";

/** The places in one function at which something is inserted, in their order. */
export interface Charges {
  readonly positions: readonly number[];
  readonly kinds: readonly Insertion[];
  /**
   * For each place, the index of its segment in `costs`, or for lengths the power of two of bytes
   * for one, and 0x10 more if the length has 64 bits.
   */
  readonly values: readonly number[];
  /** The cost of each segment in units. */
  readonly costs: readonly number[];
}

/** What an operator does to the flow of control. */
type Flow =
  | "block"
  | "loop"
  | "if"
  | "arm"
  | "try table"
  | "end"
  | "branch"
  | "branches"
  | "leave"
  | "stop"
  | "call"
  | "tail call";

const FLOWS: Readonly<Record<string, Flow>> = {
  block: "block",
  loop: "loop",
  if: "if",
  else: "arm",
  try: "block",
  try_table: "try table",
  catch: "arm",
  catch_all: "arm",
  delegate: "end",
  end: "end",
  br: "leave",
  br_table: "leave",
  return: "leave",
  throw: "leave",
  rethrow: "leave",
  throw_ref: "leave",
  br_if: "branch",
  br_on_null: "branch",
  br_on_non_null: "branch",
  br_on_cast: "branches",
  br_on_cast_fail: "branches",
  resume: "branches",
  resume_throw: "branches",
  resume_throw_ref: "branches",
  unreachable: "stop",
  call: "call",
  call_indirect: "call",
  call_ref: "call",
  return_call: "tail call",
  return_call_indirect: "tail call",
  return_call_ref: "tail call",
};

/** Operators that mark where blocks begin and end. The engine makes no code for them. */
const MARKS = /^(?:block|loop|else|end|try|try_table|catch|catch_all|delegate)$/;

/** What the operators on many bytes, elements or objects cost beside their unit. */
type Extra = (body: Body, info: ModuleInfo) => { length: number } | { grows: number } | number;

/** The power of two of the bytes that count as one unit. */
export const UNIT_SHIFT = 4;

/** A length of 64 bits. */
export const WIDE = 0x10;

const address = (is64: boolean | undefined, shift: number) => shift + (is64 ? WIDE : 0);

const memory = ({ memories }: ModuleInfo, index: number) => memories[index]?.address === "i64";

const table = ({ tables }: ModuleInfo, index: number) => tables[index]?.address === "i64";

const EXTRAS: Readonly<Record<string, Extra>> = {
  "memory.fill": ({ index }, info) => ({ length: address(memory(info, index), 0) }),
  // The length has 64 bits if both memories have.
  "memory.copy": ({ index, second }, info) => ({
    length: address(memory(info, index) && memory(info, second), 0),
  }),
  "memory.init": () => ({ length: 0 }),
  "memory.grow": ({ index }, info) => ({ grows: address(memory(info, index), 12) }),
  "table.fill": ({ index }, info) => ({ length: address(table(info, index), UNIT_SHIFT) }),
  "table.copy": ({ index, second }, info) => ({
    length: address(table(info, index) && table(info, second), UNIT_SHIFT),
  }),
  "table.init": () => ({ length: UNIT_SHIFT }),
  "table.grow": ({ index }, info) => ({ grows: address(table(info, index), 0) }),
  "struct.new": structUnits,
  "struct.new_default": structUnits,
  "array.new": arrayLength,
  "array.new_default": arrayLength,
  "array.new_data": arrayLength,
  "array.new_elem": arrayLength,
  "array.new_fixed": ({ index, second }, { types }) =>
    Math.floor((second << elementShift(types[index])) / (1 << UNIT_SHIFT)),
  "array.fill": arrayLength,
  "array.copy": arrayLength,
  "array.init_data": arrayLength,
  "array.init_elem": arrayLength,
};

/** Each field counts as 8 bytes. */
function structUnits({ index }: Body, { types }: ModuleInfo): number {
  const type = types[index];
  return type?.kind === "struct" ? Math.floor(type.fields.length * 8 / (1 << UNIT_SHIFT)) : 0;
}

function arrayLength({ index }: Body, { types }: ModuleInfo): { length: number } {
  return { length: elementShift(types[index]) };
}

const SHIFTS: Readonly<Record<string, number>> = { i8: 0, i16: 1, i32: 2, f32: 2, v128: 4 };

function elementShift(type: DefinedType | undefined): number {
  return type?.kind === "array" ? SHIFTS[type.element.storage] ?? 3 : 0;
}

const FLOW_OF = OPERATORS.map((operator) => operator && FLOWS[operator.name]);

const EXTRA_OF = OPERATORS.map((operator) => operator && EXTRAS[operator.name]);

const COST_OF = OPERATORS.map((operator) => operator && MARKS.test(operator.name) ? 0 : 1);

const ELSE = 0x05, BR = 0x0c, BR_TABLE = 0x0e;

/** The segment of code that is never executed. */
const DEAD = 0;

/** A block that is open. */
interface Frame {
  /** How its end is reached: a block with several arms is reached from each of them. */
  kind: "block" | "loop" | "if" | "arms";
  /** The segment in which it begins. */
  readonly outer: number;
  /** Whether a branch goes to its end. */
  isTarget: boolean;
  /** Whether a branch in it goes to the end of another block, or out of the function. */
  escapes: boolean;
  /** Whether an arm that has ended gets to its end. */
  arrives: boolean;
  /** The segments in which the two arms of an `if` begin. */
  readonly arms: number[];
}

/**
 * Finds the segments of a function: operators that are executed together, so that their cost is
 * taken at once, at the first of them. What follows a block belongs to the segment in which the
 * block begins, unless something in the block leaves it in another way.
 *
 * @param body The function's body, at its first operator.
 */
export function findCharges(body: Body, info: ModuleInfo): Charges {
  return new Segments(body, info).find();
}

class Segments {
  readonly #body: Body;
  readonly #info: ModuleInfo;
  readonly #positions: number[] = [];
  readonly #kinds: Insertion[] = [];
  readonly #values: number[] = [];
  readonly #costs: number[] = [0];
  readonly #frames: Frame[] = [];
  #current = DEAD;

  constructor(body: Body, info: ModuleInfo) {
    this.#body = body;
    this.#info = info;
  }

  find(): Charges {
    const body = this.#body, costs = this.#costs;
    this.#current = this.#begin("charge");
    while (!body.isAtEnd) {
      const number = body.next();
      const extra = EXTRA_OF[number];
      if (extra !== undefined) this.#addExtra(extra(body, this.#info));
      costs[this.#current]! += COST_OF[number]!;
      const flow = FLOW_OF[number];
      if (flow !== undefined) this.#follow(flow, number);
    }
    return {
      positions: this.#positions,
      kinds: this.#kinds,
      values: this.#values,
      costs,
    };
  }

  #addExtra(extra: ReturnType<Extra>): void {
    const { start, position } = this.#body;
    if (typeof extra === "number") this.#costs[this.#current]! += extra;
    else if ("length" in extra) this.#insert("length", extra.length, start);
    else {
      this.#insert("note", extra.grows, start);
      this.#insert("settle", extra.grows, position);
    }
  }

  #insert(kind: Insertion, value: number, position = this.#body.position): void {
    this.#positions.push(position);
    this.#kinds.push(kind);
    this.#values.push(value);
  }

  /** Begins a segment at the next operator. */
  #begin(kind: Insertion): number {
    const index = this.#costs.push(0) - 1;
    this.#insert(kind, index);
    return index;
  }

  /** Begins a segment, unless it can never be reached from segment `from`. */
  #beginFrom(from: number, kind: Insertion = "charge"): number {
    return from === DEAD ? DEAD : this.#begin(kind);
  }

  #follow(flow: Flow, number: number): void {
    const body = this.#body, frames = this.#frames;
    switch (flow) {
      case "block":
      case "if":
        this.#open(flow);
        if (flow === "block") break;
        this.#current = this.#beginFrom(this.#current);
        frames.at(-1)!.arms.push(this.#current);
        break;
      case "loop":
        this.#open(flow);
        this.#current = this.#beginFrom(this.#current, "loop");
        this.#costs[this.#current]!++;
        break;
      case "try table":
        // Its labels are those of the blocks around it.
        for (const label of body.labels) this.#branch(label);
        this.#open("block");
        frames.at(-1)!.escapes = body.labels.length > 0;
        break;
      case "arm": {
        const frame = frames.at(-1);
        if (frame === undefined) break; // the engine refuses it
        frame.arrives ||= this.#current !== DEAD;
        frame.kind = "arms";
        this.#current = this.#beginFrom(frame.outer);
        if (number === ELSE) frame.arms.push(this.#current);
        break;
      }
      case "end": {
        const frame = frames.pop();
        if (frame !== undefined) this.#current = this.#close(frame);
        break;
      }
      case "branch":
        this.#branch(body.index);
        this.#current = this.#beginFrom(this.#current);
        break;
      case "branches":
        for (const label of body.labels) this.#branch(label);
        this.#current = this.#beginFrom(this.#current);
        break;
      case "leave":
        if (number === BR) this.#branch(body.index);
        else if (number === BR_TABLE) { for (const label of body.labels) this.#branch(label); }
        else this.#branch(frames.length);
        this.#current = DEAD;
        break;
      case "stop":
        this.#current = DEAD;
        break;
      case "call":
        this.#kinds[0] = "entry";
        break;
      case "tail call":
        this.#kinds[0] = "entry";
        this.#branch(frames.length);
        this.#current = DEAD;
        break;
    }
  }

  #open(kind: Frame["kind"]): void {
    const outer = this.#current;
    this.#frames.push({ kind, outer, isTarget: false, escapes: false, arrives: false, arms: [] });
  }

  /** Notes a branch to the block at a depth; beyond all of them, it leaves the function. */
  #branch(depth: number): void {
    const frames = this.#frames, target = frames.length - 1 - depth;
    for (let index = frames.length - 1; index > target && index >= 0; index--) {
      frames[index]!.escapes = true;
    }
    if (target >= 0 && frames[target]!.kind !== "loop") frames[target]!.isTarget = true;
  }

  /** Returns the segment of what follows a block. */
  #close({ kind, outer, isTarget, escapes, arrives, arms: [first, second] }: Frame): number {
    if (first !== undefined && second !== undefined && outer !== DEAD) {
      // What both arms cost is taken before either.
      const costs = this.#costs, common = Math.min(costs[first]!, costs[second]!);
      costs[outer]! += common;
      costs[first]! -= common;
      costs[second]! -= common;
    }
    // Without an else, the condition alone leads to the end of an if.
    const isReached = arrives || isTarget || kind === "if" || this.#current !== DEAD;
    if (!isReached || outer === DEAD) return DEAD;
    if (!escapes) return outer;
    const isMerged = isTarget || kind === "if" || kind === "arms";
    return isMerged ? this.#begin("charge") : this.#current;
  }
}
