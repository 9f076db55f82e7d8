// WebAssembly 3.0, sections 5.4 "Instructions" and 5.5.15 "Code section".

import { isPrefix, Kind, KIND_OF, numberOf, OPERATORS, type Rare } from "./operators.ts";
import { byteHex, Reader } from "./reader.ts";

/** The sign bit in the last byte of a signed LEB128, which is set for types without an index. */
const NEGATIVE = 0x40;

/** The prefixes that a type follows: `ref null`, `ref`, `exact` and `shared`. */
const TYPE_PREFIXES: readonly number[] = [0x63, 0x64, 0x62, 0x65];

/** 1 for bytes that are a complete type, without an index and not followed by a type. */
const PLAIN_TYPES = Uint8Array.from(
  { length: 0x80 },
  (_, byte) => byte >= NEGATIVE && !TYPE_PREFIXES.includes(byte) ? 1 : 0,
);

/** The functions that skip the immediates that are not frequent, by kind. */
const SKIP: Readonly<Record<Rare, (body: Body) => void>> = {
  type: (body) => body.skipType(),
  "index index"(body) {
    body.index = body.u32();
    body.second = body.u32();
  },
  labels(body) {
    body.labels = [];
    for (let left = body.count() + 1; left > 0; left--) body.labels.push(body.u32());
  },
  types(body) {
    for (let left = body.count(); left > 0; left--) body.skipType();
  },
  catches(body) {
    body.skipType();
    body.labels = [];
    for (let left = body.count(); left > 0; left--) {
      if (body.u32() < CATCH_ALL) body.u32();
      body.labels.push(body.u32());
    }
  },
  "address byte"(body) {
    body.skipAddress();
    body.position++;
  },
  byte: (body) => void body.position++,
  "4 bytes": (body) => void (body.position += 4),
  "8 bytes": (body) => void (body.position += 8),
  "16 bytes": (body) => void (body.position += 16),
  "heap type": (body) => body.skipType(),
  cast(body) {
    body.position++;
    body.labels = [body.u32()];
    body.skipType();
    body.skipType();
  },
  "index handlers"(body) {
    body.index = body.u32();
    body.skipHandlers();
  },
  "index index handlers"(body) {
    SKIP["index index"](body);
    body.skipHandlers();
  },
};

/** `catch_all` and `catch_all_ref` in a `try_table`, which have no tag. */
const CATCH_ALL = 2;

/** A bit in the alignment of an address: the index of a memory follows. */
export const HAS_MEMORY = 0x40;

// V8 makes faster code for constants of the same file.
const KINDS = KIND_OF,
  { nothing: NOTHING, index: INDEX, integer: INTEGER, address: ADDRESS } = Kind;

/** The functions of {@linkcode SKIP} by operator number. */
const SKIPS = OPERATORS.map((operator) => operator && SKIP[operator.immediates as Rare]);

/**
 * A cursor over the bodies of functions, which steps from operator to operator.
 *
 * It finds where each operator ends, for every body that an engine accepts. It does not validate
 * the body.
 */
export class Body {
  readonly bytes: Uint8Array;
  /** The end of the body, in bytes from the start of the binary. */
  end = 0;
  /** The start of the next operator. */
  position = 0;
  /** The start of the last operator. */
  start = 0;
  /** The first index among the immediates of the last operator that has one, or its label. */
  index = 0;
  /** The second index among its immediates. */
  second = 0;
  /** The labels of the last operator that has a list of them. */
  labels: number[] = [];

  /** The highest index among the types of values, blocks and heap types so far; -1 without one. */
  highestType = -1;

  /** The number of groups of locals of the same type. */
  groups = 0;
  /** The number of locals, without the parameters. */
  locals = 0;
  /** The offset of the groups of locals. */
  groupsStart = 0;
  /** The offset of the first operator. */
  codeStart = 0;

  /** @param bytes The whole binary; `enter` goes to a body in it. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Moves to the first operator of a body. */
  enter({ start, end }: BodyRange): void {
    this.position = this.start = start;
    this.end = end;
    this.groups = this.count();
    this.groupsStart = this.position;
    this.locals = 0;
    this.highestType = -1;
    for (let left = this.groups; left > 0; left--) {
      this.locals += this.u32();
      this.skipType();
    }
    this.#check("locals");
    this.codeStart = this.position;
  }

