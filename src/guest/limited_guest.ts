import type { SymbolDeclarations, SymbolFunctions } from "../abi/symbol_types.ts";
import type { BytesInput } from "../base/numeric_types.ts";
import type { CallLimits } from "../base/limits.ts";
import { inputLimit } from "../call/on_demand.ts";
import { checkCallLimits } from "../check/limits_shape.ts";
import { abortError, viewWithin } from "../instance/views.ts";
import { type Choice, deferCall } from "./convention_choice.ts";
import { GuestCalls } from "./guest_calls.ts";
import type { GuestParts } from "./guest_parts.ts";
import type { Instantiation } from "./instantiation.ts";

/** The calls of a guest, with tighter limits than its own. They follow a reset. */
export interface LimitedGuest<S extends SymbolDeclarations = Record<never, never>> {
  /** The declared symbols as functions. */
  readonly symbols: SymbolFunctions<S>;
  /** Passes text, as `passString` of the guest does. */
  passString(text: string, name?: string): string;
  /** Passes bytes, as `passBytes` of the guest does. */
  passBytes(bytes: BytesInput, name?: string): Uint8Array<ArrayBuffer>;
  /** Runs a command, as `run` of the guest does. */
  run(): number;
  /** The same for a command that waits for asynchronous host functions. */
  run(options: { readonly async: true }): Promise<number>;
}

/** The parts of a guest that its calls are made of. */
interface Within {
  readonly parts: GuestParts;
  readonly choice: Choice;
  /** The calls of the guest itself. */
  readonly calls: Pick<GuestCalls<SymbolDeclarations>, "settle">;
  readonly current: () => Instantiation;
}

/**
 * Makes calls of a guest that have tighter limits.
 *
 * @throws {TypeError} if the limits have faults, or the guest counts nothing that they could end.
 * @throws {RangeError} if one is more than the guest itself has.
 */
export async function limitGuest<S extends SymbolDeclarations>(
  given: CallLimits,
  guest: Within,
): Promise<LimitedGuest<S>> {
  const limits = checkCallLimits(given, guest.parts.limits);
  if (limits.input !== undefined) await inputLimit.load();
  return new Limited<S>(limits, guest);
}

class Limited<S extends SymbolDeclarations> implements LimitedGuest<S> {
  readonly symbols: SymbolFunctions<S>;
  readonly #limits: CallLimits;
  readonly #guest: Within;
  /** The instance that the calls are bound to. */
  #seen: Instantiation | undefined;
  #calls!: GuestCalls<S>;

  constructor(limits: CallLimits, guest: Within) {
    this.#limits = limits;
    this.#guest = guest;
    const { symbols, properties } = guest.parts;
    const functions = Object.fromEntries(
      Object.entries(symbols).map(([name, { async: isAsync = false }]) => [
        name,
        deferCall(isAsync, () => this.#bound(name).symbol(name)).call,
      ]),
    );
    this.symbols = (properties?.define(functions) ?? functions) as SymbolFunctions<S>;
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
    const run = () => this.#bound("_start").run(this.#seen!.host, options);
    return options?.async === true ? (async () => await run())() : run();
  }

  /** Returns the calls of the current instance. */
  #bound(name = ""): GuestCalls<S> {
    const { parts, choice, calls, current } = this.#guest;
    const { signal } = this.#limits;
    if (signal?.aborted) throw abortError(signal, name);
    // Only the guest itself settles it, so that its own calls are bound anew as well.
    if (choice.isOpen) calls.settle();
    const seen = current();
    if (this.#seen !== seen) {
      const view = viewWithin(seen.instance, this.#limits, seen.host?.wasi?.quota);
      this.#calls = new GuestCalls(parts, choice, view);
      this.#seen = seen;
    }
    return this.#calls;
  }
}
