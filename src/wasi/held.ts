/** The initial capacity, which is usually enough for a line. */
const LEAST_ROOM = 256;

/** A buffer of contiguous bytes, for which writing single bytes is not more expensive. */
export class Held {
  #bytes = new Uint8Array();
  #start = 0;
  #end = 0;

  /** The number of bytes. */
  get byteLength(): number {
    return this.#end - this.#start;
  }

  /** Returns the bytes: a live view, which goes stale with the next `push`. */
  view(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /**
   * Appends a copy of bytes.
   *
   * @param most The limit for the number of bytes, and for the capacity.
   */
  push(bytes: Uint8Array, most: number): void {
    const { byteLength } = bytes;
    if (byteLength === 0) return;
    if (this.#end + byteLength > this.#bytes.byteLength) this.#makeRoom(byteLength, most);
    this.#bytes.set(bytes, this.#end);
    this.#end += byteLength;
  }

  /** Removes bytes at the front. */
  drop(byteLength: number): void {
    this.#start += byteLength;
  }

  /** Keeps only the first bytes. */
  truncate(byteLength: number): void {
    this.#end = this.#start + byteLength;
  }

  /**
   * Moves the bytes to the front, and into a larger buffer if they would fill more than half of
   * this one.
   */
  #makeRoom(byteLength: number, most: number): void {
    const held = this.view();
    const needed = held.byteLength + byteLength;
    const room = this.#bytes.byteLength;
    if (needed > room / 2) {
      const larger = Math.min(Math.max(LEAST_ROOM, room * 2), most);
      this.#bytes = new Uint8Array(Math.max(needed, larger));
    }
    this.#bytes.set(held);
    this.#start = 0;
    this.#end = held.byteLength;
  }
}
