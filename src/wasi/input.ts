/** Standard input: bytes that are read once, from the first to the last. */
export class Input {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** Nothing is copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The number of remaining bytes. */
  get byteLength(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  /** Returns the next bytes, at most `most` of them; none at the end. */
  read(most: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + most);
    this.#offset += bytes.byteLength;
    return bytes;
  }
}
