import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import { Frame, type FrameValue } from "../../instance/frame.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import type { DataParts } from "../call_parts.ts";
import type { Lift } from "../text_context.ts";

/** The frame of a host function. Its `result` is the import's core arguments. */
export class HostFrame extends Frame {
  override result: CoreValue[];

  /** The frame of one call. */
  constructor(args: CoreValue[]) {
    super();
    this.result = args;
  }
}

/** A lifted argument, and the call that frees its block if the host owns it. */
export type Argument = Pick<Lift, "lift" | "note" | "release">;

/** Makes core results from the callback's answer. */
export type LowerAnswer = (frame: Frame, value: unknown) => CoreValue;

/** The run forms of a host function's parts. */
export interface HostRuns {
  readonly hostPlan: HostPlan;
  readonly callback: CoreFunction;
  readonly lifts: readonly Argument[];
  /**
   * Frees the host's blocks of the arguments, of which this many were tried; absent if it owns
   * none.
   */
  readonly giveBack: ((frame: Frame, tried: number) => void) | undefined;
  /** Lifts all arguments and calls back. */
  readonly call: FrameValue<unknown>;
  /** Lowers an answer that is not a promise. */
  readonly lower: LowerAnswer;
}

/** A host function on one instance. */
export interface HostParts extends HostRuns, DataParts {
  /** Lowers an answer, unless it is a promise or the guest has ended. */
  readonly finish: LowerAnswer;
}
