import type { Pass } from "./block_source.ts";
import type { InOutParameter } from "./out_parameter.ts";
import type { StructField, StructFields, VariantField } from "./struct.ts";
import type { Value } from "./value.ts";

// Structs and lists of host functions.

/**
 * A struct that a host function gets or returns. The guest keeps what it passes, and owns what is
 * returned: each block comes from the guest's allocator.
 */
export interface HostStruct<Fields = StructFields> {
  /** Always `"struct"`. */
  readonly type: "struct";
  /** Its fields in order. Their offsets and the padding are those of C. */
  readonly fields: Fields;
  /** Whether there is no padding, as with `__attribute__((packed))`. */
  readonly packed?: boolean;
  /**
   * How C declares it. A struct of one number crosses by value as that number. Any other is passed
   * as the address of a copy, and is returned by value at the address in the first argument.
   */
  readonly by?: "pointer" | "value";
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A tagged union that a host function gets or returns, as a struct. */
export interface HostVariant<Cases = VariantField["cases"]>
  extends VariantField<Cases>, Pick<HostStruct, "by" | "nullable"> {}

/** A list that a host function gets: its items lie in memory one after another. */
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

/** A list that a host function returns. The guest then owns the blocks, which its allocator made. */
export interface HostListResult<Item = StructField> {
  /** Always `"list"`. */
  readonly type: "list";
  /** The type of each item. */
  readonly item: Item;
  /** Where the guest finds the address of the first item. */
  readonly pointer: Value;
  /** Where the guest finds the number of items; a number if there are always so many. */
  readonly count: Value;
}

/** A parameter whose value a host function gets, and returns by its name as the guest finds it. */
export type HostInOut = InOutParameter<StructField>;
