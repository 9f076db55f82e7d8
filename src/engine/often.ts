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
 * To write source and to have V8 compile it takes 130 µs, and saves some 80 ns a call: guests that
 * are made anew for a few calls do without.
 */
const OFTEN = 100;

/**
 * An instance that is given a function of another one shares what V8 has learned of both, and takes
 * some 20 ns more for each call. Each time that one gets its own, the next has to be called twice as
 * often for that.
 */
const PATIENCE = 8192;

/**
 * A function that does what `plain` does, and when it has been called often, gives `replace` what
 * `make` makes: that does the same, faster. Where nothing can be made, it is `plain` itself. What was
 * made for an instance before this one is taken from the first call on.
 */
export function whenOften<F extends (...args: never[]) => unknown>(
  plain: F,
  make: (known?: KnownForm) => F | undefined,
  replace: (made: F) => void,
  known: KnownForm = new KnownForm(),
): F {
  let call = plain;
  let calls = 0;
  let next = known.isMade ? 1 : OFTEN;

  function improve(): void {
    const isShared = known.isMade && call === plain;
    if (call !== plain) known.patience *= 2;
    call = make(call === plain ? known : undefined) ?? plain;
    if (isShared && call !== plain) next = calls + known.patience;
    else replace(call);
  }

  return ((...args) => {
    if (++calls === next) improve();
    return call(...args);
  }) as F;
}
