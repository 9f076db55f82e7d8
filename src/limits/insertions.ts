// WebAssembly 3.0, section 5.4 "Instructions".

import type { ByteWriter } from "../binary/byte_writer.ts";
import { WIDE } from "./extras.ts";
import type { Helpers } from "./helpers.ts";

const EMPTY = 0x40, IF = 0x04, END = 0x0b;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24;

const I32_CONST = 0x41, I64_CONST = 0x42, I64_LT_S = 0x53, I64_SUB = 0x7d;

/** Writes what is inserted into one function. */
export class Insertions {
  readonly #writer: ByteWriter;
  readonly #helpers: Helpers;
  /** The local that has the units that are left while the function runs, if there is one. */
  readonly #local: number | undefined;

  constructor(writer: ByteWriter, helpers: Helpers, local: number | undefined) {
    this.#writer = writer;
    this.#helpers = helpers;
    this.#local = local;
  }

  /** Takes units, and ends the call if it looks at the fuel and nothing is left. */
  charge(units: number, looks: boolean): void {
    const writer = this.#writer;
    if (units > 0) {
      this.#get();
      writer.u8(I64_CONST);
      writer.signed(units);
      writer.u8(I64_SUB);
      if (!looks || this.#local === undefined) this.#set();
      else this.#write(LOCAL_TEE, this.#local);
    }
    if (!looks) return;
    if (units === 0 || this.#local === undefined) this.#get();
    writer.all([I64_CONST, 0, I64_LT_S, IF, EMPTY]);
    this.save();
    this.#helpers.run(writer);
    if (this.#helpers.asks) this.restore();
    writer.u8(END);
  }

  /** Takes units that depend on what is on top of the stack. */
  measure(kind: "length" | "note" | "settle", value: number): void {
    const width = (value & WIDE) === 0 ? "32" : "64", writer = this.#writer;
    if (kind === "note") {
      this.#helpers.call(writer, `note${width}`);
      return;
    }
    this.save();
    writer.u8(I32_CONST);
    writer.signed(value & ~WIDE);
    this.#helpers.call(writer, `${kind}${width}`);
    this.restore();
  }

  /** Moves what is left to where other functions find it. */
  save(): void {
    if (this.#local === undefined) return;
    this.#write(LOCAL_GET, this.#local);
    this.#write(GLOBAL_SET, this.#helpers.fuel);
  }

  /** Gets what other functions have left. */
  restore(): void {
    if (this.#local === undefined) return;
    this.#write(GLOBAL_GET, this.#helpers.fuel);
    this.#write(LOCAL_SET, this.#local);
  }

  #get(): void {
    if (this.#local === undefined) this.#write(GLOBAL_GET, this.#helpers.fuel);
    else this.#write(LOCAL_GET, this.#local);
  }

  #set(): void {
    if (this.#local === undefined) this.#write(GLOBAL_SET, this.#helpers.fuel);
    else this.#write(LOCAL_SET, this.#local);
  }

  #write(opcode: number, index: number): void {
    this.#writer.u8(opcode);
    this.#writer.unsigned(index);
  }
}
