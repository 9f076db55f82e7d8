import type { OnInvalid } from "../memory/text/codec.ts";
import type { ConventionEncoding, Length, Value } from "./value.ts";

/** The kinds of step in a call. */
export type PlanStepName =
  /** A step for the caller: the guest has not been initialised, or its command has not run. */
  | "initialize"
  /** Determines which of several names the guest's buffer has; only before the first call. */
  | "choose"
  /** Finds the address of a block, or of the result. */
  | "find"
  /**
   * Allocates a block from the guest's allocator, its stack, or pages that are added to its memory.
   */
  | "allocate"
  /** Checks a value from the caller or the guest. */
  | "check"
  /** Writes a value into the guest's memory. */
  | "write"
  /** Lets a custom convention convert a value to core arguments. */
  | "lower"
  /** Keeps an object from the guest's garbage collector until the call ends. */
  | "pin"
  /** Sets the number of arguments that the guest gets. */
  | "count"
  /** Calls an export. */
  | "call"
  /** Checks whether the guest reports a failure. */
  | "status"
  /** Finds a length or a count. */
  | "length"
  /** Makes a JavaScript value from the result. */
  | "read"
  /** Lets a custom convention convert the result to a value. */
  | "lift"
  /** Frees a block or releases an object. */
  | "free"
  /** Restores the guest's stack pointer. */
  | "restore";

/** One step of a call, as data and as a line of text. */
export interface PlanStep {
  /** The kind of step. */
  readonly step: PlanStepName;
  /** The line that `guest.plan` prints for it. */
  readonly text: string;
  /** The index of its argument, from 0. */
  readonly argument?: number | undefined;
  /** The path of its value in a compound result: the fields, and `"[]"` for the items of a list. */
  readonly path?: readonly string[];
  /** The export that it calls or reads. */
  readonly export?: string | undefined;
  /** The type of a value: `"u32"`, `"string"`. */
  readonly type?: string;
  /** The encoding of text. */
  readonly encoding?: ConventionEncoding;
  /** How invalid text is handled, if the declaration or `load` sets it. */
  readonly onInvalid?: OnInvalid;
  /** Whether a NUL follows the written value. */
  readonly terminated?: "always" | "where there is room" | "never";
  /** The place of a number. */
  readonly value?: Value | Length | undefined;
  /** The number of bytes, if it is known. */
  readonly byteLength?: number | undefined;
  /** Whether the byte length is the capacity of a buffer, or only an upper bound of it. */
  readonly capacity?: "exact" | "upper bound";
}
