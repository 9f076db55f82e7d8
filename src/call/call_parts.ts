import type { Plan } from "../abi/plan.ts";
import type { PlanParts, StringsPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSources } from "./blocks/bound_source.ts";
import type { Claims } from "./claim.ts";
import { unitOf } from "./content.ts";
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
  /** Gives back the blocks that the call holds, even if it has failed. */
  readonly release: (frame: Frame) => void;
  /** Whether the call may hold a block when it ends. */
  readonly holds: boolean;
  /** The run form of each step. */
  readonly runs: readonly Run[];
}

/** Returns where the blocks of a call are in its frame. */
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

/**
 * Returns the block of the call that begins at a result's pointer: that of a parameter, by its
 * index, or the output buffer.
 */
export function findBlock(
  pointer: Value,
  { parameters }: PlanParts,
): number | "output" | undefined {
  if (pointer === "output") return pointer;
  if (pointer === "result") return undefined;
  if (typeof pointer === "object" && "argument" in pointer) return pointer.argument;
  const buffer = typeof pointer === "object" && "export" in pointer ? pointer.export : pointer;
  const index = parameters.findIndex((parameter) =>
    parameter.kind === "text" && parameter.place.kind === "buffer" &&
    parameter.place.pointer === buffer
  );
  return index < 0 ? undefined : index;
}

/** Returns the parameters whose blocks the call frees; unpinning a block does not free it. */
export function freedParameters({ parameters }: PlanParts): number[] {
  return parameters.flatMap((parameter, index) =>
    "free" in parameter && parameter.free !== undefined ? [index] : []
  );
}

/** Returns whether one call of the guest may free several parts of the result. */
export function sharesBlocks({ result, status, output }: PlanParts): boolean {
  if (result.kind === "record" || result.kind === "cursor" || result.kind === "elements") {
    return true;
  }
  // One of several freeing calls may name a block that another one has already freed.
  if (result.kind === "text" && (result.free?.length ?? 0) + (result.whole?.length ?? 0) > 1) {
    return true;
  }
  return [status, output?.status].some((part) =>
    part?.details !== undefined || part?.message?.kind === "text" &&
      (part.message.free !== undefined || part.message.whole !== undefined)
  );
}

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

/**
 * Returns whether each text has a block of its own: a guest that keeps the texts frees each of
 * them.
 */
export function isEach({ place, free }: StringsPlan): boolean {
  return place.kind === "allocator" && free === undefined;
}
