import type { CoreFunction, CoreValue } from "../abi/core_value.ts";

/**
 * A range of the guest's buffers that a call in progress still needs: its argument until the guest
 * returns, and its result until that is read. A guest that calls the host back can be called again
 * meanwhile, and what is passed then must not be written there.
 */
export class Claim {
  /** The first byte and the one behind the last. */
  pointer = 0;
  end = 0;
  /** The claim that was made before this one: of the same call, or of one that this is within. */
  outer: Claim | undefined = undefined;

  /**
   * Makes the claim of one block, which is used for call after call.
   *
   * @param call Whatever stands for the call.
   * @param symbol Its export.
   * @param block What is in the range, as errors name it.
   * @param buffer The getter or the global of the buffer that a result is read from afterwards.
   */
  constructor(
    readonly call: object,
    readonly symbol: string,
    readonly block: string,
    readonly buffer: string | undefined,
  ) {}
}

/** A call of an export that frees, with its arguments. */
export interface Owed {
  readonly name: string;
  readonly fn: CoreFunction;
  readonly args: readonly CoreValue[];
}

/** What one call in progress knows. A call that is entered again has a frame of its own. */
export class Frame {
  /** Whether guest code is running: what is thrown then comes from the guest, or through it. */
  inside = false;
  /** What the caller passed. */
  args: readonly unknown[] = [];
  /** What the export returned. */
  result: CoreValue = undefined;
  /** What the call returns to the caller. */
  value: unknown = undefined;
  /** The address of the result's text, if the guest was asked for it already. */
  at: number | undefined = undefined;
  /** The core value of each parameter that is a number or a reference. */
  readonly values: CoreValue[] = [];
  /** The block of each parameter of text or bytes, then the return area, then the output buffer. */
  readonly pointers: number[] = [];
  /** The length of what lies in each block, in bytes, without a NUL after it. */
  readonly byteLengths: number[] = [];
  /** The same in what the guest counts in. */
  readonly codeUnits: number[] = [];
  /** The size of each block in bytes, with a NUL after the text. */
  readonly sizes: number[] = [];
  /** Whether this call has to give each block back. */
  readonly held: boolean[] = [];
  /** Whether it has to give back what the export returned, beside or instead of each block. */
  readonly claimed: boolean[] = [];
  /** The block that an allocator or a freeing export is being called for. */
  blockPointer = 0;
  blockByteLength = 0;
  blockCodeUnits = 0;
  /** How many bytes of the host's memory the values take that the call has lifted so far. */
  taken = 0;
  /** How many items of lists were given back unread. */
  dropped = 0;
  /** The calls that free what results share: each is made once. */
  readonly owed: Owed[] = [];
  /** The export that frees, while it runs. */
  freeing: string | undefined = undefined;
  /** What the call returns, while what it held is given back. */
  lifted: unknown = undefined;
  /** The guest's stack pointer before the call, where it has to be put back. */
  stackPointer: CoreValue = undefined;
  /** What each block of this call claims of the guest's buffers, and what others had claimed before. */
  readonly claims: (Claim | undefined)[] = [];
  outerClaim: Claim | undefined = undefined;
}

/** Something read from a frame. */
export type FrameValue<T = CoreValue> = (frame: Frame) => T;
