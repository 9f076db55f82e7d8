/**
 * A function that is written as JavaScript and made from it, so that V8 optimizes each one for its
 * own guest. Closures that are created at one place share their feedback, which costs more than all
 * other work of a call with a short text.
 *
 * No value from a guest or a caller becomes source: the source refers to values by name. It is
 * written once for a module, and each instance binds its own values to the names.
 */
export class Code<Bound> {
  readonly #names = new Map<string, string>();
  // Apart from the names: an export can be called as the key of a value.
  readonly #constants = new Map<unknown, string>();
  readonly #bindings: ((bound: Bound) => unknown)[] = [];
  readonly #lines: string[] = [];
  readonly #locals = new Map<string, Local>();
  #count = 0;
  /** Whether the fast path uses a frame. */
  usesFrame = false;

  /** Returns the name of a value that differs between instances; equal keys share a name. */
  bind(key: string, get: (bound: Bound) => unknown): string {
    return this.#nameOf(this.#names, key, get);
  }

  /** Returns the name of a value that all instances share. */
  constant(value: unknown): string {
    return this.#nameOf(this.#constants, value, () => value);
  }

  #nameOf<Key>(names: Map<Key, string>, key: Key, get: (bound: Bound) => unknown): string {
    let name = names.get(key);
    if (name === undefined) {
      name = `$${this.#bindings.push(get) - 1}`;
      names.set(key, name);
    }
    return name;
  }

  add(source: string): void {
    this.#lines.push(source);
  }

  /** Returns the number of lines so far, for {@linkcode rollBack}. */
  mark(): number {
    return this.#lines.length;
  }

  rollBack(mark: number): void {
    this.#lines.length = mark;
  }

  /** Returns the lines that `write` adds, and what it returns; they are not added. */
  capture<T>(write: () => T): { readonly lines: string; readonly value: T } {
    const mark = this.#lines.length;
    const value = write();
    return { lines: this.#lines.splice(mark).join("\n"), value };
  }

  /** Makes a unique name. */
  fresh(prefix: string): string {
    return `${prefix}_${this.#count++}`;
  }

  /** Returns the local for a register of the frame, to be assigned to. */
  local(register: Register, index: number): string {
    const key = `${register}[${index}]`;
    let local = this.#locals.get(key);
    if (local === undefined) {
      local = { name: `${register}${index}`, frame: key };
      this.#locals.set(key, local);
    }
    return local.name;
  }

  /** Returns the local for the stack pointer before the call, to be assigned to. */
  get stackPointer(): string {
    const name = "stackPointer";
    this.#locals.set(name, { name, frame: name });
    return name;
  }

  set(register: Register, index: number, expression: string): void {
    this.add(`${this.local(register, index)} = ${expression};`);
  }

  get(register: Register, index: number): string {
    const local = this.#locals.get(`${register}[${index}]`);
    if (local !== undefined) return local.name;
    this.usesFrame = true;
    return `frame.${register}[${index}]`;
  }

  /** Returns source that copies the locals so far into the frame. */
  flush(): string {
    return [...this.#locals.values()].map(({ name, frame }) => `frame.${frame} = ${name};`)
      .join(" ");
  }

  /**
   * Returns source that clears the blocks of the frame. Source that leaves the fast form early does
   * not know the later blocks, and the frame may still have those of the call before.
   */
  holdNothing(): string {
    return [...this.#locals.values()].filter(({ frame }) => /^(?:held|claimed)\[/.test(frame))
      .map(({ frame }) => `frame.${frame} = false;`).join(" ");
  }

  /**
   * Returns source that calls `act`, which works on the frame; the locals then have the values of
   * the frame.
   */
  onFrame(act: string): string {
    this.usesFrame = true;
    const locals = [...this.#locals.values()];
    return `${this.flush()} synced = true; ${act} ` +
      locals.map(({ name, frame }) => `${name} = frame.${frame};`).join(" ") + " synced = false;";
  }

  declare(): string {
    return [...this.#locals.values()].map(({ name, frame }) =>
      `let ${name} = ${INITIAL[frame.split("[")[0]!] ?? "undefined"};`
    ).join(" ");
  }

  /** Returns all lines that were added, and clears them. */
  take(): string {
    return this.#lines.splice(0).join("\n");
  }

  /**
   * Makes the factory of an instance's function.
   *
   * @returns `undefined` if the engine forbids code from strings.
   */
  make<F>(source: string): ((bound: Bound) => F) | undefined {
    const names = this.#bindings.map((_, index) => `$${index}`);
    const outer = makeFunction(names, source);
    return outer && ((bound) => outer(...this.#bindings.map((get) => get(bound))) as F);
  }
}

let made = 0;

/**
 * Makes a function from its source. V8 caches functions by source, and equal ones would share their
 * feedback, so a number makes each source unique.
 *
 * @param names The names of its parameters.
 * @param source The source of its body.
 * @returns `undefined` if the engine forbids code from strings.
 */
export function makeFunction(
  names: readonly string[],
  source: string,
): ((...args: unknown[]) => unknown) | undefined {
  try {
    return new Function(...names, `"use strict"; // ${made++}\n${source}`) as () => unknown;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** The parts of a frame that have one entry for each parameter or block. */
type Register =
  | "values"
  | "pointers"
  | "byteLengths"
  | "codeUnits"
  | "sizes"
  | "held"
  | "allocated"
  | "claimed"
  | "kept";

interface Local {
  readonly name: string;
  readonly frame: string;
}

/** The values before the call of registers that are not `undefined`. */
const INITIAL: Record<string, string> = {
  pointers: "0",
  byteLengths: "0",
  codeUnits: "0",
  sizes: "0",
  held: "false",
  claimed: "false",
};
