/**
 * A function that is written as JavaScript and made from it, so that V8 optimizes each one for its
 * own guest: closures that come from one place share their feedback, which costs more than all that
 * a short text's call has to do.
 *
 * Nothing of a guest or of a caller becomes source: whatever the source uses is bound to a name.
 * The source is written once for a module; each instance binds its own values to the names.
 */
export class Code<Bound> {
  static #made = 0;
  readonly #names = new Map<unknown, string>();
  readonly #bindings: ((bound: Bound) => unknown)[] = [];
  readonly #lines: string[] = [];
  readonly #locals = new Map<string, Local>();
  #count = 0;
  /** Whether the source uses a frame on its usual way. */
  usesFrame = false;

  /** The name of a value that each instance has its own of; equal keys share a name. */
  bind(key: unknown, get: (bound: Bound) => unknown): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `$${this.#bindings.push(get) - 1}`;
      this.#names.set(key, name);
    }
    return name;
  }

  /** The name of a value that all instances share. */
  constant(value: unknown): string {
    return this.bind(value, () => value);
  }

  /** Adds source. */
  add(source: string): void {
    this.#lines.push(source);
  }

  /** How much was added, for {@linkcode rollBack}. */
  mark(): number {
    return this.#lines.length;
  }

  /** Takes back what was added since. */
  rollBack(mark: number): void {
    this.#lines.length = mark;
  }

  /** A name that nothing else in this source has. */
  fresh(prefix: string): string {
    return `${prefix}_${this.#count++}`;
  }

  /** The local that stands for a register of the frame, to be assigned to. */
  local(register: Register, index: number): string {
    const key = `${register}[${index}]`;
    let local = this.#locals.get(key);
    if (local === undefined) {
      local = { name: `${register}${index}`, frame: key };
      this.#locals.set(key, local);
    }
    return local.name;
  }

  /** Assigns a register. */
  set(register: Register, index: number, expression: string): void {
    this.add(`${this.local(register, index)} = ${expression};`);
  }

  /** A register's value. */
  get(register: Register, index: number): string {
    const local = this.#locals.get(`${register}[${index}]`);
    if (local !== undefined) return local.name;
    this.usesFrame = true;
    return `frame.${register}[${index}]`;
  }

  /** Source that brings the frame up to date with the locals that there are so far. */
  flush(): string {
    return [...this.#locals.values()].map(({ name, frame }) => `frame.${frame} = ${name};`)
      .join(" ");
  }

  /**
   * Source after which the frame holds no block: one that leaves the fast form early does not know
   * what blocks come later, and the frame may have those of the call before.
   */
  holdNothing(): string {
    return [...this.#locals.values()].filter(({ frame }) => frame.startsWith("held["))
      .map(({ frame }) => `frame.${frame} = false;`).join(" ");
  }

  /** Source that calls `act`, which works on the frame: what `act` does is then seen here. */
  onFrame(act: string): string {
    this.usesFrame = true;
    const locals = [...this.#locals.values()];
    return `${this.flush()} synced = true; ${act} ` +
      locals.map(({ name, frame }) => `${name} = frame.${frame};`).join(" ") + " synced = false;";
  }

  /** The source of the locals' declarations. */
  declare(): string {
    return [...this.#locals.values()].map(({ name, frame }) =>
      `let ${name} = ${INITIAL[frame.slice(0, frame.indexOf("["))]};`
    ).join(" ");
  }

  /** All that was added, and forgets it. */
  take(): string {
    return this.#lines.splice(0).join("\n");
  }

  /**
   * Makes the function that makes the function of an instance.
   *
   * @returns `undefined` where the engine makes no code from strings.
   */
  make<F>(source: string): ((bound: Bound) => F) | undefined {
    const names = this.#bindings.map((_, index) => `$${index}`);
    try {
      // Equal sources are made once by V8, and would share their feedback.
      const outer = new Function(...names, `"use strict"; // ${Code.#made++}\n${source}`);
      return (bound) => outer(...this.#bindings.map((get) => get(bound))) as F;
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}

/** What a frame has one of for each parameter or block. */
export type Register = "values" | "pointers" | "byteLengths" | "codeUnits" | "sizes" | "held";

interface Local {
  readonly name: string;
  readonly frame: string;
}

const INITIAL: Record<string, string> = {
  values: "undefined",
  pointers: "0",
  byteLengths: "0",
  codeUnits: "0",
  sizes: "0",
  held: "false",
};
