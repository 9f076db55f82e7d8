// WebAssembly 3.0, appendix "Custom Sections and Annotations", section "Branch Hints Section".

import { ByteWriter } from "../binary/byte_writer.ts";

const CUSTOM = 0;

/** The length of a hint, and the hint that a branch is unlikely. */
const ONE_BYTE = 1, UNLIKELY = 0;

/**
 * Hints that branches are unlikely. Without them, a loop with a call in such a branch is up to
 * three times as slow.
 */
export class BranchHints {
  readonly #functions = new ByteWriter();
  #count = 0;
  readonly #offsets: number[] = [];

  /** Adds an `if` of the current function, by its offset in the body. */
  add(offset: number): void {
    this.#offsets.push(offset);
  }

  /** Ends a function: the hints since the last one are those of this index. */
  end(index: number): void {
    if (this.#offsets.length === 0) return;
    const writer = this.#functions;
    writer.unsigned(index);
    writer.unsigned(this.#offsets.length);
    for (const offset of this.#offsets) {
      writer.unsigned(offset);
      writer.u8(ONE_BYTE);
      writer.u8(UNLIKELY);
    }
    this.#offsets.length = 0;
    this.#count++;
  }

  /** Writes the section, which has to come before the code. */
  write(writer: ByteWriter): void {
    if (this.#count === 0) return;
    writer.u8(CUSTOM);
    writer.counted(() => {
      writer.name("metadata.code.branch_hint");
      writer.unsigned(this.#count);
      writer.copy(this.#functions.bytes);
    });
  }
}
