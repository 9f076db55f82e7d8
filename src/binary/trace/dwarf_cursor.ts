// DWARF 5, section 7.6 "Variable Length Data"; in WebAssembly everything is little-endian.

/** Reads numbers; beyond the end it throws a `RangeError`. */
export class DwarfCursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.end = end;
  }

  /** Returns a cursor of the next bytes, and moves past them. */
  part(byteLength: number): DwarfCursor {
    const at = this.skip(byteLength);
    return new DwarfCursor(this.#bytes, at, at + byteLength);
  }

  skip(byteLength: number): number {
    const { at } = this;
    if (byteLength > this.end - at) throw new RangeError("beyond the end");
    this.at += byteLength;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  /** Reads a LEB128. A value too large for a number loses precision; it cannot be an address. */
  leb(isSigned = false): number {
    let value = 0, scale = 1, byte: number;
    do {
      byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return isSigned && (byte & 0x40) !== 0 ? value - scale : value;
  }

  text(): string {
    const start = this.at;
    while (this.u8() !== 0);
    return new TextDecoder().decode(this.#bytes.slice(start, this.at - 1));
  }
}
