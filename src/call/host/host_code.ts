import type { GuestFacts, Plan } from "../../abi/plan.ts";
import type { ParameterPlan } from "../../abi/plan_parts.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import { type DataParts, frameLayoutOf } from "../call_parts.ts";
import { CallCode } from "../code/call_code.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { HostFrame, type HostParts } from "./host_parts.ts";

/**
 * Plans an import as a call in the other direction: the host's answer is put into the guest like an
 * export's argument. There is that one parameter, or none if the answer takes no block.
 */
export function planOfHost({ name, result }: HostPlan): Plan {
  const parameters: ParameterPlan[] = [];
  if (result.kind === "text" && result.target.kind !== "output") {
    const { kind, content, encoding, place, terminated } = result;
    parameters.push({ kind, content, encoding, place, terminated });
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
 * Returns the indices of blocks in the frame of a host function's call: that of the answer is the
 * first.
 */
export function hostFrameLayout(hostPlan: HostPlan, address64: boolean): FrameLayout {
  return frameLayoutOf(planOfHost(hostPlan), address64);
}

/** Returns the index of an argument's block, after those of the answer. */
export function blockOf(argument: number, hostPlan: HostPlan): number {
  const { parameters } = planOfHost(hostPlan);
  const { output } = hostFrameLayout(hostPlan, false);
  return output + 1 + parameters.length + argument;
}

/** The source of a host function: its core arguments are `c0`, `c1` and so on, its answer is `a0`. */
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
    return this.block;
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

  /** The source that makes a frame. */
  override get newFrame(): string {
    return `new ${this.constant(HostFrame)}([${this.cores}])`;
  }
}