  /** Whether no operator is left. */
  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  /**
   * Steps over the next operator.
   *
   * @returns its number in `OPERATORS`
   * @throws {WasmFormatError} if it is not known, or reaches past the end of the body
   */
  next(): number {
    const { bytes } = this;
    this.start = this.position;
    let number = bytes[this.position++]!;
    if (isPrefix(number)) number = numberOf(number, this.u32());
    // Most operators are of these kinds, and a function for each takes more time.
    switch (KINDS[number]) {
      case NOTHING:
        return number;
      case INDEX:
        this.index = this.u32();
        break;
      case INTEGER:
        this.skipInteger();
        break;
      case ADDRESS:
        this.skipAddress();
        break;
      default:
        this.#skipOthers(number);
    }
    if (this.position > this.end) this.#check("operator");
    return number;
  }

  #skipOthers(number: number): void {
    const skip = SKIPS[number];
    if (skip === undefined) {
      this.#check("operator");
      this.#fail();
    }
    skip(this);
  }

  /** Reads an unsigned integer of at most 32 bits. */
  u32(): number {
    const byte = this.bytes[this.position]!;
    if (byte >= 0x80) return this.#longer();
    this.position++;
    return byte;
  }

  #longer(): number {
    const { bytes } = this;
    let byte = bytes[this.position++]!;
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = bytes[this.position++]!;
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  /**
   * Reads a number of items of at least one byte each; if there are too many, it moves past the
   * end.
   */
  count(): number {
    const count = this.u32();
    if (count <= this.end - this.position) return count;
    this.position = this.end + 1;
    return -1;
  }

  skipInteger(): void {
    while (this.bytes[this.position++]! >= 0x80);
  }

  /** Skips a value type, a block type or a heap type. */
  skipType(): void {
    const byte = this.bytes[this.position]!;
    if (PLAIN_TYPES[byte] === 1) {
      this.position++;
      return;
    }
    const index = this.u32();
    if (TYPE_PREFIXES.includes(byte)) this.skipType();
    else if ((this.bytes[this.position - 1]! & NEGATIVE) === 0) {
      this.highestType = Math.max(this.highestType, index);
    }
  }

  /** Skips the alignment, the memory and the offset of an access. */
  skipAddress(): void {
    this.index = (this.u32() & HAS_MEMORY) === 0 ? 0 : this.u32();
    this.skipInteger();
  }

  /** Skips the handlers of a `resume`: a tag and a label, or the tag of a `switch`. */
  skipHandlers(): void {
    this.labels = [];
    for (let left = this.count(); left > 0; left--) {
      const kind = this.u32();
      this.u32();
      if (kind === 0) this.labels.push(this.u32());
    }
  }

  #check(what: string): void {
    if (this.position <= this.end) return;
    this.#refuse(what, "it reaches past the end of the function body");
  }

  #fail(): never {
    const { bytes, start } = this;
    const first = bytes[start]!;
    this.position = start + 1;
    const shown = isPrefix(first) ? `${byteHex(first)} ${byteHex(this.u32())}` : byteHex(first);
    this.#refuse("operator", `opcode is ${shown}, expected one of WebAssembly 3.0`);
  }

  #refuse(what: string, problem: string): never {
    return new Reader(this.bytes, this.start, this.end).fail(what, this.start, problem);
  }
}

/** The range of a function's body in a binary, including its locals. */
export interface BodyRange {
  readonly start: number;
  readonly end: number;
}

/** Returns the ranges of the bodies in the contents of the code section. */
export function findBodies(code: Reader): BodyRange[] {
  const bodies: BodyRange[] = [];
  for (let count = code.u32("code count"); count > 0; count--) {
    const byteLength = code.u32("function body"), start = code.skip(byteLength, "function body");
    bodies.push({ start, end: start + byteLength });
  }
  if (code.remaining > 0) code.fail("code", code.position, "it goes on, expected its end");
  return bodies;
}
