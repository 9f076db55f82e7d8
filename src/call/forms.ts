/** The two ways to carry out a plan: step by step, or by a function that was compiled for it. */
export type Tier = "run" | "compiled";

let forced: Tier | undefined;

/** Forces one tier for every call of plans made from now on; for tests alone. */
export function forceTier(tier: Tier | undefined): void {
  forced = tier;
}

/** Returns the forced tier, if there is one. */
export function forcedTier(): Tier | undefined {
  return forced;
}

/**
 * The number of runs before a plan is compiled. Compiling takes 130 µs and saves some 80 ns a call,
 * so guests that are made for a few calls do without it.
 */
const OFTEN = 100;

/**
 * The number of calls after which an instance gets a function of its own. Instances that share a
 * function share the type feedback of V8, which costs some 20 ns a call. After each such function
 * the number doubles for the next instance.
 */
export const PATIENCE = 8192;

/** A function that carries out a call. */
type Carry = (...args: never[]) => unknown;

/** A call on one instance. */
export interface Made<F extends Carry> {
  /** Carries the call out in its current form. */
  call: F;
  /** The compiled form that only this instance uses, if it has one. */
  compiled: F | undefined;
}

/** The compiled form of a call, once there is one: all instances of a module share it. */
export class Forms<Parts, F extends Carry> {
  readonly #compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined;
  #calls = 0;
  #compiled: ((parts: Parts, run: F) => F) | undefined;
  /** Whether the engine refuses to make code from strings; the answer is kept. */
  #isRefused = false;
  #patience = PATIENCE;

  /** Makes the shared form of a call; `compile` compiles it for any instance. */
  constructor(compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined) {
    this.#compile = compile;
  }

  /** Makes the call of one instance, which takes the compiled form after enough calls. */
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
