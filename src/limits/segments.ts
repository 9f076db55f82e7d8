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
} as const;

/** The segment of code that is never executed, and the index that stands for no fork. */
export const DEAD = 0, NO_FORK = 0;

/** A callee that is not known, and what is in the place of a call where the function is left. */
export const NONE = -1;

/** The length with which lists begin. */
const FIRST = 1024;

/**
 * The segments of a module's functions: operators that are executed together, so that their cost is
 * taken at once, at the first of them. All lists are those of all functions, one after the other; a
 * list is another one after it has grown.
 */
export class Segments {
  /** Where the segments of each function begin, the first of which is the one with which it begins. */
  readonly segmentStarts: Int32Array;
  readonly placeStarts: Int32Array;
  readonly moveStarts: Int32Array;
  readonly callStarts: Int32Array;
  readonly loopStarts: Int32Array;
  /** Whether each function handles exceptions or continuations. */
  readonly handles: Uint8Array;
  /** Whether each function throws exceptions itself. */
  readonly throws: Uint8Array;
  /** The functions to which the code makes references, by their indexes. */
  readonly references = new Set<number>();

  /** The places at which something may be inserted, in the order of the code. */
  positions = new Int32Array(FIRST);
  places = new Uint8Array(FIRST);
  /**
   * For each place, the index of its segment, or for lengths the power of two of bytes for one, and
   * 0x10 more if the length has 64 bits.
   */
  values = new Int32Array(FIRST);
  #places = 0;

  /** The places at which fuel leaves a local: calls, by their indexes, and {@linkcode NONE}. */
  moves = new Int32Array(FIRST);
  movePositions = new Int32Array(FIRST);
  #moves = 0;

  /** The cost of each segment in units. */
  costs = new Float64Array(FIRST);
  /** Whether fuel is looked at where a segment begins. */
  looks = new Uint8Array(FIRST);
  /** How many functions each segment calls. */
  calling = new Uint8Array(FIRST);
  /** The last fork after each segment. */
  forks = new Int32Array(FIRST);
  /** What is never executed is the first one. */
  #count = 1;

  /** The segments of which one follows the segment of a fork, and the other one does not. */
  firsts = new Int32Array(FIRST);
  seconds = new Int32Array(FIRST);
  /** The fork before each fork, after the same segment. */
  earlier = new Int32Array(FIRST);
  #forks = 1;

  /** The segment of each call. */
  callers = new Int32Array(FIRST);
  /** The function that each call names, or {@linkcode NONE}. */
  callees = new Int32Array(FIRST);
  #calls = 0;

  /** The calls in each loop: the first, and the one after the last. */
  firstCalls = new Int32Array(FIRST);
  lastCalls = new Int32Array(FIRST);
  #loops = 0;

  /** @param functions The number of functions. */
  constructor(functions: number) {
    const starts = () => new Int32Array(functions + 1);
    this.segmentStarts = starts();
    this.placeStarts = starts();
    this.moveStarts = starts();
    this.callStarts = starts();
    this.loopStarts = starts();
    this.handles = new Uint8Array(functions);
    this.throws = new Uint8Array(functions);
  }

  /** The number of functions. */
  get functions(): number {
    return this.handles.length;
  }

  /** Begins a function. */
  begin(own: number): void {
    this.segmentStarts[own] = this.#count;
    this.placeStarts[own] = this.#places;
    this.moveStarts[own] = this.#moves;
    this.callStarts[own] = this.#calls;
    this.loopStarts[own] = this.#loops;
  }

  /** Ends a function; one without a loop has no fuel in a local. */
  end(own: number, handles: boolean): void {
    if (handles) this.handles[own] = 1;
    if (this.#loops === this.loopStarts[own]) this.#moves = this.moveStarts[own]!;
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
  add(looks: boolean): number {
    const index = this.#count++;
    if (index === this.costs.length) {
      this.costs = grown(this.costs);
      this.looks = grown(this.looks);
      this.calling = grown(this.calling);
      this.forks = grown(this.forks);
    }
    if (looks) this.looks[index] = 1;
    return index;
  }

  addPlace(place: number, value: number, position: number): void {
    const index = this.#places++;
    if (index === this.positions.length) {
      this.places = grown(this.places);
      this.values = grown(this.values);
      this.positions = grown(this.positions);
    }
    this.places[index] = place;
    this.values[index] = value;
    this.positions[index] = position;
  }

  /**
   * Adds where fuel leaves a local.
   *
   * @param call The call, or {@linkcode NONE} where the function is left.
   */
  addMove(call: number, position: number): void {
    const index = this.#moves++;
    if (index === this.moves.length) {
      this.moves = grown(this.moves);
      this.movePositions = grown(this.movePositions);
    }
    this.moves[index] = call;
    this.movePositions[index] = position;
  }

  /** Adds where the function is left, which can be for several labels of an operator. */
  addLeave(position: number): void {
    const last = this.#moves - 1;
    if (this.movePositions[last] === position && this.moves[last] === NONE) return;
    this.addMove(NONE, position);
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

  /** Adds a call, and returns its index. */
  addCall(caller: number, callee: number): number {
    const index = this.#calls++;
    if (index === this.callers.length) {
      this.callers = grown(this.callers);
      this.callees = grown(this.callees);
    }
    this.calling[caller]!++;
    this.callers[index] = caller;
    this.callees[index] = callee;
    return index;
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

function grown<List extends Int32Array | Uint8Array | Float64Array>(list: List): List {
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
      const common = Math.min(costs[first]!, costs[second]!);
      costs[first]! -= common;
      costs[second]! -= common;
      costs[from]! += common;
    }
  }
}

/**
 * Takes the cost of a segment on both ways after it, if there is something to be taken anyway: so
 * it is done once on each way. An exception in a call would leave the cost out, so a segment that
 * calls functions takes it itself.
 */
export function sink(segments: Segments, own: number): void {
  const { segmentStarts, costs, calling, forks, firsts, seconds, earlier } = segments;
  for (let from = segmentStarts[own]!; from < segmentStarts[own + 1]!; from++) {
    if (calling[from]! > 0) continue;
    for (let fork = forks[from]!; fork !== NO_FORK; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      if (costs[first] === costs[second]) continue;
      costs[first]! += costs[from]!;
      costs[second]! += costs[from]!;
      costs[from] = 0;
    }
  }
}
