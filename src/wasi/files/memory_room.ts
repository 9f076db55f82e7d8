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
