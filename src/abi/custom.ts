import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CoreValue } from "./core_value.ts";

/** What a convention that lowers and lifts by itself can use of the guest. */
export interface OwnContext {
  /** The guest's memory, checked. */
  readonly memory: GuestMemory;
  /** Calls an export: an allocator, for one. A trap in it ends the whole call. */
  call(name: string, ...args: readonly CoreValue[]): CoreValue;
}

/** What a convention passes for one value. */
export interface Lowered {
  /** The core arguments that stand for it. */
  readonly args: readonly CoreValue[];
  /** Gives back what was taken for it; called once the call is over, unless the guest trapped. */
  readonly release?: () => void;
}

/**
 * A convention that no record can say: an object that lowers and lifts by itself. Whatever it
 * reads from the guest goes through checked memory.
 */
export interface OwnConvention {
  /** What errors call it. */
  readonly name: string;
  /** Makes core arguments of text or bytes. */
  lower(value: string | Uint8Array, guest: OwnContext): Lowered;
  /** Makes text, or bytes where those are wanted, of what the export returned. */
  lift(result: CoreValue, wanted: "string" | "bytes", guest: OwnContext): string | Uint8Array;
}

/** Whether a convention is an object that lowers and lifts by itself. */
export function isOwn(convention: object): convention is OwnConvention {
  return "lower" in convention && "lift" in convention;
}
