// WebAssembly 3.0, section 5.4 "Instructions".

import type { Body } from "../binary/body.ts";
import type { ByteWriter } from "../binary/byte_writer.ts";
import { WIDE } from "./extras.ts";
import type { Helpers } from "./helpers.ts";
import type { Replaced } from "./replaced.ts";
import { Place } from "./segments.ts";

const I64 = 0x7e, EMPTY = 0x40, IF = 0x04, END = 0x0b;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24;

const I32_CONST = 0x41, I64_CONST = 0x42, I64_LT_S = 0x53, I64_SUB = 0x7d;

/** Writes the bodies of functions, and what is inserted into them. */
export class BodyWriter {
  readonly #writer: ByteWriter;
  readonly #helpers: Helpers;
  #body!: Body;
  /** How far the body was copied. */
  #copied = 0;
  /** The local that has the units that are left while the function runs, if there is one. */
  #local: number | undefined;

  constructor(writer: ByteWriter, helpers: Helpers) {
    this.#writer = writer;
    this.#helpers = helpers;
  }

  /** Begins a body; with a local for the units that are left, it is added to those of the body. */
  begin(body: Body, local: number | undefined): void {
    const { bytes, groups, range } = body, writer = this.#writer;
    this.#body = body;
    this.#local = local;
    this.#copied = range.start;
    if (local === undefined) return;
    writer.unsigned(groups + 1);
    writer.copy(bytes, range.groups, range.code);
    writer.u8(1);
    writer.u8(I64);
    this.#copied = range.code;
    this.restore();
  }

  /** Copies the body up to a position, at which something is inserted. */
  copyTo(position: number): void {
    this.#writer.copy(this.#body.bytes, this.#copied, position);
    this.#copied = position;
  }

  /** Takes units, and ends the call if it looks at the fuel and nothing is left. */
  charge(units: number, looks: boolean): void {
    const writer = this.#writer, isLocal = this.#local !== undefined;
    if (units > 0) {
      this.#get();
      writer.u8(I64_CONST);
      writer.signed(units);
      writer.u8(I64_SUB);
      if (isLocal) this.#write(looks ? LOCAL_TEE : LOCAL_SET, this.#local!);
      else this.#write(GLOBAL_SET, this.#helpers.fuel);
    }
    if (!looks) return;
    if (units === 0 || !isLocal) this.#get();
    writer.u8(I64_CONST);
    writer.u8(0);
    writer.u8(I64_LT_S);
    writer.u8(IF);
    writer.u8(EMPTY);
    this.save();
    this.#helpers.run(writer);
    if (this.#helpers.asks) this.restore();
    writer.u8(END);
  }

  /** Takes units that depend on what is on top of the stack. */
  measure(place: number, value: number): void {
    const width = (value & WIDE) === 0 ? "32" : "64", writer = this.#writer;
    if (place === Place.note) {
      this.#helpers.call(writer, `note${width}`);
      return;
    }
    this.save();
    writer.u8(I32_CONST);
    writer.signed(value & ~WIDE);
    this.#helpers.call(writer, `${place === Place.length ? "length" : "settle"}${width}`);
    this.restore();
  }

  /** Calls a function in place of the operator that ends at `end`. */
  replace(replaced: Replaced, value: number, end: number): void {
    this.save();
    this.#helpers.replace(this.#writer, replaced, value & ~WIDE);
    this.restore();
    this.#copied = end;
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

  #write(opcode: number, index: number): void {
    this.#writer.u8(opcode);
    this.#writer.unsigned(index);
  }
}
