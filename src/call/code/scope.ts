import type { ValueType } from "../../binary/types.ts";

/**
 * Source that leaves the fast form: the run forms go on from the step that is being written. `at`
 * is the address of the result's text, if it was already found.
 */
export type Otherwise = (at?: string, asked?: string) => string;

/** The source of the number that a value refers to. */
export interface Written {
  /** The number as in the guest: signed, or a bigint. */
  readonly signed: string;
  /** The same as an offset: a number of 0 or more. */
  readonly offset: string;
  /** Whether it is certainly a number, or certainly a bigint. */
  readonly kind: "number" | "bigint" | "either";
}

/** The meaning of the names in a value at one place of the source. */
export interface Scope {
  /** The source of the export's result, and its core types. */
  readonly result: string;
  readonly types: readonly ValueType[];
  /** The source of one of several core values; an element of the result if absent. */
  readonly each?: (index: number) => string;
  /** Source that leaves the fast form: the run form goes on. */
  readonly otherwise: Otherwise;
  /** A key for the same scope, as long as the frame has the same result. */
  readonly key: string;
  /** The source of what the allocator returned for the block that is freed, and its core type. */
  readonly allocated?: readonly [source: string, type: ValueType | undefined];
  /** The number of values that share the limit on the host's memory; one if absent. */
  readonly sharing?: number;
  /** The local that counts what the host holds for the values before; absent for one value. */
  readonly taken?: string | undefined;
  /** Whether the value is a part of a larger one, in whose ranges its address is. */
  readonly isPart?: boolean;
  /**
   * Collects the writers of what is read, if nothing may be read before the blocks of all values
   * are known: the blocks are freed even if one value cannot be read.
   */
  readonly later?: (() => void)[] | undefined;
}
