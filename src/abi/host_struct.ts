import type { Pass } from "./block_source.ts";
import type { InOutParameter } from "./out_parameter.ts";
import type { StructField, StructFields, VariantField } from "./struct.ts";
import type { Value } from "./value.ts";

// Structs and lists as parameters and results of host functions.

/**
 * A struct that a host function takes or returns. The guest still owns a struct that it passes. It
 * also owns a returned one, whose blocks come from its allocator.
 */
export interface HostStruct<Fields = StructFields> {
  /** Always `"struct"`. */
  readonly type: "struct";
  /** Its fields in order. Their offsets and the padding are those of C. */
  readonly fields: Fields;
  /** Whether there is no padding, as with `__attribute__((packed))`. */
  readonly packed?: boolean;
  /**
   * How C declares it. By value, a struct of one number is passed as that number. Any other is
   * passed as the address of a copy, and is returned by value at the address in the first argument.
   */
  readonly by?: "pointer" | "value";
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A tagged union that a host function takes or returns, in the same way as a struct. */
export interface HostVariant<Cases = VariantField["cases"]>
  extends VariantField<Cases>, Pick<HostStruct, "by" | "nullable"> {}

/** A list that a host function takes: its items are consecutive in memory. */
export interface HostListParameter<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item. */
  readonly item: Item;
  /** The core arguments for it: the address and the number of items unless set. */
  readonly pass?: readonly Pass[];
  /** The number of items, if the guest does not pass it. */
  readonly count?: number;
}

/**
 * A list that a host function returns. The guest then owns the blocks, which its allocator made.
 */
export interface HostListResult<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item. */
  readonly item: Item;
  /** Where the guest finds the address of the first item. */
  readonly pointer: Value;
  /** Where the guest finds the number of items; a number if it is fixed. */
  readonly count: Value;
}

/** A parameter whose value a host function takes, and whose new value it returns by name. */
export type HostInOut = InOutParameter<StructField>;
