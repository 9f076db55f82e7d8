/**
 * A function that is written as JavaScript and made from it, so that V8 optimizes each one for its
 * own guest: closures that come from one place share what V8 knows of them, which costs more than
 * all that a short text's pass has to do.
 *
 * Nothing of a guest or of a caller becomes source. Whatever the source uses is bound to a name.
 */
export class Source {
  static #made = 0;
  readonly #values: unknown[] = [];
  readonly #lines: string[] = [];

  /** A name for a value, within the source. */
  bind(value: unknown): string {
    const known = this.#values.indexOf(value);
    return `$${known >= 0 ? known : this.#values.push(value) - 1}`;
  }

  /** Adds lines of source. */
  add(lines: string): void {
    this.#lines.push(lines);
  }

  /** The function that `add` was given; nothing where V8 may not make code from strings. */
  make<T>(): T | undefined {
    const names = this.#values.map((_, index) => `$${index}`);
    try {
      // Where two sources are alike, V8 makes one of them, and its functions share what it learns.
      const name = `"use strict"; // ${Source.#made++}`;
      const outer = new Function(...names, `${name}\n${this.#lines.join("\n")}`);
      return outer(...this.#values) as T;
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}
