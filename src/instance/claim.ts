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
