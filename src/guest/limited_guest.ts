import type { SymbolDeclarations, SymbolFunctions } from "../abi/symbol_types.ts";
import type { BytesInput } from "../base/typed_arrays.ts";
import type { CallLimits } from "../base/limits.ts";
import { valueLimits } from "../call/on_demand.ts";
import { checkCallLimits } from "../check/limits_shape.ts";
import type { AsyncInterfaces, ComponentInterfaces } from "../component/component_interfaces.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import { abortError, viewWithin } from "../instance/views.ts";
import { deferCall } from "./convention_choice.ts";
import { GuestCalls } from "./guest_calls.ts";
import type { GuestHost, GuestParts } from "./guest_parts.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** The calls of a guest with tighter limits than its own. They still work after a reset. */
export interface LimitedGuest<
  S extends SymbolDeclarations = Record<never, never>,
  I extends object = ComponentInterfaces,
> {
  /** The declared symbols as functions. */
  readonly symbols: SymbolFunctions<S>;
  /**
   * The interfaces that a component exports. Its classes are those of the guest itself, so their
   * constructors and methods have the limits of the guest.
   */
  readonly interfaces: I;
  /** The same functions, returning promises because they can wait. */
  readonly asyncInterfaces: AsyncInterfaces<I>;
  /** Passes text, as `passString` of the guest does. */
  passString(text: string, name?: string): string;
  /** Passes bytes, as `passBytes` of the guest does. */
  passBytes(bytes: BytesInput, name?: string): Uint8Array<ArrayBuffer>;
  /** Runs a command, as `run` of the guest does. */
  run(): number;
  /** The same for a command that waits for asynchronous host functions. */
  run(options: { readonly async: true }): Promise<number>;
}

/** The calls of a guest that are bound to an instance. */
export type BoundCalls = Pick<GuestCalls<SymbolDeclarations>, "symbol" | "passing" | "run">;

/** The parts of a guest from which calls with tighter limits are made. */
export interface Limitable<I extends object> extends Pick<GuestParts, "limits" | "properties"> {
  readonly symbols: Readonly<Record<string, { readonly async?: boolean }>>;
  /** Returns the current instance, and the host's state for it. */
  current(): { readonly instance: GuestInstance; readonly host: GuestHost | undefined };
  /** Binds the calls to a view of the current instance. */
  bind(view: GuestInstance): BoundCalls;
  /**
   * Returns an object with the interfaces.
   *
   * @param prepare Binds the calls to the current instance before a function is called.
   */
  interfaces(prepare: (name: string) => void): {
    readonly interfaces: I;
    readonly asyncInterfaces: AsyncInterfaces<I>;
  };
  /** Makes the limit of results tighter, if the instance does not have it. */
  tighten?(limits: CallLimits): () => void;
}

/**
 * Makes calls of a guest that have tighter limits.
 *
 * @throws {TypeError} if a limit is invalid, or the guest was loaded without it.
 * @throws {RangeError} if a limit is above that of the guest.
 */
export async function limitGuest<S extends SymbolDeclarations, I extends object>(
  given: CallLimits,
  guest: Limitable<I>,
): Promise<LimitedGuest<S, I>> {
  const limits = checkCallLimits(given, guest.limits);
  if ((limits.input ?? limits.results) !== undefined) await valueLimits.load();
  return new Limited<S, I>(limits, guest);
}

/** Makes calls of a guest that is a module, with tighter limits. */
export function limitModule<S extends SymbolDeclarations, I extends object>(
  limits: CallLimits,
  lifecycle: Lifecycle<S>,
  guest: { readonly interfaces: I; readonly asyncInterfaces: AsyncInterfaces<I> },
): Promise<LimitedGuest<S, I>> {
  const { parts, choice } = lifecycle;
  return limitGuest<S, I>(limits, {
    ...parts,
    current: () => {
      // Only the guest itself settles it, so that its own calls are bound again as well.
      if (choice.isOpen) lifecycle.calls.settle();
      return lifecycle.current;
    },
    bind: (view) => new GuestCalls(parts, choice, view),
    interfaces: () => guest,
  });
}

class Limited<S extends SymbolDeclarations, I extends object> implements LimitedGuest<S, I> {
  readonly symbols: SymbolFunctions<S>;
  readonly #limits: CallLimits;
  readonly #guest: Limitable<I>;
  /** The instance that the calls are bound to. */
  #seen: GuestInstance | undefined;
  #calls!: BoundCalls;
  readonly #whole: ReturnType<Limitable<I>["interfaces"]>;

  constructor(limits: CallLimits, guest: Limitable<I>) {
    this.#limits = limits;
    this.#guest = guest;
    const { symbols, properties } = guest;
    this.#whole = guest.interfaces((name) => this.#bound(name));
    const functions = Object.fromEntries(
      Object.entries(symbols).map(([name, { async: isAsync = false }]) => [
        name,
        deferCall(isAsync, () => this.#bound(name).symbol(name)).call,
      ]),
    );
    this.symbols = (properties?.define(functions) ?? functions) as SymbolFunctions<S>;
  }

  get interfaces(): I {
    return this.#whole.interfaces;
  }

  get asyncInterfaces(): AsyncInterfaces<I> {
    return this.#whole.asyncInterfaces;
  }

  passString(text: string, name?: string): string {
    return this.#bound(name).passing("string", name).call(text) as string;
  }

  passBytes(bytes: BytesInput, name?: string): Uint8Array<ArrayBuffer> {
    return this.#bound(name).passing("bytes", name).call(bytes) as Uint8Array<ArrayBuffer>;
  }

  run(): number;
  run(options: { readonly async: true }): Promise<number>;
  run(options?: { readonly async: true }): number | Promise<number> {
    const run = () => this.#bound("_start").run(this.#guest.current().host, options);
    return options?.async === true ? (async () => await run())() : run();
  }

  /** Returns the calls of the current instance. */
  #bound(name = ""): BoundCalls {
    const { signal } = this.#limits;
    if (signal?.aborted) throw abortError(signal, name);
    const { instance, host } = this.#guest.current();
    if (this.#seen !== instance) {
      const tighten = (limits: CallLimits) => {
        const undo = [
          host?.wasi?.quota?.tighten(limits.output ?? Infinity),
          this.#guest.tighten?.(limits),
        ];
        return () => undo.forEach((loosen) => loosen?.());
      };
      this.#calls = this.#guest.bind(viewWithin(instance, this.#limits, tighten));
      this.#seen = instance;
    }
    return this.#calls;
  }
}
