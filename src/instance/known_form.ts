/**
 * The function that was made for one symbol or import of a guest. It is given the values of each
 * instance that the guest becomes: V8 keeps 10 KiB of every function that is made from source until
 * memory is short, and guests are reset a thousand times a second.
 */
export class KnownForm {
  #text: string | undefined;
  #outer: CallableFunction | undefined;
  /** How often an instance calls the function before it gets one of its own. */
  patience = PATIENCE;

  /** Whether there is one. */
  get isMade(): boolean {
    return this.#outer !== undefined;
  }

  /** The function that was made of the same source. */
  find(text: string): CallableFunction | undefined {
    return text === this.#text ? this.#outer : undefined;
  }

  /** Keeps a function in the place of the one before. */
  keep(text: string, outer: CallableFunction): void {
    this.#text = text;
    this.#outer = outer;
  }
}

/**
 * An instance that is given a function of another one shares what V8 has learned of both, and takes
 * some 20 ns more for each call. Each time that one gets its own, the next has to be called twice as
 * often for that.
 */
const PATIENCE = 8192;
