import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CoreValue } from "./core_value.ts";

/** The parts of the guest that a custom convention can use. */
export interface CustomContext {
  /** The guest's checked memory. */
  readonly memory: GuestMemory;
  /** Calls an export, such as an allocator. A trap in it ends the whole call. */
  call(name: string, ...args: readonly CoreValue[]): CoreValue;
}

/** The core arguments that a custom convention makes from one value. */
export interface Lowered {
  /** The core arguments. */
  readonly args: readonly CoreValue[];
  /**
   * Frees the memory that was taken for the value. It is called when the call is over, unless the
   * guest trapped.
   */
  readonly release?: () => void;
}

/**
 * A convention that the caller writes: an object that lowers and lifts by itself, because no record
 * can describe what it does. It reads from the guest through checked memory.
 */
export interface CustomConvention {
  /** The name in errors. */
  readonly name: string;
  /** Makes core arguments of text or bytes. */
  lower(value: string | Uint8Array, guest: CustomContext): Lowered;
  /** Makes text, or bytes if those are wanted, from the result of the export. */
  lift(result: CoreValue, wanted: "string" | "bytes", guest: CustomContext): string | Uint8Array;
}
