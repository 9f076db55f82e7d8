import type { Plan } from "../abi/plan.ts";
import { Frame, NO_ARGUMENTS } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { throwCount } from "../instance/refusal.ts";
import type { CallParts, PlanCall } from "./call_parts.ts";
import { compilePlan } from "./compile.ts";
import { settleFailure } from "./failure.ts";
import { makeParts } from "./make_parts.ts";
import type { BoundChunks } from "./chunked.ts";
import { chunkedInput, valueLimits, waiting } from "./on_demand.ts";

export type Call = Made<PlanCall>;

/** A plan with its compiled form, once there is one. All instances of a module share it. */
export class PlanForms {
  readonly plan: Plan;
  readonly #forms: Forms<CallParts, PlanCall>;
  readonly #chunks = new Map<Plan, PlanForms>();

  constructor(plan: Plan) {
    this.plan = plan;
    this.#forms = new Forms((parts) => compilePlan(plan, parts.instance.facts(), parts));
  }

  on(instance: Instance): Call {
    const call = this.#bind(instance);
    return valueLimits.loaded?.limitCall(this.plan, instance, call) ?? call;
  }

  #bind(instance: Instance): Call {
    const { plan } = this;
    if (plan.chunks !== undefined) {
      return chunkedInput.module.chunkedCall(this.chunksOn(instance));
    }
    if (observe !== undefined) return { call: observe(plan, instance), compiled: undefined };
    if (!plan.waits) {
      const parts = makeParts(plan, instance);
      return this.#forms.improve(parts, runPlan(parts));
    }
    const parts = makeParts(plan, instance, waiting.module.awaitable);
    return this.#forms.improve(parts, waiting.module.runWaiting(parts, settleFailure));
  }

  /** Binds the calls that chunked input is made of; each has its own compiled form. */
  chunksOn(instance: Instance): BoundChunks {
    const make = (one: Plan) => new PlanForms(one);
    return chunkedInput.module.bindChunks(this.plan, instance, this.#chunks, make);
  }
}

/** Makes a call of a plan whose steps are observed. */
export type Observe = (plan: Plan, instance: Instance) => PlanCall;

let observe: Observe | undefined;

/** Uses `make` for the calls of all plans that are bound from now on. */
export function observeCalls(make: Observe | undefined): void {
  observe = make;
}

/** Makes the run form of a plan that is bound to an instance. */
export function carryOut(parts: CallParts): PlanCall {
  return parts.plan.waits ? waiting.module.runWaiting(parts, settleFailure) : runPlan(parts);
}

function runPlan(parts: CallParts): PlanCall {
  const { plan: { export: symbol, parameters, usesStack }, instance, runs, claims } = parts;
  const held = parts.holds ? parts.release : undefined;
  const mayHold = parts.holds || usesStack;
  const count = parameters.length;
  const { stack } = instance;
  const guardsStack = instance.unwinds === "restores" || usesStack;
  // The frame is reused. Only a reentrant call needs another one.
  let spare: Frame | undefined = new Frame();

  return (...args) => {
    if (args.length !== count) throwCount(symbol, count, args.length);
    const frame = spare ?? new Frame();
    spare = undefined;
    const before = instance.enter(symbol);
    if (claims !== undefined) frame.outerClaim = instance.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      frame.args = args;
      for (let index = 0; index < runs.length; index++) runs[index]!(frame);
      return frame.value;
    } catch (error) {
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, instance, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) instance.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      frame.result =
        frame.value =
        frame.at =
        frame.asked =
          undefined;
      frame.args = NO_ARGUMENTS;
      frame.taken = frame.dropped = 0;
      spare = frame;
      if (claims !== undefined) instance.claim = frame.outerClaim;
      instance.depth = before;
    }
  };
}
/** The two ways to carry out a plan: step by step, or by a function that was compiled for it. */
export type Tier = "run" | "compiled";

let forced: Tier | undefined;

