/** The content of a block: text in one encoding, or bytes. */
export interface Content {
  /** Bytes in a code unit. */
  readonly unit: 1 | 2;
  /** Throws unless `value` can be passed; returns the exact number of bytes that it takes. */
  measure(value: unknown): number;
  /**
   * Writes into a checked range. If the content takes more than `room` bytes, it writes nothing and
   * returns -1.
   */
  write(value: unknown, pointer: number, room: number): number;
  /** Returns the length to pass for `byteLength` bytes to a guest that counts in code units. */
  codeUnits(value: unknown, byteLength: number): number;
  /** Throws if `value` holds a NUL. */
  refuseNul(value: unknown): void;
  /**
   * Throws if the length of `value` has changed since it was measured, because guest code ran and
   * may have called the host. Absent for values that cannot change. `to` is where it goes, for
   * errors: `to "greet"`.
   */
  refuseChanged?(value: unknown, byteLength: number, to: string): void;
}
