/** What may be inserted at a place in a function. */
export const Place = {
  /** Takes the cost of a segment: where it begins. */
  charge: 0,
  /** Takes the cost of the bytes or elements on top of the stack: before an operator. */
  length: 1,
  /** Notes by how much a memory or a table shall grow: before the operator. */
  note: 2,
  /** Takes the cost of that if it has grown: after the operator. */
  settle: 3,
  /** Before an operator that waits. */
  wait: 4,
  /** Before a call. */
  call: 5,
  /** After it. */
  answer: 6,
  /** Before the function is left. */
  leave: 7,
} as const;

/** The segment of code that is never executed. */
export const DEAD = 0;

/** A callee that is not known, and a segment without a fork. */
export const NONE = -1;

/** What was found in one function: ranges of the lists of {@linkcode Segments}. */
export interface FunctionSegments {
  readonly places: Range;
  /** The first segment is the one with which the function begins. */
  readonly segments: Range;
  readonly calls: Range;
  readonly loops: Range;
  /** Whether the function handles exceptions or continuations. */
  readonly handles: boolean;
}

/** A range of a list. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The segments of a module's functions: operators that are executed together, so that their cost is
 * taken at once, at the first of them. All lists are those of all functions, one after the other.
 */
export class Segments {
  /** The places at which something may be inserted, in the order of the code. */
  readonly positions: number[] = [];
  readonly places: number[] = [];
  /**
   * For each place, the index of its segment or of its call, or for lengths the power of two of
   * bytes for one, and 0x10 more if the length has 64 bits.
   */
  readonly values: number[] = [];
  /** The cost of each segment in units. */
  readonly costs: number[] = [];
  /** Whether fuel is looked at where a segment begins. */
  readonly looks: number[] = [];
  /** Whether each segment calls functions. */
  readonly calling: number[] = [];
  /** The last fork after each segment, or {@linkcode NONE}. */
  readonly forks: number[] = [];
  /** The segments of which one follows the segment of a fork, and the other one does not. */
  readonly firsts: number[] = [];
  readonly seconds: number[] = [];
  /** The fork before each fork, after the same segment. */
  readonly earlier: number[] = [];
  /** The segment of each call. */
  readonly callers: number[] = [];
  /** The function that each call names, or {@linkcode NONE}. */
  readonly callees: number[] = [];
  /** The calls in each loop: the first, and the one after the last. */
  readonly loopStarts: number[] = [];
  readonly loopEnds: number[] = [];

  constructor() {
    this.add(false); // what is never executed
  }

  /** Adds a segment, and returns its index. */
  add(looks: boolean): number {
    this.looks.push(looks ? 1 : 0);
    this.calling.push(0);
    this.forks.push(NONE);
    return this.costs.push(0) - 1;
  }

  addPlace(place: number, value: number, position: number): void {
    this.places.push(place);
    this.values.push(value);
    this.positions.push(position);
  }

  addFork(from: number, first: number, second: number): void {
    this.firsts.push(first);
    this.seconds.push(second);
    this.forks[from] = this.earlier.push(this.forks[from]!) - 1;
  }

  /** Adds a call, and returns its index. */
  addCall(caller: number, callee: number): number {
    this.calling[caller] = 1;
    this.callers.push(caller);
    return this.callees.push(callee) - 1;
  }

  addLoop(start: number): void {
    this.loopStarts.push(start);
    this.loopEnds.push(this.callees.length);
  }

  /** The length of each list. */
  get lengths(): { places: number; segments: number; calls: number; loops: number } {
    return {
      places: this.places.length,
      segments: this.costs.length,
      calls: this.callees.length,
      loops: this.loopEnds.length,
    };
  }
}
