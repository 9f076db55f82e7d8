// WebAssembly 3.0, section 3.3 "Instructions": what an index names has to exist.

import { Body, type BodyRange } from "../binary/body.ts";
import { FIRST_PREFIX, OPERATORS } from "../binary/operators.ts";
import { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";

/** What a rewritten module has more of than the guest's. */
type Kind = "local" | keyof typeof LISTS;

const LISTS = { global: "globals", table: "tables", function: "functions" } as const;

/** What the indexes of operators name; those of other operators name what is never appended. */
const KINDS: readonly (readonly [names: RegExp, first?: Kind | undefined, second?: Kind])[] = [
  [/^local\./, "local"],
  [/^global\./, "global"],
  [/^(?:call|return_call|ref\.func)$/, "function"],
  [/^table\.(?:get|set|grow|size|fill)$/, "table"],
  [/^table\.copy$/, "table", "table"],
  [/^(?:table\.init|call_indirect|return_call_indirect)$/, undefined, "table"],
];

const KINDS_OF = OPERATORS.map((operator) =>
  operator && KINDS.find(([names]) => names.test(operator.name))
);

/** The operators that one byte stands for, and what their first index names. */
const FREQUENT = KINDS_OF.slice(0, FIRST_PREFIX).flatMap((kinds, number) =>
  kinds?.[1] === undefined ? [] : [{ number, kind: kinds[1] }]
);

/**
 * The body of a function whose indexes are checked: one that names nothing in the guest's module
 * could name what is appended to it, and the engine would accept that.
 */
export class BoundedBody extends Body {
  /** The number of locals, with the parameters. */
  readonly localCount: number;
  readonly #info: ModuleInfo;

  /**
   * Begins at the first operator.
   *
   * @param parameters The number of the function's parameters.
   */
  constructor(bytes: Uint8Array, { start, end }: BodyRange, info: ModuleInfo, parameters: number) {
    super(bytes, start, end);
    this.localCount = parameters + this.locals;
    this.#info = info;
  }

  /**
   * Sets bounds for `nextAll` to those of this function: no index below them names nothing.
   *
   * @param bounds Those of any function, which are changed.
   * @param most The bounds without regard to what there is.
   */
  setBounds(bounds: Uint8Array, most: Uint8Array): void {
    for (const { number, kind } of FREQUENT) {
      bounds[number] = Math.min(most[number]!, this.#count(kind));
    }
  }

  /** @throws {WasmFormatError} also if an index names nothing. */
  override next(): number {
    const number = super.next();
    const kinds = KINDS_OF[number];
    if (kinds !== undefined) {
      const [, first, second] = kinds;
      if (first !== undefined) this.#check(first, this.index);
      if (second !== undefined) this.#check(second, this.second);
    }
    return number;
  }

  #check(kind: Kind, index: number): void {
    const count = this.#count(kind);
    if (index < count) return;
    const reader = new Reader(this.bytes, this.start, this.end);
    reader.fail(kind, this.start, `index is ${index}, expected below ${count}`);
  }

  /** Returns how many there are of what an index names. */
  #count(kind: Kind): number {
    return kind === "local" ? this.localCount : this.#info[LISTS[kind]].length;
  }
}
