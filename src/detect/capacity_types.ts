import type { BlockSource, Capacity } from "../abi/block_source.ts";

/** How the capacity of a buffer can be found. */
export interface CapacityRule {
  /** An option, or an export that states it. */
  readonly source?: Capacity;
  /** Whether the buffer may be an object of AssemblyScript, whose header then holds its size. */
  readonly header: boolean;
  /** Whether the source was detected rather than set, so that an impossible value is ignored. */
  readonly found: boolean;
  /** The export that states the capacity, or the reason why there is none. */
  readonly reason: string;
  /** The upper bounds for the end of a buffer, in ascending order, apart from the end of memory. */
  readonly fences: readonly Fence[];
  /** The lowest possible address of a buffer. */
  readonly lowest?: number;
}

/** The capacity of a buffer, as `guest.convention` reports it. */
export interface CapacityReport {
  /** If exact, more is an overrun. An upper bound only limits where the buffer can end. */
  kind: "exact" | "upper bound";
  /** The capacity in bytes; `undefined` until the first pass has asked for the pointer. */
  byteLength: number | undefined;
  /** The evidence for it. */
  reason: string;
}

/** A report, and the buffer that it describes. */
export interface ReportedCapacity {
  readonly place: BlockSource | undefined;
  /** How the capacity can be found, if it is that of a buffer. */
  readonly rule?: CapacityRule;
  readonly report: CapacityReport;
}

/** An upper bound for a buffer that starts below it, and what is there. */
export interface Fence {
  readonly address: number;
  readonly what: string;
  /** Whether a buffer extends beyond it only because of a bug in the guest. */
  readonly hard: boolean;
}
