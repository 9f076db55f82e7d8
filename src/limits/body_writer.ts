// WebAssembly 3.0, section 5.4 "Instructions".

import type { BodyRange } from "../binary/body.ts";
import { ByteWriter, padded } from "../binary/byte_writer.ts";
import type { BoundedBody } from "./bounded_body.ts";
import { BranchHints } from "./branch_hints.ts";
import { MAKES, WIDE } from "./extras.ts";
import type { Helpers } from "./helpers.ts";
import { type Replaced, roomFor } from "./replaced.ts";
import { Place } from "./segments.ts";
import type { Redirects } from "./string_builtins.ts";

const I64 = 0x7e, EMPTY = 0x40, IF = 0x04, END = 0x0b;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24;

const I32_CONST = 0x41, I64_CONST = 0x42, I64_LT_S = 0x53, I64_SUB = 0x7d;

/** The functions for lengths of 32 and of 64 bits. */
const HELPERS_32 = { note: "note32", length: "length32", settle: "settle32" } as const;
const HELPERS_64 = { note: "note64", length: "length64", settle: "settle64" } as const;

/** The offset of the branch in the code that ends the call. */
const IF_AT = 3;

/** The code for fuel that is in the global, or in a local. */
class FuelCode {
  /** Pushes the units that are left, and starts the constant of those to take. */
  readonly take: DataView;
  /** Ends that, and leaves nothing on the stack. */
  readonly keep: DataView;
  /** Stores the units where other functions find them. */
  readonly save: DataView;
  /** Loads the units that other functions have left. */
  readonly restore: DataView;
  readonly #get: readonly number[];
  /** Ends the constant of the units to take, and leaves the units that are left on the stack. */
  readonly #tee: readonly number[];
  readonly #helpers: Helpers;
  /** Ends the call if the units on the stack are used up. */
  #end: Uint8Array | undefined;
  #look: DataView | undefined;
  #lookOnly: DataView | undefined;

  constructor(helpers: Helpers, local?: number) {
    const isLocal = local !== undefined, { fuel } = helpers;
    const global = [encode(GLOBAL_GET, fuel), encode(GLOBAL_SET, fuel)] as const;
    const [get, set] = isLocal ? [encode(LOCAL_GET, local), encode(LOCAL_SET, local)] : global;
    this.#helpers = helpers;
    this.#get = get;
    this.#tee = [I64_SUB, ...isLocal ? encode(LOCAL_TEE, local) : [...set, ...get]];
    this.take = padded([...get, I64_CONST]);
    this.keep = padded([I64_SUB, ...set]);
    this.save = padded(isLocal ? [...get, ...global[1]] : []);
    this.restore = padded(isLocal ? [...global[0], ...set] : []);
  }

  /** Ends the constant of the units to take, and the call if none are left then. */
  get look(): DataView {
    return this.#look ??= padded([...this.#tee, ...this.end]);
  }

  /** Ends the call if no units are left. */
  get lookOnly(): DataView {
    return this.#lookOnly ??= padded([...this.#get, ...this.end]);
  }

  /** Ends the call if the units on the stack are used up: the last part of both. */
  get end(): Uint8Array {
    return this.#end ??= this.#writeEnd();
  }

  #writeEnd(): Uint8Array {
    const writer = new ByteWriter(32), helpers = this.#helpers;
    writer.all([I64_CONST, 0, I64_LT_S, IF, EMPTY]);
    writer.copyPadded(this.save);
    helpers.run(writer);
    if (helpers.asks) writer.copyPadded(this.restore);
    writer.u8(END);
    return writer.bytes;
  }
}

/** Returns the bytes of an operator with an index. */
function encode(opcode: number, index: number): number[] {
  const writer = new ByteWriter(8);
  writer.u8(opcode);
  writer.unsigned(index);
  return [...writer.bytes];
}

