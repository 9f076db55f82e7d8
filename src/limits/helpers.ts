// WebAssembly 3.0, section 5.4 "Instructions".

import type { ByteWriter } from "../binary/byte_writer.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import { UNIT_SHIFT } from "./extras.ts";
import { type Replaced, writeWhole } from "./replaced.ts";

const I32 = 0x7f, I64 = 0x7e, EXTERNREF = 0x6f, EMPTY = 0x40, MUTABLE = 1, FUNCTION_TYPE = 0x60;

const UNREACHABLE = 0x00, IF = 0x04, END = 0x0b, RETURN = 0x0f, CALL = 0x10, CALL_INDIRECT = 0x11;

const FUNCREF = 0x70, HAS_MAXIMUM = 1;

const LOCAL_GET = 0x20, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24, I32_CONST = 0x41, I64_CONST = 0x42;

const I32_EQ = 0x46, I64_EQ = 0x51, I64_LT_S = 0x53, I64_GT_U = 0x56;

const I64_SUB = 0x7d, I64_MUL = 0x7e, I64_SHL = 0x86, I64_SHR_U = 0x88, I64_EXTEND_U = 0xad;

/**
 * The host's answer that ends a call, and the fuel of a guest that was ended. It is far below any
 * overdraft, and subtracting from it cannot make it positive again.
 */
export const EXHAUSTED = -(2n ** 62n);

/**
 * The type of the function of the host that is asked for more units: it takes those that are left,
 * which are negative, and returns new ones, or {@linkcode EXHAUSTED}.
 */
export const ASK: FunctionType = { parameters: ["i64"], results: ["i64"] };

/** The type of the function of the host that is asked for the length of a text, in code units. */
export const MEASURING: FunctionType = { parameters: ["externref"], results: ["i32"] };

/** The length of an operation above which it is out of bounds anyway. */
const MOST_LENGTH = 2 ** 48;

/**
 * The elements by which a table grows in 6 ms, up to those that no engine adds at once, and the
 * nanoseconds for each. Pages of a memory take less.
 */
const LEAST_GROWTH = 2 ** 16, MOST_GROWTH = 10_000_001, GROWTH_TIME = 100;

/** The functions that are appended to a module. */
export type Helper =
  /** `() -> ()`: asks the host for more units, and ends the call if there are none. */
  | "more"
  /** `(length, shift: i32) -> length`: takes the units of a length. */
  | "length32"
  | "length64"
  /** `(delta) -> delta`: notes by how much something shall grow, if there is time for it. */
  | "note32"
  | "note64"
  /** `(result, shift: i32) -> result`: takes the units of that if it has grown. */
  | "settle32"
  | "settle64";

const TYPES: Readonly<Record<Helper, readonly [parameters: number[], results: number[]]>> = {
  more: [[], []],
  length32: [[I32, I32], [I32]],
  length64: [[I64, I32], [I64]],
  note32: [[I32], [I32]],
  note64: [[I64], [I64]],
  settle32: [[I32, I32], [I32]],
  settle64: [[I64, I32], [I64]],
};

/** A function that is appended to a module. */
interface Added {
  /** Its type as the binary has it. */
  readonly type: readonly number[];
  /** Writes its locals and its operators. */
  readonly write: (writer: ByteWriter) => void;
}

/**
 * The elements of the table: the functions of the host that are asked for units, time and lengths.
 */
export const MORE = 0, SHORTEN = 1, MEASURE = 2;

/** The globals and the functions that are appended to a module, of which it has those it uses. */
export class Helpers {
  readonly #added: Added[] = [];
  /** The indexes of the functions by their names. */
  readonly #indices = new Map<string, number>();
  /** The index of the global that counts the units that are left. */
  readonly fuel: number;
  /** The index of the table of the functions that are asked. */
  readonly table: number;
  /** Whether the host is asked for more units before a call is ended. */
  readonly asks: boolean;
  readonly #info: ModuleInfo;

