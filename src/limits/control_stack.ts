// WebAssembly 3.0, appendix "Validation Algorithm", which has such a stack of blocks.

import type { Body } from "../binary/body.ts";
import { DEAD, MOST_UNITS, NONE, type Segments } from "./segments.ts";

/**
 * The units after a call from which on fuel is checked. When a recursion returns, each of its
 * functions executes what follows the call, so that has to be taken then.
 */
const MOST_AFTER_CALL = 256;

/** The units for which a call counts there: most functions that do not check fuel take less. */
const CALL_UNITS = 32;

/** The maximum number of calls in a segment, with what callers take for functions. */
const MOST_CALLS = MOST_AFTER_CALL / CALL_UNITS;

/** Stands for a call among units that are not checked: more than a function has without one. */
const CALLED = 2 ** 24;

/** A block that is open. */
class Frame {
  isLoop = false;
  /** The segment in which it begins. */
  outer = DEAD;
  /** The first call that can be in it. */
  calls = 0;
  /** The segments in which the arms of an `if` begin. */
  first = DEAD;
  second = DEAD;
  /** The outermost block to which a branch in it goes; a negative number for the function. */
  reach = 0;
  /** The number of ways in which its end is reached. */
  arrivals = 0;
  /** The segment from which it is reached at last. */
  last = DEAD;
  /** The segment that follows that one unless this end is reached; `DEAD` if none does. */
  aside = DEAD;
  /** The units that are not checked where it begins, and at most where its end is reached. */
  unchecked = 0;
  uncheckedAtEnd = 0;
  /** The same of the units that were taken before a call that they follow. */
  early = 0;
  earlyAtEnd = 0;
}

/**
 * The blocks that are open at an operator, and the segment to which that belongs. The code after a
 * block belongs to the segment in which the block starts, unless control can leave the block in
 * another way.
 */
export class ControlStack {
  readonly #segments: Segments;
  readonly #body: Body;
  /** The blocks that are open, and those that were, for others. */
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** The segment of the next operator. */
  #current = DEAD;
  /** The segment of those before it, and its units. */
  #counted = DEAD;
  #units = 0;
  /**
   * The units since the last check of fuel, on any way; if one has a call since then, those after
   * the first of them and {@linkcode CALLED}.
   */
  #unchecked = 0;
  /** The first segment that begins after the last call; those before it were taken before that. */
  #late = DEAD;
  /** The units that follow a call and were taken before it, since such a segment was split. */
  #early = 0;

  /** @param body The body of the current function. */
  constructor(segments: Segments, body: Body) {
    this.#segments = segments;
    this.#body = body;
  }

  /** Begins a function, at its first operator. */
  begin(): void {
    this.#depth = 0;
    this.#unchecked = this.#early = 0;
    this.#current = this.#begin();
  }

  /** Ends the function. */
  finish(): void {
    this.#current = DEAD;
    this.#count();
    this.#segments.costs[DEAD] = this.#units = 0;
  }

