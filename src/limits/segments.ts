/** What may be inserted at a place in a function, beside the costs of segments. */
export const Place = {
  /** Takes the cost of the bytes or elements on top of the stack: before an operator. */
  length: 0,
  /** Notes by how much a memory or a table shall grow: before the operator. */
  note: 1,
  /** Takes the cost of that if it has grown: after the operator. */
  settle: 2,
  /** Before an operator that waits. */
  wait: 3,
  /** Takes the cost of an object that is large: before the operator. */
  object: 4,
  /** Moves fuel out of a local where the function is left. */
  leave: 5,
} as const;

/** The segment of code that is never executed, and the index that stands for no fork. */
export const DEAD = 0, NO_FORK = 0;

/**
 * The units of a segment that can have no more, so that the clock is checked while long code is
 * executed. What has no more units than that can be taken before or after it.
 */
export const MOST_UNITS = 2 ** 12;

/** A callee that is not known. */
export const NONE = -1;

/** The least length with which lists begin. */
const LEAST = 1024;

/** The bytes of code for each item with which lists begin: about as many as compilers need. */
const SEGMENT_BYTES = 24, CALL_BYTES = 40, FORK_BYTES = 64, PLACE_BYTES = 192, LOOP_BYTES = 512;

/**
 * The segments of a module's functions: operators that are executed together, so that their cost is
 * taken at once, at the first of them. All lists are those of all functions, one after the other; a
 * list is another one after it has grown.
 */
export class Segments {
  /**
   * Where the segments of each function begin, the first of which is the one with which it begins.
   */
  readonly segmentStarts: Int32Array;
  readonly placeStarts: Int32Array;
  readonly callStarts: Int32Array;
  readonly loopStarts: Int32Array;
  /** Whether each function handles exceptions or continuations. */
  readonly handles: Uint8Array;
  /** Whether each function throws exceptions itself. */
  readonly throws: Uint8Array;
  /** The functions to which the code makes references, by their indexes. */
  readonly references = new Set<number>();

  /** Where each segment begins, in the order of the code. */
  positions: Int32Array;
  /** The cost of each segment in units: some {@linkcode MOST_UNITS} at most, and what calls cost. */
  costs: Int32Array;
  /** Whether fuel is looked at where a segment begins. */
  looks: Uint8Array;
  /** How many functions each segment calls. */
  calling: Uint8Array;
  /** The last fork after each segment. */
  forks: Int32Array;
  /** What is never executed is the first one. */
  #count = 1;

  /** The other places at which something may be inserted, in the order of the code. */
  placePositions: Int32Array;
  places: Uint8Array;
  /**
   * The power of two of bytes for each length, and 0x10 more if the length has 64 bits; the units of
   * each object.
   */
  values: Int32Array;
  #places = 0;

  /** The segments of which one follows the segment of a fork, and the other one does not. */
  firsts: Int32Array;
  seconds: Int32Array;
  /** The fork before each fork, after the same segment. */
  earlier: Int32Array;
  #forks = 1;

  /** The segment of each call. */
  callers: Int32Array;
  /** The function that each call names, or {@linkcode NONE}. */
  callees: Int32Array;
  /** Where each call stands, or {@linkcode NONE} if control does not return to the function. */
  callPositions: Int32Array;
  #calls = 0;

  /** The calls in each loop: the first, and the one after the last. */
  firstCalls: Int32Array;
  lastCalls: Int32Array;
  #loops = 0;

  /**
   * @param functions The number of functions.
   * @param byteLength The bytes of their bodies, after which lists have their first lengths.
   */
  constructor(functions: number, byteLength = 0) {
    const starts = () => new Int32Array(functions + 1);
    this.segmentStarts = starts();
    this.placeStarts = starts();
    this.callStarts = starts();
    this.loopStarts = starts();
    this.handles = new Uint8Array(functions);
    this.throws = new Uint8Array(functions);
    const length = (bytes: number) => Math.max(LEAST, Math.ceil(byteLength / bytes));
    const indexes = (bytes: number) => new Int32Array(length(bytes));
    const small = (bytes: number) => new Uint8Array(length(bytes));
    this.positions = indexes(SEGMENT_BYTES);
    this.costs = indexes(SEGMENT_BYTES);
    this.looks = small(SEGMENT_BYTES);
    this.calling = small(SEGMENT_BYTES);
    this.forks = indexes(SEGMENT_BYTES);
    this.placePositions = indexes(PLACE_BYTES);
    this.places = small(PLACE_BYTES);
    this.values = indexes(PLACE_BYTES);
    this.firsts = indexes(FORK_BYTES);
    this.seconds = indexes(FORK_BYTES);
    this.earlier = indexes(FORK_BYTES);
    this.callers = indexes(CALL_BYTES);
    this.callees = indexes(CALL_BYTES);
    this.callPositions = indexes(CALL_BYTES);
    this.firstCalls = indexes(LOOP_BYTES);
    this.lastCalls = indexes(LOOP_BYTES);
  }

