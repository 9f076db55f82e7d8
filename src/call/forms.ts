/** How a plan is carried out: step by step, or by a function that was compiled for it. */
export type Tier = "run" | "compiled";

let forced: Tier | undefined;

/** Makes every call of plans made from now on take one tier; for tests alone. */
export function forceTier(tier: Tier | undefined): void {
  forced = tier;
}

/** The tier that every call has to take, if one is forced. */
export function forcedTier(): Tier | undefined {
  return forced;
}

/**
 * How often a plan is run before it is compiled: that takes 130 µs and saves some 80 ns a call, so
 * guests that are made for a few calls do without.
 */
export const OFTEN = 100;

/**
 * How often an instance calls the function that was compiled for one before it, until it gets its own:
 * instances that share a function share what V8 has learned of both, which costs some 20 ns a call.
 * Each time that one gets its own, the next has to be called twice as often for that.
 */
export const PATIENCE = 8192;

/** A function that carries out a call. */
type Carry = (...args: never[]) => unknown;

/** A call on one instance. */
export interface Made<F extends Carry> {
  /** Carries the call out, in whatever form it takes. */
  call: F;
  /** The compiled form of this instance's own, once the call takes it. */
  compiled: F | undefined;
}

/** The compiled form of a call once there is one: all instances of a module share it. */
export class Forms<Parts, F extends Carry> {
  readonly #compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined;
  #calls = 0;
  #compiled: ((parts: Parts, run: F) => F) | undefined;
  /** Whether the engine makes no code from strings: it is asked once. */
  #isRefused = false;
  #patience = PATIENCE;

  /** The form of a call that `compile` compiles, for any instance. */
  constructor(compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined) {
    this.#compile = compile;
  }

  /** A call of one instance, which takes the compiled form when it was called often. */
  improve(parts: Parts, run: F, made: Made<F> = { call: run, compiled: undefined }): Made<F> {
    made.call = run;
    if (forced === "compiled") this.#replace(made, parts, run);
    if (forced !== undefined || this.#isRefused) return made;
    const shared = this.#compiled?.(parts, run);
    let calls = 0;
    const count = shared === undefined
      ? (...args: Parameters<F>) => {
        if (++this.#calls >= OFTEN) this.#replace(made, parts, run);
        return run(...args);
      }
      : (...args: Parameters<F>) => {
        if (++calls === this.#patience) {
          this.#patience *= 2;
          this.#compiled = undefined;
          this.#replace(made, parts, run);
        }
        return shared(...args);
      };
    made.call = count as F;
    return made;
  }

  /** Makes a call take the compiled form from now on. */
  #replace(made: Made<F>, parts: Parts, run: F): void {
    if (!this.#isRefused) this.#compiled ??= this.#compile(parts);
    this.#isRefused = this.#compiled === undefined;
    made.compiled = this.#compiled?.(parts, run);
    made.call = made.compiled ?? run;
  }
}
