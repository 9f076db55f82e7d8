import type { CoreFunction, CoreValue } from "../abi/core_value.ts";

/**
 * A range in the guest's memory that a call in progress still needs: its argument until the guest
 * returns, and its result until that is read. A guest that calls the host back can be called again
 * meanwhile, and that call must not write into the range.
 */
export class Claim {
  /** The export that is called. */
  readonly symbol: string;
  /** The name that errors use for the block. */
  readonly block: string;
  /** The getter or the global of the buffer from which the result is read. */
  readonly buffer: string | undefined;
  /** Who owns the block after the guest was called. */
  readonly keeper: Keeper;
  /** The first byte, and the one after the last. */
  pointer = 0;
  end = 0;
  /** The claim before this one: of the same call, or of an outer one. */
  outer: Claim | undefined = undefined;

  /** Makes the claim of one block, which all calls reuse. */
  constructor(
    symbol: string,
    block: string,
    buffer: string | undefined,
    keeper: Keeper = "host",
  ) {
    this.symbol = symbol;
    this.block = block;
    this.buffer = buffer;
    this.keeper = keeper;
  }
}

/**
 * Who owns a block after the guest was called: the host, which frees it; the host without a way to
 * free it; or the guest, which may already have freed it.
 */
export type Keeper = "host" | "host, for ever" | "guest";

/** A call of an export that frees, with its arguments. */
export interface Owed {
  readonly name: string;
  readonly fn: CoreFunction;
  readonly args: readonly CoreValue[];
}

/** The arguments of an unused frame. */
export const NO_ARGUMENTS: readonly unknown[] = [];

/** The state of one call in progress. A reentrant call has its own frame. */
export class Frame {
  /** Whether guest code is running, so that an error comes from the guest, or through it. */
  inside = false;
  args: readonly unknown[] = NO_ARGUMENTS;
  result: CoreValue = undefined;
  value: unknown = undefined;
  /** The address of the result's text, if its getter was already called. */
  at: number | undefined = undefined;
  /** The status or the length, if it has already been read. */
  asked: number | bigint | undefined = undefined;
  /**
   * The value of each parameter that is not only in memory: a number, a reference, the result of a
   * custom convention, and data that is passed in chunks or of which the result is a part.
   */
  readonly values: CoreValue[] = [];
  /**
   * The addresses of blocks: of each parameter of text or bytes, the return area, the output
   * buffer, a second block of each parameter, and the blocks of the result.
   */
  readonly pointers: number[] = [];
  /** The length of the data in each block, in bytes, without a NUL after it. */
  readonly byteLengths: number[] = [];
  /** The same length in the guest's unit. */
  readonly codeUnits: number[] = [];
  /** The size of each block in bytes, with a NUL after the text. */
  readonly sizes: number[] = [];
  readonly held: boolean[] = [];
  /** The number by which a part of the result was selected when it was claimed, by block. */
  readonly chosen: (number | bigint | undefined)[] = [];
  /** The allocator's result for each block, if the call that frees it needs that. */
  readonly allocated: CoreValue[] = [];
  /** The further arguments for freeing each block of the result, read when it was found. */
  readonly kept: (readonly CoreValue[] | undefined)[] = [];
  /** Whether the call has to free the export's result, in addition to or instead of each block. */
  readonly claimed: boolean[] = [];
  /** The block for which an allocator or a freeing export is being called. */
  blockPointer = 0;
  blockByteLength = 0;
  blockCodeUnits = 0;
  blockAlign = 1;
  blockAllocated: CoreValue = undefined;
  /** The bytes of host memory for the values that the call has lifted so far. */
  taken = 0;
  dropped = 0;
  /** The freeing calls that results share, each of which is made once. */
  readonly owed: Owed[] = [];
  /** The export that frees, while it runs. */
  freeing: string | undefined = undefined;
  /** The result of the call, while its blocks are freed. */
  lifted: unknown = undefined;
  /** The guest's stack pointer before the call, if it has to be restored. */
  stackPointer: CoreValue = undefined;
  /** The claims of the blocks of this call, and those that existed before them. */
  readonly claims: (Claim | undefined)[] = [];
  outerClaim: Claim | undefined = undefined;
}

export type FrameValue<T = CoreValue> = (frame: Frame) => T;
