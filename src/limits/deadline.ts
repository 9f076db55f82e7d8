/** The units before a call asks for the time at first. */
const FIRST = 16;

/** The most units of a slice: they take far less than a millisecond, and far longer than asking. */
const MOST = 2 ** 16;

/** A slice has at most so many times the units of the one before. */
const GROWTH = 8;

/** The time that a slice may take, in milliseconds. */
const TARGET = 1;

/** The least time between two questions, in milliseconds: some clocks show no shorter one. */
const RESOLUTION = 0.001;

/**
 * The time that a call has. It is divided into slices of units, at whose ends the guest asks for
 * more. Slices are shorter where units take longer, as with calls of slow host functions.
 */
export class Deadline {
  readonly #whole: number;
  /** The time for the call. */
  milliseconds: number;
  #end = 0;
  #asked = 0;
  #slice = FIRST;

  constructor(milliseconds: number) {
    this.#whole = this.milliseconds = milliseconds;
  }

  /** Begins a call, and returns the units of its first slice. */
  begin(): number {
    this.#asked = performance.now();
    this.milliseconds = this.#whole;
    this.#end = this.#asked + this.milliseconds;
    return this.#slice = FIRST;
  }

  /** Ends the call after so many milliseconds if that is sooner; returns what undoes that. */
  tighten(milliseconds: number): () => void {
    const before = { end: this.#end, milliseconds: this.milliseconds };
    const end = performance.now() + milliseconds;
    if (end < this.#end) {
      this.#end = end;
      this.milliseconds = milliseconds;
    }
    return () => {
      ({ milliseconds: this.milliseconds, end: this.#end } = before);
    };
  }

  /** The units of the slice. */
  get slice(): number {
    return this.#slice;
  }

  /** The milliseconds that are left. */
  get remaining(): number {
    return Math.max(0, this.#end - performance.now());
  }

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Returns the units of the next slice, or `undefined` if the time is over. */
  next(): number | undefined {
    const now = performance.now();
    if (now >= this.#end) return undefined;
    const elapsed = Math.max(RESOLUTION, now - this.#asked);
    this.#asked = now;
    const change = Math.min(GROWTH, TARGET / elapsed);
    return this.#slice = Math.max(1, Math.min(MOST, Math.floor(this.#slice * change)));
  }
}