/** Forces one tier for every call of plans made from now on; only for tests. */
export function forceTier(tier: Tier | undefined): void {
  forced = tier;
}

export function forcedTier(): Tier | undefined {
  return forced;
}

/**
 * The number of runs before a plan is compiled. Compiling takes 130 µs and saves about 80 ns a
 * call, so it does not pay for guests that are made for a few calls.
 */
const OFTEN = 100;

/**
 * The number of calls after which an instance gets its own function. Instances that share a
 * function share the type feedback of V8, which costs about 10 ns a call. After each such function
 * the number doubles for the next instance, up to {@linkcode MOST_PATIENCE}.
 */
export const PATIENCE = 8192;

/** After this number, sharing has cost as much as making and optimising a function: 0.6 ms. */
export const MOST_PATIENCE = 65_536;

type Carry = (...args: never[]) => unknown;

export interface Made<F extends Carry> {
  call: F;
  /** The compiled form that only this instance uses, if it has one. */
  compiled: F | undefined;
  /** Makes the first instance share its compiled form with others. */
  share?: () => void;
}

/** The compiled form of a call, once there is one: all instances of a module share it. */
export class Forms<Parts, F extends Carry> {
  readonly #compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined;
  #calls = 0;
  /** The compiled form, which only the first instance uses until another one takes it. */
  #shared: ((parts: Parts, run: F) => F) | undefined;
  #first: WeakRef<Made<F>> | undefined;
  /** Whether the engine is known to forbid code from strings. */
  #isRefused = false;
  #patience = PATIENCE;

  /** Makes the shared form of a call; `compile` compiles it for any instance. */
  constructor(compile: (parts: Parts) => ((parts: Parts, run: F) => F) | undefined) {
    this.#compile = compile;
  }

  /** Makes the call of one instance, which takes the compiled form after enough calls. */
  improve(parts: Parts, run: F, made: Made<F> = { call: run, compiled: undefined }): Made<F> {
    made.call = run;
    if (forced === "compiled") {
      if (this.#shared === undefined) this.#own(made, parts, run);
      else made.call = made.compiled = this.#shared(parts, run);
    }
    if (forced !== undefined || this.#isRefused) return made;
    if (this.#shared === undefined) {
      made.call = ((...args: Parameters<F>) => {
        if (++this.#calls >= OFTEN) this.#take(made, parts, run);
        return run(...args);
      }) as F;
    } else this.#take(made, parts, run);
    return made;
  }

  /** Switches a call to the compiled form: its own if it is the first instance. */
  #take(made: Made<F>, parts: Parts, run: F): void {
    if (this.#shared === undefined) this.#own(made, parts, run);
    else this.#share(made, parts, run);
  }

  /** Switches a call to its own compiled form. */
  #own(made: Made<F>, parts: Parts, run: F): void {
    const make = this.#isRefused ? undefined : this.#compile(parts);
    made.compiled = make?.(parts, run);
    made.call = made.compiled ?? run;
    this.#isRefused = make === undefined;
    if (make === undefined || this.#shared !== undefined) return;
    this.#shared = make;
    this.#first = new WeakRef(made);
    made.share = () => this.#share(made, parts, run);
  }

  /** Switches a call to the shared form until it has been called often enough for its own. */
  #share(made: Made<F>, parts: Parts, run: F): void {
    let shared: F | undefined;
    let calls = 0;
    made.compiled = undefined;
    made.call = ((...args: Parameters<F>) => {
      if (++calls === this.#patience) {
        this.#patience = Math.min(2 * this.#patience, MOST_PATIENCE);
        this.#own(made, parts, run);
      }
      shared ??= this.#takeShared(parts, run);
      return shared(...args);
    }) as F;
  }

  #takeShared(parts: Parts, run: F): F {
    // The type feedback will not be the first instance's alone, so it may need a form of its own.
    const first = this.#first?.deref();
    this.#first = undefined;
    first?.share?.();
    return this.#shared!(parts, run);
  }
}