/** Writes the bodies of functions with the inserted code. */
export class BodyWriter {
  readonly #writer: ByteWriter;
  readonly #helpers: Helpers;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #redirects: Redirects | undefined;
  /** The hints for the branches that ask for more units. */
  readonly hints = new BranchHints();
  /** The start of the body in the output. */
  #start = 0;
  /** The position up to which the body has been copied. */
  #copied = 0;
  /** The code for fuel in the global, and that in locals, by their indexes. */
  readonly #global: FuelCode;
  readonly #locals = new Map<number, FuelCode>();
  #code: FuelCode;

  /** @param bytes The binary that has the bodies. */
  constructor(writer: ByteWriter, helpers: Helpers, bytes: Uint8Array, redirects?: Redirects) {
    this.#writer = writer;
    this.#helpers = helpers;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#redirects = redirects;
    this.#code = this.#global = new FuelCode(helpers);
  }

  /** Starts a body that keeps its fuel in the global. */
  begin({ start }: BodyRange): void {
    this.#code = this.#global;
    this.#start = this.#writer.beginCounted();
    this.#copied = start;
  }

  /** Starts a body that keeps its fuel in an additional local. */
  beginLocal({ groups, groupsStart, codeStart, localCount }: BoundedBody): void {
    const writer = this.#writer;
    let code = this.#locals.get(localCount);
    if (code === undefined) {
      code = new FuelCode(this.#helpers, localCount);
      this.#locals.set(localCount, code);
    }
    this.#code = code;
    this.#start = writer.beginCounted();
    writer.unsigned(groups + 1);
    writer.copy(this.#bytes, groupsStart, codeStart);
    writer.u8(1);
    writer.u8(I64);
    this.#copied = codeStart;
    this.restore();
  }

  /** Ends the body of a function, of which it copies what is left. */
  end(index: number, { end }: BodyRange): void {
    this.copyTo(end);
    this.#writer.endCounted(this.#start);
    this.hints.end(index);
  }

  /** Copies the body up to a position, at which something is inserted. */
  copyTo(position: number): void {
    if (this.#redirects === undefined) this.#writer.copyRange(this.#view, this.#copied, position);
    else this.#redirects.copy(this.#writer, this.#bytes, this.#copied, position);
    this.#copied = position;
  }

  /** Takes units and, if `looks` is set, ends the call if none are left. */
  charge(units: number, looks: boolean): void {
    const writer = this.#writer, code = this.#code;
    if (units > 0) {
      writer.copyPadded(code.take);
      writer.signed(units);
      writer.copyPadded(looks ? code.look : code.keep);
    } else if (looks) writer.copyPadded(code.lookOnly);
    // A branch that ends in a trap is unlikely without a hint.
    if (!looks || !this.#helpers.asks) return;
    this.hints.add(writer.length - this.#start - code.end.length + IF_AT);
  }

  /** Takes units that depend on what is on top of the stack. */
  measure(place: number, value: number): void {
    const { note, length, settle } = (value & WIDE) === 0 ? HELPERS_32 : HELPERS_64;
    const writer = this.#writer, helpers = this.#helpers;
    if (place === Place.note) {
      helpers.call(writer, note);
      return;
    }
    this.save();
    const shift = value & ~(WIDE | MAKES);
    if ((value & MAKES) !== 0 && helpers.asks) helpers.replace(writer, roomFor(shift), shift);
    else {
      writer.u8(I32_CONST);
      writer.signed(shift);
      helpers.call(writer, place === Place.length ? length : settle);
    }
    this.restore();
  }

  /** Calls a function in place of the operator that ends at `end`. */
  replace(replaced: Replaced, value: number, end: number): void {
    this.save();
    this.#helpers.replace(this.#writer, replaced, value & ~WIDE);
    this.restore();
    this.#copied = end;
  }

  /** Stores the fuel where other functions find it. */
  save(): void {
    this.#writer.copyPadded(this.#code.save);
  }

  /** Loads the units that other functions have left. */
  restore(): void {
    this.#writer.copyPadded(this.#code.restore);
  }
}
