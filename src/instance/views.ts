import { GuestError, messageOf } from "../base/errors.ts";
import type { CallLimits } from "../base/limits.ts";
import { quote } from "../base/show.ts";
import { GuestInstance } from "./guest_instance.ts";
import type { Instance } from "./instance.ts";

/** The underlying instances of views. */
const viewed: WeakMap<Instance, Instance> = new WeakMap();

/** Returns the underlying instance of a view, or the instance itself. */
export function identityOf(instance: Instance): Instance {
  return viewed.get(instance) ?? instance;
}

/**
 * Makes a view of an instance whose calls have tighter limits. It shares all state with the
 * instance.
 *
 * @param tighten Tightens limits that are not those of the instance; returns a function that undoes
 * this.
 */
export function viewWithin(
  instance: GuestInstance,
  limits: CallLimits,
  tighten: (limits: CallLimits) => () => void,
): GuestInstance {
  const { limiter } = instance;
  const { results = Infinity, input = Infinity, signal } = limits;
  /** The functions that end the calls in progress, the last one last. */
  const ends: (() => void)[] = [];

  function begin(before: number): number {
    const loosen = tighten(limits);
    const goOn = limiter?.tighten(limits);
    ends.push(() => {
      loosen();
      // After an outermost call, its remaining fuel can still be read.
      if (before > 0) goOn?.();
    });
    return before;
  }

  function abort(): void {
    instance.giveUp?.(instance.poison(abortError(signal!, instance.pending ?? "")));
  }

  const view = reflect(instance);
  const tighter = (most: number, own = Infinity) => {
    const least = Math.min(most, own);
    return { value: least === Infinity ? undefined : least };
  };
  return Object.defineProperties(view, {
    resultLimit: { get: () => Math.min(results, instance.resultLimit) },
    referenceLimit: tighter(results, instance.referenceLimit),
    inputLimit: tighter(input, instance.inputLimit),
    enter: { value: (symbol: string) => begin(instance.enter(symbol)) },
    depth: {
      get: () => instance.depth,
      // Compiled calls of a guest without limits start here.
      set(value: number) {
        if (value > instance.depth) begin(instance.depth);
        else ends.pop()?.();
        instance.depth = value;
      },
    },
    giveUp: {
      get: () => instance.giveUp,
      set(giveUp: GuestInstance["giveUp"]) {
        instance.giveUp = giveUp;
        signal?.removeEventListener("abort", abort);
        if (giveUp !== undefined) signal?.addEventListener("abort", abort);
        if (giveUp !== undefined && signal?.aborted) abort();
      },
    },
  });
}

/** Makes an object whose properties and methods are those of an instance. */
function reflect(instance: GuestInstance): GuestInstance {
  const view: GuestInstance = Object.create(GuestInstance.prototype);
  viewed.set(view, instance);
  const inherited = Object.getOwnPropertyDescriptors(GuestInstance.prototype);
  for (const key of [...Object.keys(inherited), ...Object.keys(instance)]) {
    const name = key as keyof GuestInstance;
    const method: unknown = inherited[name]?.value;
    Object.defineProperty(view, key, {
      configurable: true,
      ...(typeof method === "function" ? { value: method.bind(instance) } : {
        get: () => instance[name],
        set(value) {
          (instance as { -readonly [K in keyof GuestInstance]: unknown })[name] = value;
        },
      }),
    });
  }
  return view;
}

/** Makes the error of a call whose signal was aborted. */
export function abortError(signal: AbortSignal, symbol: string): GuestError {
  return new GuestError(
    "aborted",
    `Cannot complete ${quote(symbol)}: its signal was aborted: ${messageOf(signal.reason)}`,
    { export: symbol, cause: signal.reason },
  );
}
