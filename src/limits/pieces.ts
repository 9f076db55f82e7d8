// WebAssembly 3.0, section 4.6 "Instructions": an operator on a range checks all of it before it
// writes, and a copy works as if it went through a buffer.

import type { Body } from "../binary/body.ts";
import type { ByteWriter } from "../binary/byte_writer.ts";
import { OPERATORS } from "../binary/operators.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { referenceBytes, valueBytes } from "../binary/value_bytes.ts";

const I32 = 0x7f, I64 = 0x7e, EMPTY = 0x40;

const BLOCK = 0x02, LOOP = 0x03, IF = 0x04, ELSE = 0x05, END = 0x0b, BR_IF = 0x0d;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, I32_CONST = 0x41, I64_CONST = 0x42;

const I64_EXTEND_U = 0xad;

/** The operators on numbers of 32 and of 64 bits. */
const ADD = [0x6a, 0x7c], SUB = [0x6b, 0x7d], LT_U = [0x49, 0x54], GT_U = [0x4b, 0x56];

/** The maximum number of bytes of a piece, and of elements: 100 µs, or 1 ms in a function table. */
const MOST_BYTES = 2 ** 20, MOST_ELEMENTS = 2 ** 13;

/** An operand: where a range begins, what is written there, or how long it is. */
interface Operand {
  readonly kind: "place" | "value" | "length";
  readonly type: readonly number[];
  readonly isWide: boolean;
}

/** An operator on a range, which can be carried out in pieces. */
export interface Ranged {
  readonly operands: readonly Operand[];
  /** The operator with its immediates. */
  readonly bytes: Uint8Array;
  /** The maximum number of bytes or elements of a piece. */
  readonly most: number;
  /** Whether the range can overlap the one that it is copied from. */
  readonly overlaps: boolean;
}

type Kind = Operand["kind"];

const integer = (kind: Kind, isWide = false): Operand => ({
  kind,
  isWide,
  type: [isWide ? I64 : I32],
});

const place = (isWide?: boolean) => integer("place", isWide);

const length = (isWide?: boolean) => integer("length", isWide);

const value = (type: readonly number[]): Operand => ({ kind: "value", type, isWide: false });

/**
 * The operands of each operator by its name; `undefined` if their types are those of a proposal.
 */
const OPERANDS: Readonly<
  Record<string, (body: Body, info: ModuleInfo) => readonly Operand[] | undefined>
> = {
  "memory.fill": ({ index }, { memories }) => {
    const isWide = memories[index]?.address === "i64";
    return [place(isWide), value([I32]), length(isWide)];
  },
  "memory.copy": ({ index, second }, { memories }) => copied(memories[index], memories[second]),
  "memory.init": ({ second }, { memories }) => initialised(memories[second]),
  "table.fill": ({ index }, { tables }) => {
    const table = tables[index];
    const element = table && valueBytes(table.element);
    const isWide = table?.address === "i64";
    return element && [place(isWide), value(element), length(isWide)];
  },
  "table.copy": ({ index, second }, { tables }) => copied(tables[index], tables[second]),
  "table.init": ({ second }, { tables }) => initialised(tables[second]),
  "array.fill": ({ index }, { types }) => {
    const type = types[index];
    const storage = type?.kind === "array" ? type.element.storage : "i32";
    const element = storage === "i8" || storage === "i16" ? [I32] : valueBytes(storage);
    return element && [value(referenceBytes(index)), place(), value(element), length()];
  },
  "array.copy": ({ index, second }) => [
    value(referenceBytes(index)),
    place(),
    value(referenceBytes(second)),
    place(),
    length(),
  ],
  "array.init_data": ({ index }) => [value(referenceBytes(index)), place(), place(), length()],
  "array.init_elem": ({ index }) => [value(referenceBytes(index)), place(), place(), length()],
};

/** A memory or a table. */
type Addressed = { readonly address: string } | undefined;

function copied(to: Addressed, from: Addressed): readonly Operand[] {
  const [isTo, isFrom] = [to?.address === "i64", from?.address === "i64"];
  return [place(isTo), place(isFrom), length(isTo && isFrom)];
}

const initialised = (to: Addressed): readonly Operand[] => [
  place(to?.address === "i64"),
  place(),
  length(),
];

/** Returns what is known of the last operator of a body, if it can be carried out in pieces. */
export function findRanged(body: Body, number: number, info: ModuleInfo): Ranged | undefined {
  const { name } = OPERATORS[number]!;
  const operands = OPERANDS[name]?.(body, info);
  if (operands === undefined) return undefined;
  const { bytes, start, position, index, second } = body;
  return {
    operands,
    bytes: bytes.subarray(start, position),
    most: name.startsWith("memory.") ? MOST_BYTES : MOST_ELEMENTS,
    overlaps: name === "array.copy" || name.endsWith(".copy") && index === second,
  };
}

