/**
 * Returns the next bytes of an input, or a promise of them; `undefined` at the end. They may be
 * empty.
 */
export type NextBytes = () => Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;

/** Where the bytes of an input come from. */
export interface InputPieces {
  readonly next: NextBytes;
  /** Ends the source, if it has an end, although it may have more bytes. */
  readonly close?: (() => void) | undefined;
}

/** Standard input: bytes that are read once, from the first to the last. */
export class Input {
  #bytes: Uint8Array;
  #offset = 0;
  #pieces: InputPieces | undefined;

  /**
   * Nothing is copied.
   *
   * @param pieces Asked for more bytes as soon as none are left, up to the end.
   */
  constructor(bytes: Uint8Array, pieces?: InputPieces) {
    this.#bytes = bytes;
    this.#pieces = pieces;
  }

  /** The number of bytes that can be read at once. */
  get byteLength(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  /** Returns the next bytes, at most `most` of them, or a promise of them; none at the end. */
  read(most: number): Uint8Array | PromiseLike<Uint8Array> {
    while (this.#pieces !== undefined && this.byteLength === 0 && most > 0) {
      const found = this.#pieces.next();
      if (found !== undefined && "then" in found) {
        return found.then((bytes) => {
          this.#take(bytes);
          return this.read(most);
        });
      }
      this.#take(found);
    }
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + most);
    this.#offset += bytes.byteLength;
    return bytes;
  }

  /** Ends the source, unless it has come to its own end: nobody reads on. */
  close(): void {
    const pieces = this.#pieces;
    this.#take(undefined);
    pieces?.close?.();
  }

  #take(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#pieces = undefined;
    this.#bytes = bytes ?? new Uint8Array();
    this.#offset = 0;
  }
}
