import { framesOf, GuestError, LoadError } from "../base/errors.ts";
import type { CallLimits, FuelReport, Limiter } from "../base/limits.ts";
import { once } from "../base/lazy.ts";
import { isA, quote } from "../base/show.ts";
import { asTyped } from "../binary/function_module.ts";
import type { Limiting } from "../source/source_types.ts";
import { Deadline } from "./deadline.ts";
import { ASK, EXHAUSTED, MEASURE, MEASURING, MORE, SHORTEN } from "./helpers.ts";
import { type Appended, hideAppended } from "./rewrite.ts";

/** The maximum number of units of a counter, so that subtracting cannot make it overflow. */
const MOST = 2n ** 61n;

/** Returns the function that measures strings; other values have no length. */
const measure = once(() =>
  asTyped(MEASURING, (text: unknown) => typeof text === "string" ? text.length : 0) as () => number
);

/** Limits the calls of the guests of a rewritten module. */
export function limitsOf(appended: Appended, source: string, limits: CallLimits): Limiting {
  return {
    limit: (whole, shared) =>
      limitCalls(whole, appended, limits, shared as CallLimiter | undefined),
    explain(error) {
      if (!isA(error, GuestError)) return undefined;
      const { code, message, cause } = error;
      if (code !== "fuel-exhausted" && code !== "deadline-exceeded") return undefined;
      return new LoadError(code, message, { source, cause });
    },
  };
}

function limitCalls(
  { exports }: WebAssembly.Instance,
  { fuel: counter, table, start }: Appended,
  limits: CallLimits,
  shared: CallLimiter | undefined,
): ReturnType<Limiting["limit"]> {
  const shown: Record<string, WebAssembly.ExportValue> = Object.create(null);
  for (const [name, value] of Object.entries(exports)) {
    if (name !== counter && name !== table && name !== start) shown[name] = value;
  }
  const limiter = shared ?? new CallLimiter(limits);
  const units = exports[counter] as WebAssembly.Global;
  limiter.add(units);
  if (table !== undefined) {
    const functions = exports[table] as WebAssembly.Table;
    const ask = (counter: bigint) => limiter.ask(counter, units);
    functions.set(MORE, asTyped(ASK, ask) as () => bigint);
    functions.set(SHORTEN, asTyped(ASK, (time: bigint) => limiter.shorten(time)) as () => bigint);
    functions.set(MEASURE, measure());
  }
  if (shared === undefined) limiter.begin();
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
  return { instance, limiter, watch: (instance) => limiter.watch(instance) };
}

/** Returns the units for a limit. */
function toUnits(fuel: number): bigint {
  return fuel < MOST ? BigInt(fuel) : MOST;
}

/** The fuel and the time of one instance, or of several that share them. */
class CallLimiter implements Limiter {
  /** The counters of all instances. */
  readonly #counters: WebAssembly.Global[] = [];
  /** The one with the units of the slice that a guest is executing. */
  #counter: WebAssembly.Global | undefined;
  /** The units that each call has. */
  readonly #whole: bigint;
  readonly #hasBudget: boolean;
  readonly #deadline: Deadline | undefined;
  #symbol: string | undefined;
  /** The units that the call has. */
  #budget: bigint;
  /** The units that are left beside those of the slice. */
  #rest = 0n;
  /** Why the call was ended, if it was. */
  #reason: "fuel" | "deadline" | undefined;

  constructor({ fuel = Infinity, deadline = Infinity }: CallLimits) {
    this.#hasBudget = fuel !== Infinity;
    this.#whole = this.#budget = toUnits(fuel);
    this.#deadline = deadline === Infinity ? undefined : new Deadline(deadline);
  }

  /** Adds the counter of an instance. It has no units: those of several instances ask for them. */
  add(counter: WebAssembly.Global): void {
    this.#counters.push(counter);
    this.#counter ??= counter;
    counter.value = 0n;
  }

  begin(symbol?: string): void {
    this.#symbol = symbol;
    this.#reason = undefined;
    this.#budget = this.#whole;
    this.#setCounter(this.#give(this.#budget, this.#deadline?.begin()));
  }

