import type { Body } from "../binary/body.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { type Extra, EXTRA_OF } from "./extras.ts";
import { COST_OF, type Flow, FLOW_OF } from "./flow.ts";

/** A place in a function at which something may be inserted. */
export type Place =
  /** Takes the cost of a segment: where it begins. */
  | "charge"
  /** Takes the cost of the bytes or elements on top of the stack: before an operator. */
  | "length"
  /** Notes by how much a memory or a table shall grow: before the operator. */
  | "note"
  /** Takes the cost of that if it has grown: after the operator. */
  | "settle"
  /** Before a call, and after it. */
  | "call"
  | "return"
  /** Before the function is left. */
  | "leave";

/** Two segments of which one follows another segment, and the other one does not. */
export interface Fork {
  readonly from: number;
  readonly first: number;
  readonly second: number;
}

/** A call of a function. */
export interface Call {
  /** The segment in which it is. */
  readonly segment: number;
  /** The index of the function; -1 if it is not known. */
  readonly callee: number;
}

/**
 * The segments of a function: operators that are executed together, so that their cost is taken at
 * once, at the first of them.
 */
export interface Segments {
  /** The places in the order of the code. */
  readonly positions: readonly number[];
  readonly places: readonly Place[];
  /**
   * For each place, the index of its segment or of its call, or for lengths the power of two of
   * bytes for one, and 0x10 more if the length has 64 bits.
   */
  readonly values: readonly number[];
  /** The cost of each segment in units. */
  readonly costs: number[];
  /** Whether fuel is looked at where a segment begins. */
  readonly looks: boolean[];
  readonly forks: readonly Fork[];
  readonly calls: readonly Call[];
  /** The calls within each loop: the first, and the one after the last. */
  readonly loops: readonly (readonly [start: number, end: number])[];
  /** Whether the function handles exceptions or continuations. */
  readonly handles: boolean;
}

/** The segment of code that is never executed. */
export const DEAD = 0;

/** The segment with which a function begins. */
export const ENTRY = 1;

/** A call of a function that is not known. */
export const UNKNOWN = -1;

const ELSE = 0x05, BR = 0x0c, BR_TABLE = 0x0e, CALL = 0x10, RETURN_CALL = 0x12;

/** A block that is open. */
interface Frame {
  readonly isLoop: boolean;
  /** The segment in which it begins. */
  readonly outer: number;
  /** The number of calls before it. */
  readonly calls: number;
  /** The segments in which the arms of an `if` begin. */
  readonly arms: number[];
  /** Whether a branch in it goes to the end of another block, or out of the function. */
  escapes: boolean;
  /** In how many ways its end is reached. */
  arrivals: number;
  /** The segment from which it is reached at last. */
  last: number;
  /** The segment that follows that one unless this end is reached; `DEAD` if none does. */
  aside: number;
}

/**
 * Finds the segments of a function. What follows a block belongs to the segment in which the block
 * begins, unless something in the block leaves it in another way.
 *
 * @param body The function's body, at its first operator.
 */
export function findSegments(body: Body, info: ModuleInfo): Segments {
  return new Finder(body, info).find();
}

class Finder implements Segments {
  readonly positions: number[] = [];
  readonly places: Place[] = [];
  readonly values: number[] = [];
  readonly costs: number[] = [0];
  readonly looks: boolean[] = [false];
  readonly forks: Fork[] = [];
  readonly calls: Call[] = [];
  readonly loops: (readonly [number, number])[] = [];
  handles = false;
  readonly #body: Body;
  readonly #info: ModuleInfo;
  readonly #frames: Frame[] = [];
  #current = DEAD;

  constructor(body: Body, info: ModuleInfo) {
    this.#body = body;
    this.#info = info;
  }

  find(): this {
    const body = this.#body, costs = this.costs;
    this.#current = this.#begin();
    while (!body.isAtEnd) {
      const number = body.next();
      const extra = EXTRA_OF[number];
      if (extra !== undefined) this.#addExtra(extra(body, this.#info));
      costs[this.#current]! += COST_OF[number]!;
      const flow = FLOW_OF[number];
      if (flow !== undefined) this.#follow(flow, number);
    }
    costs[DEAD] = 0;
    return this;
  }

  #addExtra(extra: ReturnType<Extra>): void {
    const { start, position } = this.#body;
    if (typeof extra === "number") this.costs[this.#current]! += extra;
    else if ("length" in extra) this.#add("length", extra.length, start);
    else {
      this.#add("note", extra.grows, start);
      this.#add("settle", extra.grows, position);
    }
  }

  #add(place: Place, value: number, position = this.#body.position): void {
    this.positions.push(position);
    this.places.push(place);
    this.values.push(value);
  }

