/** A value as it crosses between JavaScript and a guest: a number, a bigint or a reference. */
export type CoreValue = unknown;

/** What one call in progress knows. A call that is entered again has a frame of its own. */
export class Frame {
  /** Whether guest code is running: what is thrown then comes from the guest, or through it. */
  inside = false;
  /** What the export returned. */
  result: CoreValue = undefined;
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
  /** The block that an allocator or a freeing export is being called for. */
  blockPointer = 0;
  blockByteLength = 0;
  blockCodeUnits = 0;
  /** The guest's stack pointer before the call, where it has to be put back. */
  stackPointer: CoreValue = undefined;
}
