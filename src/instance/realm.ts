import type { Place } from "../abi/block_source.ts";
import type { CoreValue } from "../abi/core_value.ts";
import type { GuestFacts } from "../abi/plan.ts";
import type { GuestError } from "../base/errors.ts";
import type { FunctionType } from "../binary/types.ts";
import type { CapacityReport, CapacityRule } from "../detect/capacity.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { Claim, Frame } from "./frame.ts";
import type { Unfreed } from "./unfreed.ts";

/** One instance of a guest, as the engine needs to know it. */
export interface Realm {
  readonly memory: GuestMemory;
  readonly exports: WebAssembly.Exports;
  /** The address below which nothing of the guest lies: what points there is no pointer. */
  readonly lowest: number;
  /** Whether it is a command that has not been run: nothing has set up what its exports may need. */
  readonly isUnstarted: boolean;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** The type of an exported function, where the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** Tells the guest how many arguments the next call has, if it wants to know: some are optional. */
  readonly setArgumentsLength: ((count: number) => void) | undefined;
  /** How the capacity of a buffer is known, where to tell it, and whether the buffer is the convention's. */
  capacity(place: Place & { kind: "buffer" }): {
    readonly rule: CapacityRule;
    readonly report: CapacityReport;
    readonly isConventions: boolean;
  };
  /** How many bytes of the host's memory the values of one call can take at this moment. */
  readonly resultLimit: number;
  /**
   * The address of zeroed bytes, aligned to 16, that are added to memory for the host: once for a
   * place and its turn, whichever symbol asks, or anew where there is no turn.
   */
  reserve(place: Reserved, turn?: number): number;
  /** The guest's own stack, where it can be moved from outside. */
  readonly stack: Stack | undefined;
  /**
   * What an error that unwinds through the guest does: leave nothing behind (nothing can throw, or
   * the guest has no stack in memory), leave a stack pointer that is put back, or nobody knows.
   */
  readonly unwinds: "cleanly" | "restores" | "unknown";
  // What a call leaves behind is put right by stores alone: where the host's stack has ended, any
  // function that is called throws, also one that is called to put things right.

  /** How many calls of the guest are in progress; each puts back what it found. */
  depth: number;
  /** How many calls of the host by the guest are in progress; each puts back what it found. */
  hostDepth: number;
  /** The asynchronous symbol that is in progress: the one call that is not within another. */
  pending: string | undefined;
  /** Rejects the promise of the asynchronous symbol, while that waits for it. */
  giveUp: ((reason: unknown) => void) | undefined;
  /** Why the guest is not called any more: what ended it, or how a call ended that left it unknown. */
  refusal: unknown;
  /**
   * Begins a call: refused where the guest can't be called.
   *
   * @returns what `depth` has to be when the call ends.
   */
  enter(symbol: string): number;
  /** Begins a call that can be waited for: only where no other is in progress. */
  enterAsync(symbol: string): number;
  /** Whether the guest can call the host, which may then call the guest again. */
  readonly reenters: boolean;
  /** The ranges of the guest's buffers that calls in progress still need, the last one first. */
  claim: Claim | undefined;
  readonly unfreed: Unfreed;
  /** What a plan is compiled for: the same for every instance of the module. */
  facts(): GuestFacts;
  /** What a host function has thrown and the guest has not caught: the host's own, whatever it is. */
  thrown: unknown;
  /** Whether guest code may still be called. */
  readonly callable: boolean;
  /** The error for what can't be done, because guest code may not be called any more. */
  refuse(action: string, symbol: string): GuestError;
  /** Stops all further calls for the reason given, which is returned. */
  poison(reason: GuestError): GuestError;
}

/** How many bytes a place has that is added to memory. */
export interface Reserved {
  readonly reserve: number;
}

/** The guest's shadow stack. */
export interface Stack {
  /** The stack pointer. */
  save(frame: Frame): CoreValue;
  restore(frame: Frame, pointer: CoreValue): void;
  /** Takes `byteLength` bytes below where the pointer is, aligned to 16, and returns their address. */
  take(frame: Frame, byteLength: number, current?: CoreValue): number;
}
