import type { Plan } from "../abi/plan.ts";
import type { PlanParts, StringsPlan } from "../abi/plan_parts.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSources } from "./blocks/bound_source.ts";
import type { Claims } from "./claim.ts";
import { unitOf } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";
import type { Lift, TextContext } from "./text_context.ts";

/** One step, carried out on the frame of a call. */
export type Run = (frame: Frame) => void;

/** What the data of a call need of one instance, also of a call of the host. */
export interface DataParts {
  readonly plan: Plan;
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly sources: BoundSources;
}

/** A plan on one instance: what its steps share, and their run forms. */
export interface CallParts extends DataParts {
  readonly context: TextContext;
  /** What the call claims of the guest's buffers until it has ended, if anything. */
  readonly claims: Claims | undefined;
  readonly lift: Lift;
  readonly status: ((frame: Frame) => void) | undefined;
  /** Calls the guest; what it is called with is ready. */
  readonly invoke: FrameValue;
  /** Gives back what the call holds: where it failed, too. */
  readonly release: (frame: Frame) => void;
  /** Whether the call may hold anything when it ends. */
  readonly holds: boolean;
  /** The run form of each step. */
  readonly runs: readonly Run[];
}

/** Where the blocks of a call are in its frame. */
export function frameLayoutOf(
  { export: symbol, parameters }: PlanParts,
  address64: boolean,
): FrameLayout {
  return {
    area: parameters.length,
    output: parameters.length + 1,
    word: address64 ? 8 : 4,
    symbol,
    units: parameters.map((part) => part.kind === "text" ? unitOf(part.content, part.encoding) : 1),
  };
}

/** Whether several parts of a call can be freed by one call of the guest. */
export function sharesBlocks({ result, status, output }: PlanParts): boolean {
  if (result.kind === "record" || result.kind === "cursor" || result.kind === "elements") {
    return true;
  }
  // One of several calls may name the block that another has given back.
  if (result.kind === "text" && (result.free?.length ?? 0) + (result.whole?.length ?? 0) > 1) {
    return true;
  }
  return [status, output?.status].some((part) =>
    part?.details !== undefined || part?.message?.kind === "text" &&
      (part.message.free !== undefined || part.message.whole !== undefined)
  );
}

/** What calls a plan on one instance. */
export type PlanCall = (...args: unknown[]) => unknown;

/** Makes a compiled plan's function for one instance; `run` calls the plan step by step. */
export type CompiledPlan = (parts: CallParts, run: PlanCall) => PlanCall;

/** What a compiled plan's function is made of on one instance. */
export interface Bound extends CallParts {
  readonly run: PlanCall;
}

/** Whether each text has a block of its own: where the guest takes them over, it frees each. */
export function isEach({ place, free }: StringsPlan): boolean {
  return place.kind === "allocator" && free === undefined;
}
