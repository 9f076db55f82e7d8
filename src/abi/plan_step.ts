import type { ConventionEncoding, Length, Value } from "./value.ts";

/** What one step of a call does. */
export type PlanStepName =
  /** Asks which of several names the guest's buffer has; before the first call alone. */
  | "choose"
  /** Finds the address of a block, or of what comes back. */
  | "find"
  /** Takes a block from the guest's allocator, its stack, or pages that are added to its memory. */
  | "allocate"
  /** Checks a value of the caller or of the guest. */
  | "check"
  /** Writes a value into the guest's memory. */
  | "write"
  /** Has a custom convention make core arguments of a value. */
  | "lower"
  /** Keeps an object from the guest's garbage collector until the call ends. */
  | "pin"
  /** Sets how many arguments the guest is passed. */
  | "count"
  /** Calls an export. */
  | "call"
  /** Checks whether the guest reports a failure. */
  | "status"
  /** Finds how long something is, or how many there are. */
  | "length"
  /** Makes a JavaScript value of what came back. */
  | "read"
  /** Has a custom convention make a value of what came back. */
  | "lift"
  /** Gives a block or an object back to the guest. */
  | "free"
  /** Puts the guest's stack pointer back. */
  | "restore";

/** One step of a call: what it does as data, and as a line of text. */
export interface PlanStep {
  /** What it does. */
  readonly step: PlanStepName;
  /** The line that `guest.plan` prints for it. */
  readonly text: string;
  /** The argument that it is about, from 0. */
  readonly argument?: number | undefined;
  /** What it is about in a result of several values: the fields, and `"[]"` for each item of a list. */
  readonly path?: readonly string[];
  /** The export that it calls or reads. */
  readonly export?: string | undefined;
  /** The type of a value: `"u32"`, `"string"`. */
  readonly type?: string;
  /** The encoding of text. */
  readonly encoding?: ConventionEncoding;
  /** Whether a NUL follows what is written. */
  readonly terminated?: "always" | "where there is room" | "never";
  /** Where a number is found. */
  readonly value?: Value | Length | undefined;
  /** How many bytes there are, if that is known. */
  readonly byteLength?: number | undefined;
  /** Whether the byte length is the capacity of a buffer, or no more than an upper bound of it. */
  readonly capacity?: "exact" | "upper bound";
}
