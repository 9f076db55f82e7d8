import { ERRNO, Failure } from "../errno.ts";

/**
 * The size of a file, a folder or a link without its contents, in bytes: about as much as in V8.
 */
export const NODE_SIZE = 512;

/** The default quota for the files that a guest makes in memory, in bytes. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The quota for the files that a guest makes in memory. */
export class MemoryRoom {
  #left: number;

  /** Makes a quota of a number of bytes. */
  constructor(most: number = MOST_BYTES) {
    this.#left = most;
  }

  /**
   * Takes bytes from the quota; a negative number returns them.
   *
   * @throws {Failure} `nospc` if there are not enough left.
   */
  take(byteLength: number): void {
    if (byteLength > this.#left) throw new Failure(ERRNO.nospc);
    this.#left -= byteLength;
  }

  /** Returns bytes to the quota. */
  give(byteLength: number): void {
    this.#left += byteLength;
  }
}

/** The bytes of a file in memory. */
export class MemoryContent {
  readonly #room: MemoryRoom;
  /** The bytes, followed by zeros as spare capacity. */
  #bytes: Uint8Array;
  #size: number;
  /** Whether the bytes are not shared. */
  #isOwned = false;

  /**
   * Makes the content of a file from given bytes. They are shared until the file is written.
   *
   * @param room The quota for added bytes.
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

  /** Reads bytes from a position on, and returns their number. */
  read(bytes: Uint8Array, position: number): number {
    const found = this.#bytes.subarray(Math.min(position, this.#size), this.#size);
    const part = found.subarray(0, bytes.byteLength);
    bytes.set(part);
    return part.byteLength;
  }

  /**
   * Writes bytes at a position. A gap before it is filled with zeros.
   *
   * @throws {Failure} `nospc` if there is no room for them.
   */
  write(bytes: Uint8Array, position: number): void {
    this.resize(Math.max(this.#size, position + bytes.byteLength));
    this.#bytes.set(bytes, position);
  }

  /**
   * Changes the size and adjusts the quota. Added bytes are zeros.
   *
   * @throws {Failure} `nospc` if there is no room for it.
   */
  resize(size: number): void {
    const growth = size - this.#size;
    this.#room.take(growth);
    const capacity = this.#bytes.byteLength;
    // The quota counts sizes, so unused capacity has to be released.
    const isWasted = size < capacity / 2;
    if (!this.#isOwned || size > capacity || isWasted) {
      const bytes = makeBytes(size > capacity ? Math.max(size, this.#size * 2) : size);
      if (bytes === undefined) {
        this.#room.give(growth);
        throw new Failure(ERRNO.nospc);
      }
      bytes.set(this.#bytes.subarray(0, Math.min(size, this.#size)));
      this.#bytes = bytes;
      this.#isOwned = true;
    } else this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }
}

/** Makes a buffer of zeros; `undefined` if the host does not have the memory. */
function makeBytes(byteLength: number): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(byteLength);
  } catch {
    return undefined;
  }
}