/**
 * Writes the body of a function that carries out an operator in pieces. Its parameters are the
 * operands.
 *
 * @param pause Writes what is executed before each piece of many.
 */
export function writePieces(ranged: Ranged, writer: ByteWriter, pause: () => void): void {
  new PieceWriter(ranged, writer, pause).write();
}

class PieceWriter {
  readonly #ranged: Ranged;
  readonly #writer: ByteWriter;
  readonly #pause: () => void;
  /** The index of the length, the last operand. */
  readonly #length: number;
  readonly #isWide: boolean;

  constructor(ranged: Ranged, writer: ByteWriter, pause: () => void) {
    this.#ranged = ranged;
    this.#writer = writer;
    this.#pause = pause;
    this.#length = ranged.operands.length - 1;
    this.#isWide = ranged.operands.at(-1)!.isWide;
  }

  write(): void {
    const writer = this.#writer, { overlaps } = this.#ranged;
    const [to = 0, from = 0] = this.#places();
    this.#isLong();
    writer.all([IF, EMPTY, BLOCK, EMPTY]);
    this.#checkWhole();
    if (overlaps) {
      this.#get(to);
      this.#get(from);
      this.#number(GT_U, this.#ranged.operands[to]!.isWide);
      writer.all([IF, EMPTY]);
      this.#loop(() => this.#lastPiece());
      writer.u8(ELSE);
    }
    this.#loop(() => this.#firstPiece());
    if (overlaps) writer.u8(END);
    writer.all([END, END]);
    // What is left, or the whole if it is short or out of bounds.
    this.#operate((index) => this.#get(index), () => this.#get(this.#length));
  }

  /** Leaves the block if the range ends beyond all addresses, and traps if it is out of bounds. */
  #checkWhole(): void {
    for (const index of this.#places()) {
      this.#end(index);
      this.#get(index);
      this.#number(LT_U, this.#ranged.operands[index]!.isWide);
      this.#writer.all([BR_IF, 0]);
    }
    // An empty range is checked as well, and nothing is written.
    this.#operate((index) => this.#end(index), () => this.#constant(0, this.#isWide));
  }

  #loop(writePiece: () => void): void {
    const writer = this.#writer;
    writer.all([LOOP, EMPTY]);
    this.#pause();
    writePiece();
    this.#isLong();
    writer.all([BR_IF, 0, END]);
  }

  /** Writes the first piece of what is left. */
  #firstPiece(): void {
    this.#operate((index) => this.#get(index), () => this.#most(this.#isWide));
    for (const index of this.#places()) {
      const { isWide } = this.#ranged.operands[index]!;
      this.#get(index);
      this.#most(isWide);
      this.#number(ADD, isWide);
      this.#set(index);
    }
    this.#shorten();
  }

  /** Writes the last piece of what is left. */
  #lastPiece(): void {
    this.#shorten();
    this.#operate((index) => this.#end(index), () => this.#most(this.#isWide));
  }

  #shorten(): void {
    this.#get(this.#length);
    this.#most(this.#isWide);
    this.#number(SUB, this.#isWide);
    this.#set(this.#length);
  }

  /** Writes the operator, with other places and another length. */
  #operate(writePlace: (index: number) => void, writeLength: () => void): void {
    for (const [index, { kind }] of this.#ranged.operands.entries()) {
      if (kind === "place") writePlace(index);
      else if (kind === "value") this.#get(index);
      else writeLength();
    }
    this.#writer.copy(this.#ranged.bytes);
  }

  #places(): number[] {
    return [...this.#ranged.operands.entries()].flatMap(([index, { kind }]) =>
      kind === "place" ? [index] : []
    );
  }

  /** Writes where a range ends. */
  #end(index: number): void {
    const { isWide } = this.#ranged.operands[index]!;
    this.#get(index);
    this.#get(this.#length);
    if (isWide && !this.#isWide) this.#writer.u8(I64_EXTEND_U);
    this.#number(ADD, isWide);
  }

  /** Writes whether more than one piece is left. */
  #isLong(): void {
    this.#get(this.#length);
    this.#most(this.#isWide);
    this.#number(GT_U, this.#isWide);
  }

  #most(isWide: boolean): void {
    this.#constant(this.#ranged.most, isWide);
  }

  #constant(number: number, isWide: boolean): void {
    this.#writer.u8(isWide ? I64_CONST : I32_CONST);
    this.#writer.signed(number);
  }

  #number(operators: readonly number[], isWide: boolean): void {
    this.#writer.u8(operators[isWide ? 1 : 0]!);
  }

  #get(index: number): void {
    this.#writer.u8(LOCAL_GET);
    this.#writer.unsigned(index);
  }

  #set(index: number): void {
    this.#writer.u8(LOCAL_SET);
    this.#writer.unsigned(index);
  }
}
