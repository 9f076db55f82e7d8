// ECMA-262, section 12.9 "Literals": JavaScript literals, which include JSON.

import { quote } from "../../base/show.ts";

/** The functions that a text may call: `staticBuffer({ pointer: "buffer" })`. */
export type Functions = ReadonlyMap<string, (...args: never[]) => unknown>;

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
  ["NaN", NaN],
  ["Infinity", Infinity],
]);

/** More nesting than in any value that somebody types. */
const MOST_NESTED = 64;

/**
 * Parses a JavaScript value: JSON, names as keys, single quotes, bigints, and calls of known
 * functions. Nothing else in the text is evaluated.
 *
 * @param what The name of the text in errors: `the option --symbols`.
 * @throws {TypeError} with the position of the fault.
 */
export function readLiteral(text: string, what: string, functions: Functions = new Map()): unknown {
  return new LiteralReader(text, what, functions).whole();
}

class LiteralReader {
  readonly #text: string;
  readonly #what: string;
  readonly #functions: Functions;
  #at = 0;
  #depth = 0;

  constructor(text: string, what: string, functions: Functions) {
    this.#text = text;
    this.#what = what;
    this.#functions = functions;
  }

  whole(): unknown {
    const value = this.#value();
    if (this.#peek() !== "") this.#fail("the end");
    return value;
  }

  #value(): unknown {
    const next = this.#peek();
    if (++this.#depth > MOST_NESTED) this.#fail("fewer brackets within brackets");
    const value = next === "{"
      ? this.#object()
      : next === "["
      ? this.#list("]", () => this.#value())
      : next === '"' || next === "'"
      ? this.#string()
      : /[-+.\d]/.test(next)
      ? this.#number()
      : this.#word();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const fields = this.#list("}", () => {
      const next = this.#peek();
      const key = next === '"' || next === "'" ? this.#string() : this.#name("a key");
      this.#take(":");
      return [key, this.#value()] as const;
    });
    return Object.fromEntries(fields);
  }

  /** Reads the items between brackets, separated by commas; a trailing comma is allowed. */
  #list<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    this.#at++;
    while (this.#peek() !== end) {
      items.push(read());
      if (this.#peek() !== end) this.#take(",");
    }
    this.#at++;
    return items;
  }

  #string(): string {
    const match = this.#match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y, "the end of a string");
    const inner = match.slice(1, -1);
    const quoted = match.startsWith("'")
      ? inner.replace(/\\'|"/g, (found) => found === '"' ? '\\"' : "'")
      : inner;
    const escaped = quoted.replace(/\\u\{([\da-f]+)\}|\\x([\da-f]{2})/gi, (found, long, short) => {
      const code = parseInt(long ?? short, 16);
      return code > 0x10ffff ? found : JSON.stringify(String.fromCodePoint(code)).slice(1, -1);
    });
    try {
      return JSON.parse(`"${escaped}"`);
    } catch {
      return this.#fail("a string without unknown escapes");
    }
  }

  #number(): number | bigint {
    const match = this.#match(
      /[-+]?(?:0x[\da-f]+n?|\d+n|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|Infinity)(?![\w.])/iy,
      "a number",
    );
    const sign = match.startsWith("-") ? -1 : 1;
    const digits = match.replace(/^[-+]/, "");
    return digits.endsWith("n")
      ? BigInt(sign) * BigInt(digits.slice(0, -1))
      : sign * Number(digits);
  }

  #word(): unknown {
    const start = this.#at;
    const name = this.#name("a value");
    if (this.#peek() === "(") {
      const call = this.#functions.get(name);
      if (call === undefined) {
        this.#at = start;
        const known = [...this.#functions.keys()];
        this.#fail(known.length === 0 ? "a value" : `one of ${known.join(", ")}`);
      }
      return call(...this.#list(")", () => this.#value()) as never[]);
    }
    if (WORDS.has(name)) return WORDS.get(name);
    this.#at = start;
    return this.#fail("a value");
  }

  #name(expected: string): string {
    return this.#match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/uy, expected);
  }

  #match(pattern: RegExp, expected: string): string {
    this.#peek();
    pattern.lastIndex = this.#at;
    const [match] = pattern.exec(this.#text) ?? this.#fail(expected);
    this.#at += match.length;
    return match;
  }

  #take(character: string): void {
    if (this.#peek() !== character) this.#fail(quote(character));
    this.#at++;
  }

  /** Skips white space and returns the next character, or an empty text at the end. */
  #peek(): string {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const found = rest === "" ? "it ends" : `${quote(rest)} follows`;
    throw new TypeError(
      `Cannot read ${this.#what}: ${found} after ${this.#at} characters, expected ${expected}`,
    );
  }
}
