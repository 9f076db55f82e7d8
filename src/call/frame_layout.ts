/** Where the return area and the output buffer are among a frame's blocks. */
export interface FrameLayout {
  readonly area: number;
  readonly output: number;
  /** Bytes in a pointer. */
  readonly word: 4 | 8;
  /** Bytes in a code unit of each parameter of text; 1 where it is not said. */
  readonly units?: readonly number[];
  /** What errors call the symbol. */
  readonly symbol: string;
}
