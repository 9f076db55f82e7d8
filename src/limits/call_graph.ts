// WebAssembly 3.0, section 3.5.1 "Module": code can only refer to functions that are named
// elsewhere.

import { readGlobalSection, readTableSection } from "../binary/definitions.ts";
import type { Draft } from "../binary/draft.ts";
import { Reader } from "../binary/reader.ts";
import { readElementSection } from "../binary/segments.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { DEAD, hoist, NONE, Place, type Segments } from "./segments.ts";
import type { Redirects } from "./string_builtins.ts";

/** The maximum number of units of a function that does not check fuel when it begins. */
const MOST_UNSEEN = 128;

/** The maximum number of units that the callers of a function take for it. */
const MOST_PREPAID = 1024;

/**
 * The calls of a module's functions. Callers take the units that every call of a function costs.
 * Fuel is checked before calls that may be recursive, and where a function begins that takes more
 * than a few units, so that work without a loop has checks as well.
 */
export class CallGraph {
  readonly #segments: Segments;
  /** The number of functions before the module's own. */
  readonly #imported: number;
  readonly #isForeign: (index: number) => boolean;
  /** The units that callers take for a function; `NONE` until they are known. */
  readonly #prepaid: Int32Array;
  /** The units that a function takes itself without a check of fuel: 0 if it begins with one. */
  readonly #unseen: Int32Array;
  /** Whether a function takes no units itself. */
  readonly #free: Uint8Array;

  /**
   * Determines which function takes which units.
   *
   * @param segments Those of the module's own functions.
   * @param imported The number of functions before them.
   * @param isForeign Whether a function can be called from outside the code.
   */
  constructor(segments: Segments, imported: number, isForeign: (index: number) => boolean) {
    this.#segments = segments;
    this.#imported = imported;
    this.#isForeign = isForeign;
    this.#prepaid = new Int32Array(segments.functions).fill(NONE);
    this.#unseen = new Int32Array(segments.functions);
    this.#free = new Uint8Array(segments.functions);
    this.#settle();
  }

  /** Returns the units that the callers of a function take for it. */
  prepaid(index: number): number {
    return this.#prepaid[index - this.#imported] ?? 0;
  }

  /** Returns whether a call takes no units in addition to those that its caller takes. */
  isFree(call: number): boolean {
    const callee = this.#calleeOf(call);
    return callee >= 0 && this.#free[callee] === 1;
  }

  /** Returns which of the module's own functions a call names; a negative number if none. */
  #calleeOf(call: number): number {
    return this.#segments.callees[call]! - this.#imported;
  }

  /** Settles all functions: callees before callers, as far as they can. */
  #settle(): void {
    const { functions, callStarts } = this.#segments;
    const path = new Int32Array(functions), next = callStarts.slice();
    const isSeen = new Uint8Array(functions);
    const late: number[] = [], recursive: number[] = [];
    let root = 0, depth = -1;
    // One loop, because V8 leaves its fast code at each end of an inner one.
    while (depth >= 0 || root < functions) {
      const own = depth < 0 ? NONE : path[depth]!;
      let entered = NONE;
      if (own === NONE) entered = root++;
      else if (next[own]! < callStarts[own + 1]!) entered = this.#calleeOf(next[own]!++);
      else {
        const before = late.length;
        this.#settleFunction(own, late);
        if (late.length > before) recursive.push(own);
        depth--;
      }
      if (entered >= 0 && isSeen[entered] === 0) isSeen[path[++depth] = entered] = 1;
    }
    this.#settleLate(late);
    for (const own of recursive) hoist(this.#segments, own);
  }

  /** Adds the costs of calls that were not known before. */
  #settleLate(late: readonly number[]): void {
    const { costs, callers } = this.#segments;
    for (const call of late) {
      costs[callers[call]!]! += this.#prepaid[this.#calleeOf(call)]!;
    }
  }

  /** Settles one function, and adds its calls of those that are not settled to `late`. */
  #settleFunction(own: number, late: number[]): void {
    const { costs, looks, callers, segmentStarts, callStarts } = this.#segments;
    const start = segmentStarts[own]!, end = segmentStarts[own + 1]!;
    const endOfCalls = callStarts[own + 1]!;
    let unseen = 0;
    for (let segment = start; segment < end; segment++) unseen += costs[segment]!;
    for (let call = callStarts[own]!; call < endOfCalls; call++) {
      const caller = callers[call]!, callee = this.#calleeOf(call);
      if (caller === DEAD) continue;
      const prepaid = callee < 0 ? NONE : this.#prepaid[callee]!;
      if (prepaid !== NONE) {
        costs[caller]! += prepaid;
        unseen += prepaid + this.#unseen[callee]!;
      } else {
        looks[caller] = 1;
        if (callee >= 0) late.push(call);
      }
    }
    if (unseen > MOST_UNSEEN) {
      looks[start] = 1;
      unseen = 0;
    }
    hoist(this.#segments, own);
    const least = costs[start]!;
    const prepaid = this.#isForeign(own + this.#imported) || least > MOST_PREPAID ? 0 : least;
    costs[start]! -= prepaid;
    this.#prepaid[own] = prepaid;
    this.#unseen[own] = Math.max(0, unseen - prepaid);
    this.#free[own] = this.#takesNothing(own) ? 1 : 0;
  }

  #takesNothing(own: number): boolean {
    const { costs, looks, places, segmentStarts, placeStarts, callStarts, throws } = this.#segments;
    // An exception would lose the fuel that the caller has in a local.
    if (throws[own] === 1) return false;
    for (let segment = segmentStarts[own]!; segment < segmentStarts[own + 1]!; segment++) {
      if (costs[segment] !== 0 || looks[segment] === 1) return false;
    }
    for (let index = placeStarts[own]!; index < placeStarts[own + 1]!; index++) {
      if (places[index] !== Place.leave) return false;
    }
    for (let call = callStarts[own]!; call < callStarts[own + 1]!; call++) {
      if (!this.isFree(call)) return false;
    }
    return true;
  }
}

const SECTIONS = { 4: readTableSection, 6: readGlobalSection, 9: readElementSection } as const;

/** Reads a section, and notes the functions that it names. */
class NotingReader extends Reader {
  readonly functions: Set<number>;
  readonly redirects: Redirects;

  constructor({ bytes, position, end }: Reader, functions: Set<number>, redirects: Redirects) {
    super(bytes, position, end);
    this.functions = functions;
    this.redirects = redirects;
  }

  override index(what: string, length: number): number {
    const start = this.position, index = super.index(what, length);
    if (what === "element" || what === "ref.func") {
      this.functions.add(index);
      this.redirects.note(start, this.position, index);
    }
    return index;
  }
}

/**
 * Finds the functions to which sections before the code make references.
 *
 * @param redirects Gets the places where sections before the code name functions.
 */
export function findReferences(
  sections: ReadonlyMap<number, Reader>,
  info: ModuleInfo,
  redirects: Redirects,
): ReadonlySet<number> {
  const found = new Set<number>();
  const { tables, globals } = info;
  for (const [id, read] of Object.entries(SECTIONS)) {
    const section = sections.get(Number(id));
    if (section === undefined) continue;
    const draft = { ...info, tables: [...tables], globals: [...globals], unsupported: new Set() };
    read(new NotingReader(section, found, redirects), draft as unknown as Draft);
  }
  return found;
}
