// WebAssembly 3.0, section 3.3 "Instructions": an index has to refer to an existing item.

import { Body, type BodyRange, HAS_MEMORY } from "../binary/body.ts";
import { Kind, KIND_OF, OPERATORS } from "../binary/operators.ts";
import { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";

/** The kinds of items that are appended to a rewritten module. */
const KINDS = ["", "local", "global", "table", "function", "type"] as const;

type Kind = typeof KINDS[number];

const LOCAL = 1, TYPE = 5;

/** What the indexes of operators name; those of other operators name what is never appended. */
const NAMED: readonly (readonly [names: RegExp, first: Kind, second?: Kind])[] = [
  [/^local\./, "local"],
  [/^global\./, "global"],
  [/^(?:call|return_call|ref\.func)$/, "function"],
  [/^table\.(?:get|set|grow|size|fill)$/, "table"],
  [/^table\.copy$/, "table", "table"],
  [/^table\.init$/, "", "table"],
  [/^(?:call_indirect|return_call_indirect)$/, "type", "table"],
  [/^(?:array\.copy|cont\.bind)$/, "type", "type"],
  [/^(?:call_ref|return_call_ref|struct\..*|array\..*|cont\.new|resume.*|switch)$/, "type"],
];

/** The kinds of what the first and the second index of each operator name, by their numbers. */
const [FIRST, SECOND] = [1, 2].map((place) =>
  Uint8Array.from(OPERATORS, (operator) => {
    const found = operator?.immediates.startsWith("index") &&
      NAMED.find(([names]) => names.test(operator.name));
    return KINDS.indexOf(found && found[place as 1 | 2] || "");
  })
) as [Uint8Array, Uint8Array];

/** The immediates with types. */
const TYPED: readonly string[] = ["type", "types", "catches", "heap type", "cast"];

/** 1 for the operators that can name what a module has. */
const NAMES = Uint8Array.from(OPERATORS, (operator, number) => {
  const isTyped = TYPED.includes(operator?.immediates ?? "");
  return isTyped || FIRST[number] !== 0 || SECOND[number] !== 0 ? 1 : 0;
});

/**
 * The bound of the byte after a plain operator, its least length, and a bit in the last byte of that
 * which says that another byte follows, by the kind of its immediates.
 */
const STEPS: Readonly<Record<number, readonly [bound: number, length: number, mask: number]>> = {
  [Kind.nothing]: [0x100, 1, 0],
  [Kind.index]: [0x80, 2, 0],
  [Kind.integer]: [0x100, 2, 0x80],
  [Kind.address]: [HAS_MEMORY, 3, 0x80],
};

/**
 * The bounds of the byte after an operator, by its number: below them, an index takes one byte, and
 * no index of a memory follows an alignment. They are 0 for the operators that are not plain.
 */
const BOUNDS = Uint16Array.from(KIND_OF, (kind) => STEPS[kind]?.[0] ?? 0);

/** The least lengths, by operator number. */
const LENGTHS = Uint8Array.from(KIND_OF, (kind) => STEPS[kind]?.[1] ?? 0);

/** The bits in the last byte that say that another one follows, by operator number. */
const CONTINUES = Uint8Array.from(KIND_OF, (kind) => STEPS[kind]?.[2] ?? 0);

/** The maximum number of bytes after which a large step ends with the next operator. */
const MOST_BYTES = 2 ** 12;

/** The operators on locals, of which each function has its own. */
const ON_LOCALS = [...FIRST.keys()].filter((number) => FIRST[number] === LOCAL);

/**
 * The body of a function whose indices are checked: an invalid index in the guest's module could
 * refer to an appended item, and the engine would accept it.
 */
export class BoundedBody extends Body {
  /** How many there are of each kind. */
  readonly #counts: number[];
  /** The bounds of plain operators, below which an index also names what the module has. */
  readonly #bounds: Uint16Array;
  /** The number of operators that `nextOther` has passed at last. */
  passed = 0;

  /**
   * @param bytes The whole binary.
   * @param info Its declarations.
   * @param plain 1 for the plain operators, by their numbers: some of those that are frequent.
   */
  constructor(bytes: Uint8Array, info: ModuleInfo, plain = new Uint8Array(OPERATORS.length)) {
    super(bytes);
    const { globals, tables, functions, types } = info;
    this.#counts = [0, 0, ...[globals, tables, functions, types].map(({ length }) => length)];
    this.#bounds = BOUNDS.map((bound, number) => {
      const kind = FIRST[number]!;
      if (plain[number] === 0) return 0;
      return kind > LOCAL ? Math.min(bound, this.#counts[kind]!) : bound;
    });
  }

  /**
   * Moves to the first operator of a body.
   *
   * @param parameters The number of the function's parameters.
   */
  override enter(range: BodyRange, parameters = 0): void {
    super.enter(range);
    this.#counts[LOCAL] = parameters + this.locals;
    for (let index = 0; index < ON_LOCALS.length; index++) {
      const number = ON_LOCALS[index]!;
      this.#bounds[number] = Math.min(BOUNDS[number]!, this.localCount);
    }
    this.#check(TYPE, this.highestType);
  }

  /** The number of locals, with the parameters. */
  get localCount(): number {
    return this.#counts[LOCAL]!;
  }

  /**
   * Steps over the plain operators that come next, as long as there are not too many, and over the
   * one after them. The number of those before it is in `passed`.
   *
   * @returns the number of the operator after them
   * @throws {WasmFormatError} also if there is none
   */
  nextOther(): number {
    const { bytes, position: first } = this, last = Math.min(this.end - 1, first + MOST_BYTES);
    const bounds = this.#bounds;
    let position = first, passed = 0;
    for (; position < last; passed++) {
      const number = bytes[position]!;
      if (bytes[position + 1]! >= bounds[number]!) break;
      position += LENGTHS[number]!;
      while ((bytes[position - 1]! & CONTINUES[number]!) !== 0) position++;
    }
    if (position >= this.end) this.#refuseEnd();
    this.position = position;
    this.passed = passed;
    return this.next();
  }

  /** Refuses a body that ends within an operator, or without an `end`. */
  #refuseEnd(): never {
    while (!this.isAtEnd) this.next();
    this.#refuse("operator", this.end, "the function body ends, expected `end`");
  }

  /** @throws {WasmFormatError} also if an index is out of range. */
  override next(): number {
    const number = super.next();
    if (NAMES[number] === 1) this.#checkNames(number);
    return number;
  }

  #checkNames(number: number): void {
    if (FIRST[number] !== 0) this.#check(FIRST[number]!, this.index);
    if (SECOND[number] !== 0) this.#check(SECOND[number]!, this.second);
    this.#check(TYPE, this.highestType);
  }

  #check(kind: number, index: number): void {
    const count = this.#counts[kind]!;
    if (index < count) return;
    this.#refuse(KINDS[kind]!, this.start, `index is ${index}, expected below ${count}`);
  }

  #refuse(what: string, offset: number, problem: string): never {
    return new Reader(this.bytes, this.start, this.end).fail(what, offset, problem);
  }
}