  /** The number of functions. */
  get functions(): number {
    return this.handles.length;
  }

  /** Begins a function. */
  begin(own: number): void {
    this.segmentStarts[own] = this.#count;
    this.placeStarts[own] = this.#places;
    this.callStarts[own] = this.#calls;
    this.loopStarts[own] = this.#loops;
  }

  /** Ends a function. */
  end(own: number, handles: boolean): void {
    if (handles) this.handles[own] = 1;
    this.begin(own + 1);
  }

  /** The number of segments. */
  get count(): number {
    return this.#count;
  }

  /** The number of calls. */
  get calls(): number {
    return this.#calls;
  }

  /** Returns which functions are called by name, by their indexes. */
  calledFunctions(count: number): Uint8Array {
    const called = new Uint8Array(count);
    for (let call = 0; call < this.#calls; call++) {
      const callee = this.callees[call]!;
      if (callee !== NONE) called[callee] = 1;
    }
    return called;
  }

  /** Adds a segment, and returns its index. */
  add(position: number, looks: boolean): number {
    const index = this.#count++;
    if (index === this.costs.length) {
      this.positions = grown(this.positions);
      this.costs = grown(this.costs);
      this.looks = grown(this.looks);
      this.calling = grown(this.calling);
      this.forks = grown(this.forks);
    }
    this.positions[index] = position;
    if (looks) this.looks[index] = 1;
    return index;
  }

  addPlace(position: number, place: number, value: number): void {
    const index = this.#places++;
    if (index === this.places.length) {
      this.placePositions = grown(this.placePositions);
      this.places = grown(this.places);
      this.values = grown(this.values);
    }
    this.placePositions[index] = position;
    this.places[index] = place;
    this.values[index] = value;
  }

  /** Adds where the function is left, which can be for several labels of an operator. */
  addLeave(position: number): void {
    const last = this.#places - 1;
    if (this.placePositions[last] === position && this.places[last] === Place.leave) return;
    this.addPlace(position, Place.leave, 0);
  }

  addFork(from: number, first: number, second: number): void {
    const index = this.#forks++;
    if (index === this.firsts.length) {
      this.firsts = grown(this.firsts);
      this.seconds = grown(this.seconds);
      this.earlier = grown(this.earlier);
    }
    this.firsts[index] = first;
    this.seconds[index] = second;
    this.earlier[index] = this.forks[from]!;
    this.forks[from] = index;
  }

  /** Adds a call. */
  addCall(caller: number, callee: number, position: number): void {
    const index = this.#calls++;
    if (index === this.callers.length) {
      this.callers = grown(this.callers);
      this.callees = grown(this.callees);
      this.callPositions = grown(this.callPositions);
    }
    this.calling[caller]!++;
    this.callers[index] = caller;
    this.callees[index] = callee;
    this.callPositions[index] = position;
  }

  /** Adds a loop whose calls begin with `first`, and end with the last one so far. */
  addLoop(first: number): void {
    const index = this.#loops++;
    if (index === this.firstCalls.length) {
      this.firstCalls = grown(this.firstCalls);
      this.lastCalls = grown(this.lastCalls);
    }
    this.firstCalls[index] = first;
    this.lastCalls[index] = this.#calls;
  }
}

function grown<List extends Int32Array | Uint8Array>(list: List): List {
  const larger = new (list.constructor as new (length: number) => List)(2 * list.length);
  larger.set(list);
  return larger;
}

/**
 * Takes what the segments of each fork have in common before it.
 *
 * @param own A function: each of its segments comes after those that lead to it.
 */
export function hoist(segments: Segments, own: number): void {
  const { segmentStarts, costs, forks, firsts, seconds, earlier } = segments;
  for (let from = segmentStarts[own + 1]! - 1; from >= segmentStarts[own]!; from--) {
    for (let fork = forks[from]!; fork !== NO_FORK; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      if (costs[from]! > MOST_UNITS) break;
      const common = Math.min(costs[first]!, costs[second]!);
      costs[first]! -= common;
      costs[second]! -= common;
      costs[from]! += common;
    }
  }
}

/**
 * Takes the cost of a segment on both ways after it, if there is something to be taken anyway: so
 * it is done once on each way. An exception in a call would leave the cost out, so it stays where
 * it is if functions are called before, in the segment itself or in a block that is part of it.
 */
export function sink(segments: Segments, own: number): void {
  const { segmentStarts, costs, calling, forks, firsts, seconds, earlier } = segments;
  const end = segmentStarts[own + 1]!;
  let caller = segmentStarts[own]!;
  for (let from = caller; from < end; from++) {
    while (caller < end && (caller < from || calling[caller] === 0)) caller++;
    for (let fork = forks[from]!; fork !== NO_FORK; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      if (caller < first || costs[first] === costs[second] || costs[from]! > MOST_UNITS) continue;
      costs[first]! += costs[from]!;
      costs[second]! += costs[from]!;
      costs[from] = 0;
    }
  }
}