  /** Adds a segment that begins at the next operator. */
  #begin(looks = false): number {
    return this.#segments.add(this.#body.position, looks);
  }

  /** Begins a segment that follows another one, unless that is never executed. */
  #follow(from: number, looks = false): void {
    this.#current = from === DEAD ? DEAD : this.#begin(looks);
  }

  /**
   * Counts units of operators, the first of which is at a position. If too many are not checked, or
   * follow a call before which they are taken, or if the segment has too many, one begins there.
   */
  execute(units: number, position: number): void {
    this.#count();
    this.#leaveUnchecked(units);
    if (this.#isLong() && this.#current !== DEAD) {
      this.#unchecked = 0;
      if (this.#current < this.#late) this.#early = 0;
      this.#current = this.#segments.add(position, true);
      this.#count();
    }
    this.#units += units;
  }

  /** Counts more units of the last operator. */
  add(units: number): void {
    this.#leaveUnchecked(units);
    this.#units += units;
  }

  #leaveUnchecked(units: number): void {
    this.#unchecked += units;
    if (this.#current < this.#late) this.#early += units;
  }

  /** Returns whether a segment has to begin, where fuel is checked. */
  #isLong(): boolean {
    if (this.#units >= MOST_UNITS) return true;
    if (this.#early >= MOST_AFTER_CALL && this.#current < this.#late) return true;
    return this.#unchecked >= (this.#unchecked < CALLED ? MOST_UNITS : CALLED + MOST_AFTER_CALL);
  }

  /** Stores the units of the segment that was counted last, and continues with the current one. */
  #count(): void {
    if (this.#current === this.#counted) return;
    const { costs } = this.#segments;
    costs[this.#counted] = this.#units;
    this.#counted = this.#current;
    this.#units = costs[this.#current]!;
  }

  /** Begins a block. */
  open(): Frame {
    const depth = this.#depth++;
    const frame = this.#frames[depth] ??= new Frame();
    frame.isLoop = false;
    frame.reach = depth;
    frame.outer = this.#current;
    frame.calls = this.#segments.calls;
    frame.first = frame.second = DEAD;
    frame.arrivals = 0;
    frame.unchecked = this.#unchecked;
    frame.early = this.#early;
    frame.uncheckedAtEnd = frame.earlyAtEnd = 0;
    return frame;
  }

  /** Begins a block with two arms, at the first one. */
  openIf(): void {
    const frame = this.open();
    this.#follow(this.#current);
    frame.first = this.#current;
  }

  /** Begins a loop, where fuel is checked in each round. */
  openLoop(): void {
    this.open().isLoop = true;
    this.#unchecked = 0;
    this.#follow(this.#current, true);
    this.#segments.costs[this.#current]!++;
  }

  /** Begins a block that handles exceptions, which go to the labels of the last operator. */
  openTryTable(): void {
    const { unchecked, early } = this.open();
    this.#comeFromCall();
    // The labels are those of the blocks around it.
    this.branches(1);
    this.#unchecked = unchecked;
    this.#early = early;
  }

  /** Begins another arm of a block: the second one of an `if`, or one for an exception. */
  arm(isElse: boolean): void {
    const frame = this.#frames[this.#depth - 1];
    if (this.#depth === 0 || frame === undefined) return; // the engine refuses it
    this.#arrive(frame, this.#current);
    this.#follow(frame.outer);
    if (!isElse) this.#comeFromCall();
    else {
      this.#unchecked = frame.unchecked;
      this.#early = frame.early;
      frame.second = this.#current;
    }
  }

  /** Notes that control comes from any call in a block, as an exception does. */
  #comeFromCall(): void {
    this.#unchecked = CALLED + MOST_AFTER_CALL;
    this.#early = MOST_AFTER_CALL;
  }

  /**
   * Notes a call.
   *
   * @param position Where it is; {@linkcode NONE} if control does not return to the function.
   */
  call(callee: number, position = NONE): void {
    const segments = this.#segments;
    if (segments.calling[this.#current]! >= MOST_CALLS && this.#current !== DEAD) {
      this.#current = segments.add(this.#body.start, true);
    }
    segments.addCall(this.#current, callee, position);
    this.#unchecked = Math.max(this.#unchecked, CALLED) + CALL_UNITS;
    this.#late = segments.count;
  }

  /** Notes a branch that is taken under a condition. */
  branchIf(label: number): void {
    const from = this.#current;
    this.#branch(label, from, from === DEAD ? DEAD : this.#segments.count);
    this.#follow(from);
  }

  /** Notes a branch after which nothing is executed. */
  branch(label: number): void {
    this.#branch(label, this.#current);
    this.stop();
  }

  /** Notes that the function is left. */
  leave(): void {
    this.branch(this.#depth);
  }

  /** Notes that the last operator goes to one of its labels, or on. */
  branchIfAny(): void {
    this.branches();
    this.#follow(this.#current);
  }

  /** Notes the branches of an operator with many labels, which begin `outside` blocks further. */
  branches(outside = 0): void {
    const from = this.#current;
    // There are more ways than this one.
    for (const label of this.#body.labels) this.#branch(label + outside, from, from);
  }

  /** Notes that nothing is executed from here on. */
  stop(): void {
    this.#current = DEAD;
  }

  /** Records an exit from the function. */
  #leave(): void {
    this.#segments.addLeave(this.#body.start);
  }

  /** Records that the end of a block is reached from a segment. */
  #arrive(frame: Frame, from: number, aside = DEAD): void {
    if (from === DEAD) return;
    frame.arrivals++;
    frame.uncheckedAtEnd = Math.max(frame.uncheckedAtEnd, this.#unchecked);
    frame.earlyAtEnd = Math.max(frame.earlyAtEnd, this.#early);
    frame.last = from;
    frame.aside = aside;
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
  end(): void {
    if (this.#depth === 0) {
      if (this.#current !== DEAD) this.#leave();
      return;
    }
    const frame = this.#frames[--this.#depth]!, { outer, first, second, reach } = frame;
    this.#reach(reach);
    this.#arrive(frame, this.#current);
    if (first !== DEAD) {
      this.#unchecked = frame.unchecked;
      this.#early = frame.early;
      if (second === DEAD) this.#arrive(frame, outer, first);
      else this.#segments.addFork(outer, first, second);
    }
    if (frame.isLoop) this.#segments.addLoop(frame.calls);
    this.#current = this.#after(frame, reach < this.#depth);
    this.#unchecked = frame.uncheckedAtEnd;
    this.#early = frame.earlyAtEnd;
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