  constructor(info: ModuleInfo, asks: boolean) {
    this.#info = info;
    this.asks = asks;
    this.fuel = info.globals.length;
    this.table = info.tables.length;
  }

  /** The number of functions. */
  get count(): number {
    return this.#added.length;
  }

  /** The number of globals: the fuel, and what is noted. */
  get globals(): number {
    return this.#indices.has("note32") || this.#indices.has("note64") ? 2 : 1;
  }

  /** Returns the index of a function. */
  #index(helper: Helper): number {
    return this.#add(helper, () => {
      // All of them can ask for more.
      if (this.asks && helper !== "more") this.#index("more");
      const [parameters, results] = TYPES[helper];
      return {
        type: [FUNCTION_TYPE, parameters.length, ...parameters, results.length, ...results],
        write: (writer) => {
          writer.u8(0); // no locals
          this.#writeBody(writer, helper);
        },
      };
    });
  }

  /** Returns the index of the function of a name, which `make` makes if there is none. */
  #add(name: string, make: () => Added): number {
    const found = this.#indices.get(name);
    if (found !== undefined) return found;
    const added = make();
    const index = this.#info.functions.length + this.count;
    this.#added.push(added);
    this.#indices.set(name, index);
    return index;
  }

  /** Writes a call of a function. */
  call(writer: ByteWriter, helper: Helper): void {
    writer.u8(CALL);
    writer.unsigned(this.#index(helper));
  }

  /**
   * Writes a call of the function that does what an operator does; `shift` is that of its length.
   */
  replace(writer: ByteWriter, replaced: Replaced, shift: number): void {
    const index = this.add(replaced, shift);
    writer.u8(CALL);
    writer.unsigned(index);
  }

  /** Returns the index of a function that is called instead of an operator or another function. */
  add(replaced: Replaced, shift: number): number {
    return this.#add(replaced.key, () => this.#made(replaced, shift));
  }

  #made({ parameters, results, locals, write }: Replaced, shift: number): Added {
    // No function is added once the bodies are written.
    for (const helper of ["more", "length32", "length64"] as const) this.#index(helper);
    const types = [parameters, results].flatMap((types) => [types.length, ...types.flat()]);
    return {
      type: [FUNCTION_TYPE, ...types],
      write: (writer) => {
        writer.all(locals);
        write(writer, {
          charge: (isWide) => {
            writer.u8(I32_CONST);
            writer.signed(shift);
            this.call(writer, isWide ? "length64" : "length32");
          },
          more: () => this.call(writer, "more"),
          shorten: () => this.#ask(writer, SHORTEN),
          measure: () => this.#ask(writer, MEASURE),
        });
      },
    };
  }

  /** Writes a call of a function of the host. */
  #ask(writer: ByteWriter, element: number): void {
    writer.all([I32_CONST, element, CALL_INDIRECT]);
    writer.unsigned(this.#info.types.length + this.count + (element === MEASURE ? 1 : 0));
    writer.unsigned(this.table);
  }

  #global(writer: ByteWriter, opcode: number, index = this.fuel): void {
    writer.u8(opcode);
    writer.unsigned(index);
  }

  /** Writes the end of the call, or what asks for more units. */
  run(writer: ByteWriter): void {
    if (this.asks) this.call(writer, "more");
    else writer.u8(UNREACHABLE);
  }

  /** Asks for more units if nothing is left. */
  #check(writer: ByteWriter): void {
    this.#global(writer, GLOBAL_GET);
    writer.all([I64_CONST, 0, I64_LT_S, IF, EMPTY]);
    this.run(writer);
    writer.u8(END);
  }

  /** The number of types: those of the functions, and of those of the host. */
  get typeCount(): number {
    return this.count + (this.asks ? 2 : 0);
  }

  writeTypes(writer: ByteWriter): void {
    for (const { type } of this.#added) writer.all(type);
    if (!this.asks) return;
    writer.all([FUNCTION_TYPE, 1, I64, 1, I64]);
    writer.all([FUNCTION_TYPE, 1, EXTERNREF, 1, I32]);
  }

  writeFunctions(writer: ByteWriter): void {
    for (let index = 0; index < this.count; index++) {
      writer.unsigned(this.#info.types.length + index);
    }
  }

  writeTable(writer: ByteWriter): void {
    if (this.asks) writer.all([FUNCREF, HAS_MAXIMUM, 3, 3]);
  }

  writeGlobals(writer: ByteWriter): void {
    for (let index = 0; index < this.globals; index++) {
      writer.all([I64, MUTABLE, I64_CONST, 0, END]);
    }
  }

  writeBodies(writer: ByteWriter): void {
    for (const { write } of this.#added) {
      writer.counted(() => {
        write(writer);
        writer.u8(END);
      });
    }
  }

  #writeBody(writer: ByteWriter, helper: Helper): void {
    const is64 = helper.endsWith("64");
    switch (helper) {
      case "more":
        this.#global(writer, GLOBAL_GET);
        this.#ask(writer, MORE);
        this.#global(writer, GLOBAL_SET);
        // No handler of the guest catches this, as it could what the host throws.
        this.#global(writer, GLOBAL_GET);
        writer.all([I64_CONST, 0, I64_LT_S, IF, EMPTY, UNREACHABLE, END]);
        break;
      case "length32":
      case "length64":
        if (is64) {
          writer.all([LOCAL_GET, 0, I64_CONST]);
          writer.signed(MOST_LENGTH);
          writer.all([I64_GT_U, IF, EMPTY, LOCAL_GET, 0, RETURN, END]);
        }
        this.#global(writer, GLOBAL_GET);
        writer.all([LOCAL_GET, 0, ...is64 ? [] : [I64_EXTEND_U]]);
        writer.all([LOCAL_GET, 1, I64_EXTEND_U, I64_SHL, I64_CONST, UNIT_SHIFT, I64_SHR_U]);
        writer.u8(I64_SUB);
        this.#global(writer, GLOBAL_SET);
        this.#check(writer);
        writer.all([LOCAL_GET, 0]);
        break;
      case "note32":
      case "note64":
        if (this.asks) this.#writeGrowth(writer, is64);
        writer.all([LOCAL_GET, 0, ...is64 ? [] : [I64_EXTEND_U]]);
        this.#global(writer, GLOBAL_SET, this.fuel + 1);
        writer.all([LOCAL_GET, 0]);
        break;
      case "settle32":
      case "settle64":
        writer.all([LOCAL_GET, 0]);
        writer.all(is64 ? [I64_CONST, 0x7f, I64_EQ] : [I32_CONST, 0x7f, I32_EQ]);
        writer.all([IF, EMPTY, LOCAL_GET, 0, RETURN, END]);
        this.#global(writer, GLOBAL_GET);
        this.#global(writer, GLOBAL_GET, this.fuel + 1);
        writer.all([LOCAL_GET, 1, I64_EXTEND_U, I64_SHL, I64_SUB]);
        this.#global(writer, GLOBAL_SET);
        this.#check(writer);
        writer.all([LOCAL_GET, 0]);
        break;
    }
  }

  /** Writes ending the call with its time if growing takes more than is left of that. */
  #writeGrowth(writer: ByteWriter, is64: boolean): void {
    const size = () => writer.all([LOCAL_GET, 0, ...is64 ? [] : [I64_EXTEND_U]]);
    const time = () => {
      size();
      writer.u8(I64_CONST);
      writer.signed(GROWTH_TIME);
      writer.u8(I64_MUL);
    };
    writeWhole({ least: LEAST_GROWTH, most: MOST_GROWTH, size, time }, writer, {
      more: () => this.call(writer, "more"),
      shorten: () => this.#ask(writer, SHORTEN),
    });
  }
}
