/** The indices of the return area and the output buffer among a frame's blocks. */
export interface FrameLayout {
  readonly area: number;
  readonly output: number;
  /** Bytes in a unit of the output buffer's capacity; 1 unless set. */
  readonly capacityUnit?: number;
  /** Bytes in a pointer. */
  readonly word: 4 | 8;
  /** Bytes in a code unit of each parameter of text; 1 for other parameters. */
  readonly units?: readonly number[];
  /** The name that errors use for the symbol. */
  readonly symbol: string;
}
