/** A range in guest memory at an address that the host and the guest agree on. */
export interface FixedPlace {
  /** The first byte. */
  readonly at: number;
  /** The number of bytes. */
  readonly capacity: number;
  /**
   * Set to `"guest"` if the guest itself has reserved the range, which may then be in its data,
   * stack or heap. Otherwise such a range is refused.
   */
  readonly owner?: "guest";
}

/** A range that is added to the guest's memory before any guest code is called. */
export interface AddedPlace {
  /** The number of bytes. */
  readonly reserve: number;
}

/** Ranges in guest memory that the host uses, by name. */
export type MemoryLayout = Readonly<Record<string, FixedPlace | AddedPlace>>;

/** Where a named range of memory is. */
export interface PlacedRange {
  /** The first byte: an unsigned offset into linear memory. */
  readonly pointer: number;
  /** The number of bytes. */
  readonly byteLength: number;
}
