import { GuestError, LoadError } from "../base/errors.ts";
import type { FuelReport, Limiter } from "../base/limits.ts";
import { isA, quote } from "../base/show.ts";
import type { Limiting } from "../source/source_types.ts";
import type { Appended } from "./rewrite.ts";
import { EXHAUSTED } from "./helpers.ts";

/** The most units that a counter can have, so that nothing that is taken makes it overflow. */
const MOST = 2n ** 61n;

/**
 * Limits the fuel of the guests of a rewritten module.
 *
 * @param budget The units for each call; `Infinity` sets no limit.
 */
export function limitsOf(appended: Appended, source: string, budget: number): Limiting {
  return {
    limit: (whole) => limitFuel(whole, appended, budget),
    explain(error) {
      if (!isA(error, GuestError) || error.code !== "fuel-exhausted") return undefined;
      const { message, cause } = error;
      return new LoadError("fuel-exhausted", message, { source, cause });
    },
  };
}

function limitFuel(
  { exports }: WebAssembly.Instance,
  { fuel: counter, start }: Appended,
  budget: number,
): ReturnType<Limiting["limit"]> {
  const shown: Record<string, WebAssembly.ExportValue> = Object.create(null);
  for (const [name, value] of Object.entries(exports)) {
    if (name !== counter && name !== start) shown[name] = value;
  }
  const limiter = new Fuel(exports[counter] as WebAssembly.Global, budget);
  limiter.begin();
  if (start !== undefined) {
    try {
      (exports[start] as () => void)();
    } catch (cause) {
      throw limiter.ended(undefined, cause) ?? cause;
    }
  }
  // The exports of an instance are a property that cannot be changed.
  const instance: WebAssembly.Instance = Object.create(WebAssembly.Instance.prototype, {
    exports: { value: Object.freeze(shown), enumerable: true },
  });
  return { instance, limiter };
}

/** The fuel of one instance. */
class Fuel implements Limiter {
  readonly #counter: WebAssembly.Global;
  readonly #budget: bigint;

  constructor(counter: WebAssembly.Global, budget: number) {
    this.#counter = counter as WebAssembly.Global;
    this.#budget = budget < MOST ? BigInt(budget) : MOST;
  }

  begin(): void {
    this.#counter.value = this.#budget;
  }

  get #isExhausted(): boolean {
    return this.#counter.value <= EXHAUSTED / 2n;
  }

  get fuel(): FuelReport {
    const left = this.#counter.value;
    if (this.#isExhausted) return { left: 0, burnt: Number(this.#budget) };
    return { left: Math.max(0, Number(left)), burnt: Number(this.#budget - left) };
  }

  ended(symbol: string | undefined, cause: unknown): GuestError | undefined {
    if (!this.#isExhausted || !isA(cause, WebAssembly.RuntimeError)) return undefined;
    const what = symbol === undefined ? "its start function" : quote(symbol);
    return new GuestError(
      "fuel-exhausted",
      `Cannot complete ${what}: the guest has used up its ${this.#budget} units of fuel, ` +
        "expected less work, or more in limits.fuel",
      { export: symbol, cause },
    );
  }
}
