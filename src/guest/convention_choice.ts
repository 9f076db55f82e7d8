import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import { once } from "../base/lazy.ts";
import { Problem } from "../base/errors.ts";
import type { Call } from "../call/call.ts";
import { reportCapacity } from "../detect/capacity.ts";
import type { ReportedCapacity } from "../detect/capacity_types.ts";
import {
  ConventionReport,
  detectConvention,
  reviewRivals,
  settleRivals,
} from "../detect/detect.ts";
import { noConvention } from "../detect/no_convention.ts";
import type { Instance } from "../instance/instance.ts";
import { toOffset } from "../memory/pointer.ts";
import type { SettledRival } from "../presets/preset.ts";
import type { Compiled } from "../source/source_types.ts";
import type { ChosenConvention } from "./guest_parts.ts";

/**
 * The convention of a guest, set or detected. If its names are ambiguous, the first pass settles
 * that.
 */
export class Choice {
  #chosen: () => ChosenConvention;
  readonly #compiled: Pick<Compiled, "info">;
  #unsure: SettledRival | undefined;
  #capacity: () => ReportedCapacity;

  constructor(chosen: () => ChosenConvention, compiled: Pick<Compiled, "info">) {
    this.#chosen = chosen;
    this.#compiled = compiled;
    this.#capacity = once(() => reportCapacity(chosen().convention, compiled.info));
  }

  /** The convention in use, or why there is none. */
  get convention(): ChosenConvention["convention"] {
    return this.#chosen().convention;
  }

  /** The capacity of the convention's buffer, as far as it is known, shared by all instances. */
  get capacity(): ReportedCapacity {
    return this.#capacity();
  }

  /** Whether the guest has to be asked which of several names its buffer has. */
  get isOpen(): boolean {
    return this.#chosen().rivals !== undefined;
  }

  /** Whether the first call of each export may set a pointer to its output. */
  get isUnsure(): boolean {
    return this.#unsure !== undefined;
  }

  /** The possible names for the guest's buffer; empty if the name is known. */
  get rivals(): readonly string[] {
    const { rivals = [] } = this.#chosen();
    return [...new Set(rivals.flatMap(({ names }) => names))];
  }

  /** The convention, for `console.log` of a guest. */
  get shown(): string {
    return this.convention instanceof Problem
      ? "none is recognised"
      : `${this.report()}`.slice("convention: ".length);
  }

  /** Makes the report that `guest.convention` returns. */
  report(): ConventionReport {
    const { convention, reason } = this.#chosen();
    if (convention instanceof Problem) throw convention.error();
    return new ConventionReport(convention, reason, this.capacity.report);
  }

  /**
   * Calls the getters of an instance to settle which one is meant. The outcome applies to all
   * instances.
   *
   * @param compile Compiles the call of a getter.
   * @returns Whether anything was open.
   * @throws {GuestError} if the names are those of different buffers, or a getter traps.
   */
  settle(instance: Instance, compile: (name: string) => Call): boolean {
    const { rivals } = this.#chosen();
    const { info } = this.#compiled;
    if (rivals === undefined || info === undefined) return false;
    const ask = compileAsk(instance, compile);
    const found = settleRivals(rivals, info, ask, instance.memory.size);
    if (!(found instanceof Problem) && found.unset.length > 0) this.#unsure = found;
    const settled: ChosenConvention = found instanceof Problem
      ? { convention: found, reason: "" }
      : { convention: found.convention, reason: found.reason };
    this.#chosen = () => settled;
    this.#capacity = once(() => reportCapacity(settled.convention, info));
    return true;
  }

  /**
   * Calls the getters that returned 0 once more, after a call that may have set a pointer. If one
   * now returns an address, the convention becomes ambiguous.
   */
  review(instance: Instance, compile: (name: string) => Call): void {
    const { info } = this.#compiled;
    if (this.#unsure === undefined || info === undefined) return;
    const ask = compileAsk(instance, compile);
    const problem = reviewRivals(this.#unsure, info, ask, instance.memory.size);
    if (problem === undefined) return;
    this.#unsure = undefined;
    this.#chosen = () => ({ convention: problem, reason: "" });
  }
}

/** Compiles a read of a getter or a global. */
function compileAsk(instance: Instance, compile: (name: string) => Call): (name: string) => number {
  return (name) => {
    const found = instance.exports[name];
    const address = found instanceof WebAssembly.Global ? found.value : compile(name).call();
    return toOffset(address as number | bigint);
  };
}

/** Makes a call that passes its result through `after`. */
export function followCall({ call }: Call, isAsync: boolean, after: <T>(value: T) => T): Call {
  return {
    call: isAsync
      ? async (...args) => after(await call(...args))
      : (...args) => after(call(...args)),
    compiled: undefined,
  };
}

/** Makes a call that replaces itself with that of `next` when it is first made. */
export function deferCall(isAsync: boolean, next: () => Call): Call {
  // An asynchronous call rejects instead of throwing.
  return {
    call: isAsync
      ? async (...args) => await next().call(...args)
      : (...args) => next().call(...args),
    compiled: undefined,
  };
}

/**
 * Chooses the convention of a guest: the given one, or the one detected from its module.
 *
 * @param refine Adds to a convention that a second export returns the length of a result.
 */
export function chooseConvention(
  convention: Convention | CustomConvention | undefined,
  compiled: Compiled,
  refine: Refine | undefined,
): ChosenConvention {
  if (convention !== undefined) return { convention, reason: "the option says so" };
  const before = recognised.get(compiled);
  if (before !== undefined) return before;
  const detected = detect(compiled, refine);
  const chosen = detected instanceof Problem ? { convention: detected, reason: "" } : detected;
  recognised.set(compiled, chosen);
  return chosen;
}

/** The detected conventions of the modules in use, for their next guests. */
const recognised = new WeakMap<Compiled, ChosenConvention>();

type Refine = typeof import("../detect/length_getter.ts").refine;

function detect(
  { info, name }: Compiled,
  refine: Refine | undefined,
): NonNullable<ReturnType<typeof detectConvention>> {
  if (info !== undefined) return detectConvention(info, undefined, refine) ?? noConvention(info);
  return new Problem({
    code: "no-convention",
    part: "convention",
    cannot: "Cannot tell how the guest passes text",
    found: `the types of ${name} are unknown`,
    expected: "the option convention",
  });
}