  tighten({ fuel = Infinity, deadline = Infinity }: CallLimits): () => void {
    const budget = this.#budget, left = this.#left, most = toUnits(fuel);
    this.#budget = left < most ? left : most;
    const goOn = this.#deadline?.tighten(deadline);
    this.#setCounter(this.#give(this.#budget, this.#deadline?.slice));
    return () => {
      if (this.#reason !== undefined) return;
      const burnt = this.#budget - this.#left;
      this.#budget = budget;
      goOn?.();
      this.#setCounter(this.#give(left - burnt, this.#deadline?.slice));
    };
  }

  /**
   * Gives more units to a guest that requests them: those that other instances have left.
   *
   * @param counter Those that are left of its slice: a negative number.
   * @param asking Its counter.
   */
  ask(counter: bigint, asking: WebAssembly.Global): bigint {
    if (this.#reason !== undefined) return EXHAUSTED;
    asking.value = counter;
    const left = this.#left;
    this.#counter = asking;
    this.#share(0n);
    if (left < 0n) return this.#end("fuel", left);
    const units = this.#deadline?.next();
    if (this.#deadline !== undefined && units === undefined) return this.#end("deadline", left);
    return this.#share(this.#give(left, units));
  }

  get remaining(): number {
    return this.#deadline?.remaining ?? Infinity;
  }

  /**
   * Returns the nanoseconds of a wait, which has no end if they are negative, or those that are
   * left.
   */
  shorten(timeout: bigint): bigint {
    const { remaining } = this;
    if (remaining === Infinity) return timeout;
    const left = BigInt(Math.ceil(remaining * 1e6));
    return timeout < 0n || timeout > left ? left : timeout;
  }

  watch(instance: { hostDepth: number }): void {
    if (this.#deadline === undefined) return;
    let depth = instance.hostDepth;
    // All kinds of host functions count themselves there.
    Object.defineProperty(instance, "hostDepth", {
      get: () => depth,
      set: (value: number) => {
        const isReturn = value < depth;
        depth = value;
        if (isReturn) this.returned();
      },
    });
  }

  returned(): void {
    if (this.#reason !== undefined || !this.#deadline?.isOver) return;
    // The guest asks as soon as it can.
    for (const counter of this.#counters) {
      this.#rest += (counter.value as bigint) + 1n;
      counter.value = -1n;
    }
  }

  #setCounter(units: bigint): void {
    this.#counter!.value = this.#share(units);
  }

  /** Gives the other counters their parts of a slice, and returns what is left for the one. */
  #share(units: bigint): bigint {
    const count = this.#counters.length;
    if (count === 1) return units;
    const part = units > 0n ? units / BigInt(count) : 0n;
    for (const counter of this.#counters) if (counter !== this.#counter) counter.value = part;
    return units - part * BigInt(count - 1);
  }

  /** Divides the units that are left into a slice and the rest. */
  #give(left: bigint, units: number | undefined): bigint {
    const slice = units === undefined || left < units ? left : BigInt(units);
    this.#rest = left - slice;
    return slice;
  }

  #end(reason: "fuel" | "deadline", left: bigint): bigint {
    this.#reason = reason;
    this.#rest = left;
    return EXHAUSTED;
  }

  /** The units that are left: a negative number if more were used than there are. */
  get #left(): bigint {
    if (this.#reason !== undefined) return this.#rest;
    return this.#counters.reduce((sum, counter) => sum + (counter.value as bigint), this.#rest);
  }

  get fuel(): FuelReport | undefined {
    if (!this.#hasBudget) return undefined;
    const left = this.#left < 0n ? 0n : this.#left;
    return { left: Number(left), burnt: Number(this.#budget - left) };
  }

  ended(symbol: string | undefined, cause: unknown): GuestError | undefined {
    if (!isA(cause, WebAssembly.RuntimeError)) return undefined;
    hideAppended(cause);
    // A guest that does not ask ends itself.
    const reason = this.#reason ?? (this.#left < 0n ? "fuel" : undefined);
    return reason && this.#error(reason, symbol, cause);
  }

  expire(): GuestError {
    this.#end("deadline", this.#left);
    return this.#error("deadline", this.#symbol);
  }

  #error(reason: "fuel" | "deadline", symbol: string | undefined, cause?: unknown): GuestError {
    const what = symbol === undefined ? "its start function" : quote(symbol);
    const { milliseconds } = this.#deadline ?? {};
    const [code, why] = reason === "fuel"
      ? ["fuel-exhausted", `the guest has used up its ${this.#budget} units of fuel`] as const
      : ["deadline-exceeded", `the guest has run for more than ${milliseconds} ms`] as const;
    return new GuestError(
      code,
      `Cannot complete ${what}: ${why}, expected less work, or more in limits.${reason}`,
      { export: symbol, cause, frames: framesOf(cause) },
    );
  }
}
