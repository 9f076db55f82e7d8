// WebAssembly 3.0, sections 5.2 "Values" and 5.5.2 "Sections".

/** The size of a length that is written before its contents are known: a padded LEB128. */
const LENGTH_BYTES = 5;

/** The bytes that a word of four can reach past a range. */
const PADDING = 3;

/** The number of bytes from which on a call that copies them takes less time than a loop. */
const MANY = 128;

/** Writes a binary into a growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** Reserves `capacity` bytes initially. */
  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /** Returns a view of the bytes written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  u8(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Writes an unsigned LEB128 of at most 53 bits. */
  unsigned(value: number): void {
    while (value >= 0x80) {
      this.u8(value % 0x80 | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.u8(value);
  }

  /** Writes a signed LEB128 of at most 53 bits. */
  signed(value: number): void {
    while (value < -0x40 || value >= 0x40) {
      const low = value & 0x7f;
      this.u8(low | 0x80);
      value = (value - low) / 0x80;
    }
    this.u8(value & 0x7f);
  }

  name(text: string): void {
    const utf8 = new TextEncoder().encode(text);
    this.unsigned(utf8.length);
    this.copy(utf8);
  }

  all(bytes: readonly number[]): void {
    for (const byte of bytes) this.u8(byte);
  }

  /** Copies a range of other bytes. */
  copy(from: Uint8Array, start = 0, end: number = from.length): void {
    const byteLength = end - start;
    if (this.#length + byteLength > this.#bytes.length) this.#grow(byteLength);
    const bytes = this.#bytes, offset = this.#length - start;
    // For a few bytes, a loop is faster than a call.
    if (byteLength < 48) { for (let at = start; at < end; at++) bytes[offset + at] = from[at]!; }
    else bytes.set(from.subarray(start, end), this.#length);
    this.#length += byteLength;
  }

  /** Copies bytes that {@linkcode padded} has prepared. */
  copyPadded(from: DataView): void {
    this.copyRange(from, 0, from.byteLength - PADDING);
  }

  /** Copies a range of a binary, which for tens of bytes takes less time than {@linkcode copy}. */
  copyRange(from: DataView, start: number, end: number): void {
    const byteLength = end - start, view = this.#view, offset = this.#length - start;
    const isInside = end + PADDING <= from.byteLength &&
      this.#length + byteLength + PADDING <= view.byteLength;
    if (byteLength < MANY && isInside) {
      // The next write replaces what a word copies beyond the range.
      for (let at = start; at < end; at += 4) {
        view.setUint32(offset + at, from.getUint32(at, true), true);
      }
      this.#length += byteLength;
    } else this.copy(new Uint8Array(from.buffer, from.byteOffset + start, byteLength));
  }

  /**
   * Writes the byte length of what `write` writes, then the contents.
   *
   * @param more The number of bytes that are written later and belong to the contents.
   */
  counted(write: () => void, more = 0): void {
    const start = this.beginCounted();
    write();
    this.endCounted(start, more);
  }

  /** Leaves room for the length of what follows, and returns where that begins. */
  beginCounted(): number {
    if (this.#length + LENGTH_BYTES > this.#bytes.length) this.#grow(LENGTH_BYTES);
    return this.#length += LENGTH_BYTES;
  }

  /** Writes the length of what was written since `start`, and of `more` bytes, before it. */
  endCounted(start: number, more = 0): void {
    let length = this.#length - start + more;
    for (let at = start - LENGTH_BYTES; at < start; at++) {
      this.#bytes[at] = length & 0x7f | (at < start - 1 ? 0x80 : 0);
      length >>>= 7;
    }
  }

  /** Inserts bytes before all others. */
  prepend(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.copyWithin(bytes.length, 0, this.#length);
    this.#bytes.set(bytes);
    this.#length += bytes.length;
  }

  #grow(byteLength: number): void {
    const bytes = new Uint8Array(2 * this.#bytes.length + byteLength);
    bytes.set(this.bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Returns bytes that {@linkcode ByteWriter.copyPadded} copies often. */
export function padded(bytes: readonly number[]): DataView {
  const padded = new Uint8Array(bytes.length + PADDING);
  padded.set(bytes);
  return new DataView(padded.buffer);
}
