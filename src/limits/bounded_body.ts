// WebAssembly 3.0, section 3.3 "Instructions": what an index names has to exist.

import { Body, type BodyRange } from "../binary/body.ts";
import { FIRST_PREFIX, OPERATORS } from "../binary/operators.ts";
import { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";

/** What a rewritten module has more of than the guest's. */
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

/** The operators that one byte stands for, and whose first index names something. */
const FREQUENT = [...FIRST.keys()].filter((number) => number < FIRST_PREFIX && FIRST[number]! > 0);

/**
 * The body of a function whose indexes are checked: one that names nothing in the guest's module
 * could name what is appended to it, and the engine would accept that.
 */
export class BoundedBody extends Body {
  /** How many there are of each kind. */
  readonly #counts: number[];

  constructor(bytes: Uint8Array, { globals, tables, functions, types }: ModuleInfo) {
    super(bytes);
    this.#counts = [0, 0, ...[globals, tables, functions, types].map(({ length }) => length)];
  }

  /**
   * Goes to the first operator of a body.
   *
   * @param parameters The number of the function's parameters.
   */
  override enter(range: BodyRange, parameters = 0): void {
    super.enter(range);
    this.#counts[LOCAL] = parameters + this.locals;
    this.#check(TYPE, this.highestType);
  }

  /** The number of locals, with the parameters. */
  get localCount(): number {
    return this.#counts[LOCAL]!;
  }

  /**
   * Sets bounds for `nextAll` to those of this function: no index below them names nothing.
   *
   * @param bounds Those of any function, which are changed.
   * @param most The bounds without regard to what there is.
   */
  setBounds(bounds: Uint8Array, most: Uint8Array): void {
    for (const number of FREQUENT) {
      bounds[number] = Math.min(most[number]!, this.#counts[FIRST[number]!]!);
    }
  }

  /** @throws {WasmFormatError} also if an index names nothing. */
  override next(): number {
    const number = super.next();
    if (FIRST[number] !== 0) this.#check(FIRST[number]!, this.index);
    if (SECOND[number] !== 0) this.#check(SECOND[number]!, this.second);
    this.#check(TYPE, this.highestType);
    return number;
  }

  #check(kind: number, index: number): void {
    const count = this.#counts[kind]!;
    if (index < count) return;
    const reader = new Reader(this.bytes, this.start, this.end);
    reader.fail(KINDS[kind]!, this.start, `index is ${index}, expected below ${count}`);
  }
}
