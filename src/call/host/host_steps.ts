import type { CoreValue } from "../../abi/core_value.ts";
import { Frame, type FrameValue } from "../../instance/frame.ts";

/** Lowers what a callback returned to core results. */
export type LowerReturn = (frame: Frame, value: unknown) => CoreValue;

/** The steps of a host function's call, compiled once for an instance. */
export interface HostSteps {
  /** The import, as errors name it. */
  readonly name: string;
  /** Lifts the arguments and calls back. */
  readonly call: FrameValue;
  /** Lowers what the callback returned. */
  readonly lower: (frame: Frame, value: unknown) => CoreValue;
  /** Whether a promise is a value like any other. */
  readonly takesPromise: boolean;
}

/** A frame that has the core arguments of an import where others have the results of an export. */
export class HostFrame extends Frame {
  override result: CoreValue[];

  /** The frame of one call. */
  constructor(args: CoreValue[]) {
    super();
    this.result = args;
  }
}
