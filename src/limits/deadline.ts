/** The number of units before a call first checks the time. */
const FIRST = 16;

/**
 * The maximum number of units of a slice, which take far less than a millisecond, and far longer
 * than checking the time.
 */
const MOST = 2 ** 16;

/** The maximum growth from one slice to the next. */
const GROWTH = 8;

/** The time that a slice may take, in milliseconds. */
const TARGET = 1;

/** The minimum time between two checks in milliseconds: the resolution of some clocks. */
const RESOLUTION = 0.001;

/**
 * The time for a call. It is divided into slices of units, at whose ends the guest requests more.
 * Slices are shorter where units take longer, as with calls of slow host functions.
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

  /** Lowers the time for the call; returns a function that undoes this. */
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
