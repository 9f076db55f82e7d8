/** The least room that is made: enough for a line as a rule. */
const LEAST_ROOM = 256;

/** Bytes that are held in one piece: a guest that writes each byte alone costs no more than one that does not. */
export class Held {
  #bytes = new Uint8Array();
  #start = 0;
  #end = 0;

  /** How many bytes are held. */
  get byteLength(): number {
    return this.#end - this.#start;
  }

  /** The bytes: a live view, which goes stale with the next `push`. */
  view(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /**
   * Copies bytes to the end of what is held.
   *
   * @param most How many there can come to be: no more room than that is made.
   */
  push(bytes: Uint8Array, most: number): void {
    const { byteLength } = bytes;
    if (byteLength === 0) return;
    if (this.#end + byteLength > this.#bytes.byteLength) this.#makeRoom(byteLength, most);
    this.#bytes.set(bytes, this.#end);
    this.#end += byteLength;
  }

  /** Drops bytes at the front. */
  drop(byteLength: number): void {
    this.#start += byteLength;
  }

  /** Keeps nothing but the first bytes. */
  truncate(byteLength: number): void {
    this.#end = this.#start + byteLength;
  }

  /** Moves what is held to the front, into a larger buffer if it would fill more than half of this. */
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
