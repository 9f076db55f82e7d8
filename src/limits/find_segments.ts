import type { ModuleInfo } from "../binary/types.ts";
import type { BoundedBody } from "./bounded_body.ts";
import { EXTRA_OF } from "./extras.ts";
import { COST_OF, Flow, FLOW_OF, Frame } from "./flow.ts";
import { DEAD, MOST_UNITS, NONE, Place, type Segments } from "./segments.ts";
import type { Redirects } from "./string_builtins.ts";

const ELSE = 0x05, BR = 0x0c, BR_TABLE = 0x0e, CALL = 0x10, RETURN_CALL = 0x12;

// V8 makes faster code for constants of the same file, also of these tables.
const COSTS = COST_OF, FLOWS = FLOW_OF, EXTRAS = EXTRA_OF;

const { next: NEXT, end: END, block: BLOCK, leave: LEAVE, branch: BRANCH, if: IF } = Flow;

const { loop: LOOP, arm: ARM, stop: STOP, call: CALLS, tailCall: TAIL_CALLS } = Flow;

const { branches: BRANCHES, try: TRY, tryTable: TRY_TABLE, throw: THROW } = Flow;

const { resume: RESUME, refer: REFER } = Flow;

/** 1 for the operators that cost one unit and go on to the next one; 0 for others. */
export const PLAIN = Uint8Array.from(
  COSTS,
  (cost, number) => cost === 1 && FLOWS[number] === NEXT && !EXTRAS[number] ? 1 : 0,
);

/**
 * The maximum number of calls in one segment. The cost of their functions is taken and checked
 * together, so it has to be small.
 */
const MOST_CALLS = 64;

/**
 * The least units of an object that is large. A few bytes of code can make one of 10,000 fields, so
 * its cost is taken and checked where it is made.
 */
const LARGE = 8;

/**
 * Finds segments, function by function. The code after a block belongs to the segment in which the
 * block starts, unless control can leave the block in another way.
 */
export class SegmentFinder {
  readonly #segments: Segments;
  readonly #info: ModuleInfo;
  readonly #redirects: Redirects;
  /** The blocks that are open, and those that were, for others. */
  readonly #frames: Frame[] = [];
  #depth = 0;
  #own = 0;
  #body!: BoundedBody;
  #current = DEAD;
  #handles = false;

  /** @param redirects Gets the places where the code names functions. */
  constructor(segments: Segments, info: ModuleInfo, redirects: Redirects) {
    this.#segments = segments;
    this.#info = info;
    this.#redirects = redirects;
  }

  /**
   * Finds the segments of one function.
   *
   * @param body The function's body, at its first operator; `PLAIN` are its plain ones.
   */
  find(body: BoundedBody, own: number): void {
    const segments = this.#segments;
    segments.begin(own);
    this.#own = own;
    this.#body = body;
    this.#depth = 0;
    this.#handles = false;
    this.#current = this.#begin();
    let current = this.#current, units = 0;
    while (!body.isAtEnd) {
      const number = body.nextOther(), flow = FLOWS[number]!;
      units += body.passed + COSTS[number]!;
      if (flow === NEXT) this.#addExtra(number);
      else this.#follow(flow, number);
      if (this.#current === current) {
        if (segments.costs[current]! + units < MOST_UNITS || body.isAtEnd) continue;
        this.#current = this.#follows(current, true);
      }
      segments.costs[current]! += units;
      current = this.#current;
      units = 0;
    }
    segments.costs[current]! += units;
    segments.costs[DEAD] = 0;
    segments.end(own, this.#handles);
  }

  #addExtra(number: number): void {
    const extra = EXTRAS[number]?.(this.#body, this.#info);
    if (extra === undefined) return;
    const segments = this.#segments, { start, position } = this.#body;
    if (typeof extra === "number") {
      if (extra < LARGE) segments.costs[this.#current]! += extra;
      else segments.addPlace(start, Place.object, extra);
    } else if ("length" in extra) segments.addPlace(start, Place.length, extra.length);
    else if ("waits" in extra) segments.addPlace(start, Place.wait, 0);
    else {
      segments.addPlace(start, Place.note, extra.grows);
      segments.addPlace(position, Place.settle, extra.grows);
    }
  }

  /** Begins a segment at the next operator. */
  #begin(looks = false): number {
    return this.#segments.add(this.#body.position, looks);
  }

  /** Begins a segment that follows another one, unless that is never executed. */
  #follows(from: number, looks = false): number {
    return from === DEAD ? DEAD : this.#begin(looks);
  }

