import { offsetOf64 } from "../code/value.ts";
import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { GuestFacts, Plan } from "../../abi/plan.ts";
import type { ParameterPlan } from "../../abi/plan_parts.ts";
import { Frame, type FrameValue } from "../../instance/frame.ts";
import type { HostParameterPlan, HostPlan } from "../../plan/host_plan.ts";
import { blocksOf } from "../../plan/plan_blocks.ts";
import { frameLayoutOf } from "../blocks/bind_sources.ts";
import type { DataParts } from "../call_parts.ts";
import { CallCode } from "../code/call_code.ts";
import type { FrameLayout } from "../frame_layout.ts";
import type { Lift } from "../text_context.ts";
import { besideOf } from "../values.ts";

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

/** Makes core results from the callback's result. */
export type LowerResult = (frame: Frame, value: unknown) => CoreValue;

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
  /** Lowers a result that is not a promise. */
  readonly lower: LowerResult;
}

/** A host function on one instance. */
export interface HostParts extends HostRuns, DataParts {
  /** Lowers a result, unless it is a promise or the guest has ended. */
  readonly finish: LowerResult;
}

/**
 * Plans an import as a call in the other direction: the host's result is put into the guest like an
 * export's argument. There is that one parameter, or none if the result takes no block.
 */
export function planOfHost({ name, result: all }: HostPlan): Plan {
  const parameters: ParameterPlan[] = [];
  const result = all.kind === "returned" ? all.own : all;
  if (result.kind === "text" && result.target.kind !== "output") {
    const { kind, content, encoding, place, terminated } = result;
    parameters.push({ kind, content, encoding, place, terminated });
  } else if (result.kind === "compound" && result.place !== undefined) {
    const { kind, layout, isList, nullable, place } = result;
    const { align } = layout;
    parameters.push({ kind, layout, align, isList, nullable, place, free: undefined });
  } else if (all.kind === "returned" && all.outs.place !== undefined) {
    const { layout, place } = all.outs;
    const rest = { isList: false, nullable: false, free: undefined } as const;
    parameters.push({ kind: "compound", layout, align: layout.align, place, ...rest });
  }
  return {
    export: name,
    parameters,
    coreArguments: [],
    core: undefined,
    result: { kind: "void" },
    steps: [],
    usesStack: false,
    waits: false,
  };
}

/**
 * Returns the indices of blocks in the frame of a host function's call: that of the result is the
 * first.
 */
export function hostFrameLayout(hostPlan: HostPlan, address64: boolean): FrameLayout {
  return frameLayoutOf(planOfHost(hostPlan), address64);
}

/**
 * Returns the index of the result's second block: for what a struct points to, or for the contents
 * of an object.
 */
export function besideResult(hostPlan: HostPlan): number {
  return besideOf(0, planOfHost(hostPlan).parameters.length);
}

/** A value that the guest passes in its memory. */
export type InMemory = Exclude<HostParameterPlan, { readonly at: number }>;

/** Returns whether the guest passes a value in its memory. */
export function isInMemory(parameter: HostParameterPlan): parameter is InMemory {
  return !("at" in parameter);
}

/** Returns the index of an argument's first block, after those of the result. */
export function blockOf(argument: number, hostPlan: HostPlan): number {
  const { parameters } = planOfHost(hostPlan);
  const { output } = hostFrameLayout(hostPlan, false);
  const before = hostPlan.parameters.slice(0, argument);
  const taken = before.reduce(
    (count, parameter) =>
      count +
      (isInMemory(parameter) ? blocksOf(parameter) : 1),
    0,
  );
  return output + 1 + parameters.length + taken;
}

/**
 * The source of a host function: its core arguments are `c0`, `c1` and so on, its result is `a0`.
 */
export class HostCode extends CallCode {
  readonly hostPlan: HostPlan;
  /** The core arguments. */
  readonly cores: string;
  /** The locals of lifted arguments. */
  readonly values = new Set<string>();
  /** The block of the argument that is being lifted. */
  block = 0;

  constructor(hostPlan: HostPlan, facts: GuestFacts) {
    super(planOfHost(hostPlan), hostFrameLayout(hostPlan, facts.address64), facts);
    this.hostPlan = hostPlan;
    this.cores = Array.from({ length: hostPlan.arity }, (_, index) => `c${index}`).join(", ");
  }

  override get resultBlock(): number {
    return this.part ?? this.block;
  }

  override of(key: string, get: (parts: HostParts) => unknown): string {
    return this.bind(key, get as (parts: DataParts) => unknown);
  }

  /** Returns the local of a lifted argument. */
  value(index: number): string {
    const name = `v${index}`;
    this.values.add(name);
    return name;
  }

  /** Returns the source of a core argument, an integer, as an offset. */
  offset(argument: number): string {
    return this.hostPlan.type?.parameters[argument] === "i64"
      ? `${this.constant(offsetOf64)}(c${argument})`
      : `(c${argument} >>> 0)`;
  }

  /** The source that makes a frame. */
  override get newFrame(): string {
    return `new ${this.constant(HostFrame)}([${this.cores}])`;
  }
}
