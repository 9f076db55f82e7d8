import type { FunctionType } from "../binary/types.ts";
import type { ChunkPurpose, PlanParts } from "./plan_parts.ts";

/** Everything that one call does, in order. The plan is made without calling the guest. */
export interface Plan extends PlanParts {
  readonly steps: readonly Step[];
  /** Whether blocks are allocated on the guest's stack. */
  readonly usesStack: boolean;
  /** Whether the call waits for promises of host functions and so returns a promise. */
  readonly waits: boolean;
  /** The calls that replace it if the guest takes its input in chunks. */
  readonly chunks?: ChunkPlans | undefined;
}

/** The plans of the calls of a guest that takes chunked input. */
export type ChunkPlans = Readonly<Partial<Record<ChunkPurpose, Plan>>>;

/** One entry of a plan. */
export type Step =
  /** Checks an argument and puts it where the guest expects it. */
  | { readonly step: "lower"; readonly argument: number; readonly keeps: boolean }
  /** Checks related sizes, and allocates a return area and an output buffer. */
  | { readonly step: "prepare" }
  /** Calls the guest. */
  | { readonly step: "call" }
  /** Records the block of a result that is freed as a whole, before anything can fail. */
  | { readonly step: "claim" }
  /** Throws if the guest reports that the call has failed. */
  | { readonly step: "check status" }
  /** Converts the result to a JavaScript value. */
  | { readonly step: "lift" }
  /** Frees every block that the call holds. */
  | { readonly step: "release" }
  /** Restores the guest's stack pointer. */
  | { readonly step: "restore stack" };

/** The facts that compiled plans depend on, which are the same for every instance of a module. */
export interface GuestFacts {
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** Whether the guest can call the host, which may then call it again. */
  readonly reenters: boolean;
  /** Whether the stack pointer has to be restored when an error passes through the guest. */
  readonly restoresStack: boolean;
  /** Whether limits have to be informed of the start of each call. */
  readonly isLimited: boolean;
  /** Whether the guest has to be informed of the number of arguments of each call. */
  readonly countsArguments: boolean;
  functionType(name: string): FunctionType | undefined;
  /** Returns the kind of an export, if the binary is known. */
  exportKind(name: string): string | undefined;
}