  /** Begins a segment at the next operator. */
  #begin(looks = false): number {
    this.looks.push(looks);
    const index = this.costs.push(0) - 1;
    this.#add("charge", index);
    return index;
  }

  /** Begins a segment that follows another one, unless that is never executed. */
  #follows(from: number, looks = false): number {
    return from === DEAD ? DEAD : this.#begin(looks);
  }

  #follow(flow: Flow, number: number): void {
    const body = this.#body, frames = this.#frames;
    switch (flow) {
      case "block":
        this.#open();
        break;
      case "if": {
        const frame = this.#open();
        this.#current = this.#follows(this.#current);
        frame.arms.push(this.#current);
        break;
      }
      case "loop":
        this.#open(true);
        this.#current = this.#follows(this.#current, true);
        this.costs[this.#current]!++;
        break;
      case "try":
        this.handles = true;
        this.#open();
        break;
      case "try table":
        this.handles = true;
        // Its labels are those of the blocks around it.
        this.#branches();
        this.#open().escapes = body.labels.length > 0;
        break;
      case "arm": {
        const frame = frames.at(-1);
        if (frame === undefined) break; // the engine refuses it
        this.#arrive(frame, this.#current);
        this.#current = this.#follows(frame.outer);
        if (number === ELSE) frame.arms.push(this.#current);
        break;
      }
      case "end":
        this.#end();
        break;
      case "branch": {
        const from = this.#current;
        this.#branch(body.index, from, from === DEAD ? DEAD : this.costs.length);
        this.#current = this.#follows(from);
        break;
      }
      case "resume":
        this.handles = true;
        this.#call(UNKNOWN);
        this.#branches();
        this.#current = this.#follows(this.#current);
        break;
      case "branches":
        this.#branches();
        this.#current = this.#follows(this.#current);
        break;
      case "leave":
        if (number === BR) this.#branch(body.index, this.#current);
        else if (number === BR_TABLE) this.#branches();
        else this.#branch(frames.length, this.#current);
        this.#current = DEAD;
        break;
      case "stop":
        this.#current = DEAD;
        break;
      case "call": {
        const call = this.#call(number === CALL ? body.index : UNKNOWN);
        this.#add("call", call, body.start);
        this.#add("return", call);
        break;
      }
      case "tail call":
        this.#call(number === RETURN_CALL ? body.index : UNKNOWN);
        this.#branch(frames.length, this.#current);
        this.#current = DEAD;
        break;
    }
  }

  #open(isLoop = false): Frame {
    const frame: Frame = {
      isLoop,
      outer: this.#current,
      calls: this.calls.length,
      arms: [],
      escapes: false,
      arrivals: 0,
      last: DEAD,
      aside: DEAD,
    };
    this.#frames.push(frame);
    return frame;
  }

  /** Notes a call, and returns its index. */
  #call(callee: number): number {
    return this.calls.push({ segment: this.#current, callee }) - 1;
  }

  #leave(): void {
    const { start } = this.#body;
    if (this.places.at(-1) !== "leave" || this.positions.at(-1) !== start) {
      this.#add("leave", 0, start);
    }
  }

  /** Notes that the end of a block is reached from a segment. */
  #arrive(frame: Frame, from: number, aside = DEAD): void {
    if (from === DEAD) return;
    frame.arrivals++;
    frame.last = from;
    frame.aside = aside;
  }

  /** Notes the branches of an operator with many labels. */
  #branches(): void {
    const from = this.#current;
    // There are more ways than this one.
    for (const label of this.#body.labels) this.#branch(label, from, from);
  }

  /**
   * Notes a branch to the block at a depth; beyond all of them, it leaves the function.
   *
   * @param aside The segment that follows if the branch is not taken; itself if many can.
   */
  #branch(depth: number, from: number, aside = DEAD): void {
    const frames = this.#frames, target = frames.length - 1 - depth;
    for (let index = frames.length - 1; index > target && index >= 0; index--) {
      frames[index]!.escapes = true;
    }
    const frame = frames[target];
    if (frame === undefined) this.#leave();
    else if (!frame.isLoop) this.#arrive(frame, from, aside);
  }

  /** Ends a block, or the function. */
  #end(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) {
      if (this.#current !== DEAD) this.#leave();
      return;
    }
    this.#arrive(frame, this.#current);
    const { outer, arms: [first, second] } = frame;
    if (first !== undefined && second === undefined) this.#arrive(frame, outer, first);
    if (frame.isLoop) this.loops.push([frame.calls, this.calls.length]);
    if (first !== undefined && second !== undefined && outer !== DEAD) {
      this.forks.push({ from: outer, first, second });
    }
    this.#current = this.#after(frame);
  }

  /** Returns the segment of what follows a block. */
  #after({ outer, escapes, arrivals, last, aside }: Frame): number {
    if (arrivals === 0 || outer === DEAD) return DEAD;
    if (!escapes) return outer;
    if (arrivals === 1 && aside === DEAD) return last;
    const segment = this.#begin();
    if (arrivals === 1 && aside !== last) {
      this.forks.push({ from: last, first: aside, second: segment });
    }
    return segment;
  }
}
