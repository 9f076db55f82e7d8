import { hoist } from "./forks.ts";
import { DEAD, type FunctionSegments, NONE, Place, type Segments } from "./segments.ts";

/**
 * The most units that a function takes until fuel is looked at, beside its own operators, and the
 * most that its callers take for it.
 */
const MOST_UNITS = 1024;

/**
 * The calls of a module's functions. Callers take what a call costs in any case, and fuel is looked
 * at wherever functions may call themselves, or call so many others that work grows without a loop.
 */
export class CallGraph {
  readonly #segments: Segments;
  readonly #functions: readonly FunctionSegments[];
  /** The number of functions before the module's own. */
  readonly #imported: number;
  readonly #isForeign: (index: number) => boolean;
  /** The units that callers take for a function; `NONE` until they are known. */
  readonly #prepaid: Float64Array;
  /** The most units that a function executes without a look at fuel. */
  readonly #unseen: Float64Array;
  /** Whether a function takes no units itself. */
  readonly #free: Uint8Array;

  /**
   * Settles who takes what.
   *
   * @param functions The module's own functions.
   * @param imported The number of functions before them.
   * @param isForeign Whether a function can be called by others than its callers in the code.
   */
  constructor(
    segments: Segments,
    functions: readonly FunctionSegments[],
    imported: number,
    isForeign: (index: number) => boolean,
  ) {
    this.#segments = segments;
    this.#functions = functions;
    this.#imported = imported;
    this.#isForeign = isForeign;
    this.#prepaid = new Float64Array(functions.length).fill(NONE);
    this.#unseen = new Float64Array(functions.length);
    this.#free = new Uint8Array(functions.length);
    this.#settle();
  }

  /** Returns the units that the callers of a function take for it. */
  prepaid(index: number): number {
    return this.#prepaid[index - this.#imported] ?? 0;
  }

  /** Returns whether a call takes no units beside those that its caller takes. */
  isFree(call: number): boolean {
    return this.#free[this.#calleeOf(call)] === 1;
  }

  /** Returns which of the module's own functions a call names; a negative number if none. */
  #calleeOf(call: number): number {
    return this.#segments.callees[call]! - this.#imported;
  }

  #settle(): void {
    const { costs, callers } = this.#segments;
    const late: number[] = [], recursive = new Set<number>();
    for (const own of this.#calleesFirst()) {
      const before = late.length;
      this.#settleFunction(own, late);
      if (late.length > before) recursive.add(own);
    }
    // Now it is known what these calls cost.
    for (const call of late) {
      costs[callers[call]!]! += this.#prepaid[this.#calleeOf(call)]!;
    }
    for (const own of recursive) hoist(this.#segments, this.#functions[own]!.segments);
  }

  /** Settles one function, and adds its calls of those that are not settled to `late`. */
  #settleFunction(own: number, late: number[]): void {
    const { costs, looks, callers } = this.#segments;
    const { segments, calls } = this.#functions[own]!;
    let most = 0;
    for (let segment = segments.start; segment < segments.end; segment++) most += costs[segment]!;
    for (let call = calls.start; call < calls.end; call++) {
      const caller = callers[call]!, callee = this.#calleeOf(call);
      if (caller === DEAD) continue;
      const prepaid = this.#prepaid[callee] ?? NONE;
      if (prepaid !== NONE) costs[caller]! += prepaid;
      else {
        looks[caller] = 1;
        if (callee >= 0) late.push(call);
      }
      if (looks[caller] === 0) most += this.#unseen[callee]!;
    }
    if (most > MOST_UNITS) {
      most = MOST_UNITS;
      for (let call = calls.start; call < calls.end; call++) {
        const caller = callers[call]!;
        if (caller !== DEAD) looks[caller] = 1;
      }
    }
    this.#unseen[own] = most;
    hoist(this.#segments, segments);
    const least = costs[segments.start]!;
    const prepaid = this.#isForeign(own + this.#imported) || least > MOST_UNITS ? 0 : least;
    costs[segments.start]! -= prepaid;
    this.#prepaid[own] = prepaid;
    this.#free[own] = this.#takesNothing(own) ? 1 : 0;
  }

  #takesNothing(own: number): boolean {
    const { costs, looks, places } = this.#segments, found = this.#functions[own]!;
    for (let segment = found.segments.start; segment < found.segments.end; segment++) {
      if (costs[segment] !== 0 || looks[segment] === 1) return false;
    }
    for (let index = found.places.start; index < found.places.end; index++) {
      const place = places[index]!;
      if (place !== Place.charge && place < Place.call) return false;
    }
    for (let call = found.calls.start; call < found.calls.end; call++) {
      if (!this.isFree(call)) return false;
    }
    return true;
  }

  /** Returns the functions in an order in which callees come before callers, as far as they can. */
  *#calleesFirst(): Generator<number> {
    const functions = this.#functions;
    const next = Int32Array.from(functions, ({ calls }) => calls.start);
    const isSeen = new Uint8Array(functions.length);
    const path: number[] = [];
    const enter = (own: number) => {
      if (own < 0 || isSeen[own] === 1) return;
      isSeen[own] = 1;
      path.push(own);
    };
    for (let root = 0; root < functions.length; root++) {
      enter(root);
      while (path.length > 0) {
        const own = path.at(-1)!, call = next[own]!++;
        if (call < functions[own]!.calls.end) enter(this.#calleeOf(call));
        else yield path.pop()!;
      }
    }
  }
}
