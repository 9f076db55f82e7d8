import type { Plan } from "../abi/plan.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSources } from "./blocks/bound_source.ts";
import type { Claims } from "./blocks/bound_source.ts";
import type { FrameLayout } from "./frame_layout.ts";
import type { Lift, TextContext } from "./text_context.ts";

/** One step, carried out on the frame of a call. */
export type Run = (frame: Frame) => void;

/** The parts of an instance that data needs, in a call of the guest or of the host. */
export interface DataParts {
  readonly plan: Plan;
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly sources: BoundSources;
}

/** A plan bound to one instance: the state that its steps share, and their run forms. */
export interface CallParts extends DataParts {
  readonly context: TextContext;
  /** The claims of the call on the guest's memory, which last until it has ended. */
  readonly claims: Claims | undefined;
  readonly lift: Lift;
  readonly status: ((frame: Frame) => void) | undefined;
  /** Calls the guest, once its core arguments are ready. */
  readonly invoke: FrameValue;
  /** Frees the blocks that the call holds, even if it has failed. */
  readonly release: (frame: Frame) => void;
  /** Whether the call may hold a block when it ends. */
  readonly holds: boolean;
  /** The run form of each step. */
  readonly runs: readonly Run[];
}

/** Settles the state of a guest after a failed call, and returns the error to throw. */
export type SettleFailure = (
  thrown: unknown,
  frame: Frame,
  instance: Instance,
  symbol: string,
  release: ((frame: Frame) => void) | undefined,
) => unknown;

/** A function that calls a plan on one instance. */
export type PlanCall = (...args: unknown[]) => unknown;

/**
 * Makes the function of a compiled plan for one instance; `run` carries the plan out step by step.
 */
export type CompiledPlan = (parts: CallParts, run: PlanCall) => PlanCall;

/** The parts of one instance from which the function of a compiled plan is made. */
export interface Bound extends CallParts {
  readonly run: PlanCall;
}
