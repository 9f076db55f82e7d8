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
   * Frees the memory that was allocated for the value. It is called at the end of the call, unless
   * the guest trapped.
   */
  readonly release?: () => void;
}

/**
 * A convention with its own code: an object that lowers and lifts values in ways that a
 * `Convention` cannot describe. It accesses the guest through checked memory.
 */
export interface CustomConvention {
  /** The name in errors. */
  readonly name: string;
  /** Converts text or bytes to core arguments. */
  lower(value: string | Uint8Array, guest: CustomContext): Lowered;
  /** Converts the result of the export to text or to bytes, as `wanted` says. */
  lift(result: CoreValue, wanted: "string" | "bytes", guest: CustomContext): string | Uint8Array;
}
