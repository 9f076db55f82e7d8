import { ERRNO, Failure } from "../errno.ts";

/** What a file, a folder or a link takes without its contents, in bytes: about as much as in V8. */
export const NODE_SIZE = 512;

/** The most bytes that a guest's files in memory take, besides those that it was given. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The room for the files that a guest makes in memory. */
export class MemoryRoom {
  #left: number;

  /** Makes room of so many bytes. */
  constructor(most: number = MOST_BYTES) {
    this.#left = most;
  }

  /**
   * Takes bytes; a negative number gives them back.
   *
   * @throws {Failure} `nospc` if so many are not left.
   */
  take(byteLength: number): void {
    if (byteLength > this.#left) throw new Failure(ERRNO.nospc);
    this.#left -= byteLength;
  }

  /** Gives bytes back. */
  give(byteLength: number): void {
    this.#left += byteLength;
  }
}

/** The bytes of a file in memory. */
export class MemoryContent {
  readonly #room: MemoryRoom;
  /** The bytes, and behind them zeros for more. */
  #bytes: Uint8Array;
  #size: number;
  /** Whether nobody else has these bytes. */
  #isOwned = false;

  /**
   * Makes the content of a file from given bytes. They are shared until the file is written.
   *
   * @param room What the bytes take that are added, and that those give which are removed.
   */
  constructor(bytes: Uint8Array, room: MemoryRoom) {
    this.#room = room;
    this.#bytes = bytes;
    this.#size = bytes.byteLength;
  }

  /** The size in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Returns a copy of all bytes. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  /** Fills bytes from a position on, and returns how many. */
  read(bytes: Uint8Array, position: number): number {
    const found = this.#bytes.subarray(Math.min(position, this.#size), this.#size);
    const part = found.subarray(0, bytes.byteLength);
    bytes.set(part);
    return part.byteLength;
  }

  /**
   * Writes bytes at a position. Bytes before it become zeros.
   *
   * @throws {Failure} `nospc` if there is no room for them.
   */
  write(bytes: Uint8Array, position: number): void {
    this.resize(Math.max(this.#size, position + bytes.byteLength));
    this.#bytes.set(bytes, position);
  }

  /**
   * Changes the size, which takes or gives room. Bytes that are added are zeros.
   *
   * @throws {Failure} `nospc` if there is no room for it.
   */
  resize(size: number): void {
    if (size > this.#size) this.#room.take(size - this.#size);
    else this.#room.give(this.#size - size);
    const capacity = this.#bytes.byteLength;
    // Room is counted by sizes, so a capacity that is not used must not stay.
    const isWasted = size < capacity / 2;
    if (!this.#isOwned || size > capacity || isWasted) {
      const bytes = new Uint8Array(size > capacity ? Math.max(size, this.#size * 2) : size);
      bytes.set(this.#bytes.subarray(0, Math.min(size, this.#size)));
      this.#bytes = bytes;
      this.#isOwned = true;
    } else this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }
}