  /** Returns a segment, or one that follows it if it can have no more calls, or no more units. */
  #withRoom(segment: number): number {
    const { calling, costs } = this.#segments, isLong = costs[segment]! >= MOST_UNITS;
    return calling[segment]! < MOST_CALLS && !isLong ? segment : this.#follows(segment, isLong);
  }

  #follow(flow: number, number: number): void {
    const body = this.#body;
    // The most frequent ones come first.
    switch (flow) {
      case END:
        this.#end();
        break;
      case CALLS: {
        if (number === CALL) this.#redirect();
        this.#call(number === CALL ? body.index : NONE, body.start);
        this.#current = this.#withRoom(this.#current);
        break;
      }
      case BLOCK:
        this.#open();
        break;
      case LEAVE:
        if (number === BR) this.#branch(body.index, this.#current);
        else if (number === BR_TABLE) this.#branches();
        else this.#branch(this.#depth, this.#current);
        this.#current = DEAD;
        break;
      case BRANCH: {
        const from = this.#current;
        this.#branch(body.index, from, from === DEAD ? DEAD : this.#segments.count);
        this.#current = this.#follows(from);
        break;
      }
      case IF: {
        const frame = this.#open();
        frame.first = this.#current = this.#follows(this.#current);
        break;
      }
      case LOOP:
        this.#open().isLoop = true;
        this.#current = this.#follows(this.#current, true);
        this.#segments.costs[this.#current]!++;
        break;
      case ARM:
        this.#arm(number);
        break;
      case STOP:
        this.#current = DEAD;
        break;
      case BRANCHES:
        this.#branches();
        this.#current = this.#follows(this.#current);
        break;
      case TRY:
        this.#handles = true;
        this.#open();
        break;
      case TRY_TABLE:
        this.#handles = true;
        this.#open();
        // Its labels are those of the blocks around it.
        this.#branches(1);
        break;
      case THROW:
        this.#segments.throws[this.#own] = 1;
        this.#branch(this.#depth, this.#current);
        this.#current = DEAD;
        break;
      case TAIL_CALLS:
        if (number === RETURN_CALL) this.#redirect();
        this.#call(number === RETURN_CALL ? body.index : NONE);
        this.#branch(this.#depth, this.#current);
        this.#current = DEAD;
        break;
      case RESUME:
        this.#handles = true;
        this.#call(NONE);
        this.#branches();
        this.#current = this.#follows(this.#current);
        break;
      case REFER:
        this.#segments.references.add(body.index);
        this.#redirect();
        break;
    }
  }

  /** Records that the last operator refers to a function. */
  #redirect(): void {
    const { start, position, index } = this.#body;
    this.#redirects.note(start + 1, position, index);
  }

  #open(): Frame {
    const depth = this.#depth++;
    const frame = this.#frames[depth] ??= new Frame();
    frame.isLoop = false;
    frame.reach = depth;
    frame.outer = this.#current;
    frame.calls = this.#segments.calls;
    frame.first = frame.second = DEAD;
    frame.arrivals = 0;
    return frame;
  }

  /** Begins another arm of a block. */
  #arm(number: number): void {
    const frame = this.#frames[this.#depth - 1];
    if (this.#depth === 0 || frame === undefined) return; // the engine refuses it
    this.#arrive(frame, this.#current);
    this.#current = this.#follows(frame.outer);
    if (number === ELSE) frame.second = this.#current;
  }

  #call(callee: number, position = NONE): void {
    this.#segments.addCall(this.#current, callee, position);
  }

  /** Records an exit from the function. */
  #leave(): void {
    this.#segments.addLeave(this.#body.start);
  }

  /** Records that the end of a block is reached from a segment. */
  #arrive(frame: Frame, from: number, aside = DEAD): void {
    if (from === DEAD) return;
    frame.arrivals++;
    frame.last = from;
    frame.aside = aside;
  }

  /** Notes the branches of an operator with many labels, which begin `outside` blocks further. */
  #branches(outside = 0): void {
    const from = this.#current;
    // There are more ways than this one.
    for (const label of this.#body.labels) this.#branch(label + outside, from, from);
  }

  /**
   * Notes a branch to the block at a depth; beyond all of them, it leaves the function.
   *
   * @param aside The segment that follows if the branch is not taken; itself if many can.
   */
  #branch(depth: number, from: number, aside = DEAD): void {
    const target = this.#depth - 1 - depth;
    this.#reach(target);
    if (target < 0) this.#leave();
    else if (!this.#frames[target]!.isLoop) this.#arrive(this.#frames[target]!, from, aside);
  }

  /** Notes that a branch goes from the innermost block that is open to another one. */
  #reach(target: number): void {
    if (this.#depth === 0) return;
    const frame = this.#frames[this.#depth - 1]!;
    frame.reach = Math.min(frame.reach, target);
  }

  /** Ends a block, or the function. */
  #end(): void {
    if (this.#depth === 0) {
      if (this.#current !== DEAD) this.#leave();
      return;
    }
    const frame = this.#frames[--this.#depth]!, { outer, first, second, reach } = frame;
    this.#reach(reach);
    this.#arrive(frame, this.#current);
    if (first !== DEAD) {
      if (second === DEAD) this.#arrive(frame, outer, first);
      else this.#segments.addFork(outer, first, second);
    }
    if (frame.isLoop) this.#segments.addLoop(frame.calls);
    this.#current = this.#withRoom(this.#after(frame, reach < this.#depth));
  }

  /**
   * Returns the segment of what follows a block.
   *
   * @param escapes Whether a branch in it goes to another block, or out of the function.
   */
  #after({ outer, arrivals, last, aside }: Frame, escapes: boolean): number {
    if (arrivals === 0 || outer === DEAD) return DEAD;
    if (!escapes) return outer;
    if (arrivals === 1 && aside === DEAD) return last;
    const segment = this.#begin();
    if (arrivals === 1 && aside !== last) this.#segments.addFork(last, aside, segment);
    return segment;
  }
}
