/** Where the array of lengths begins: behind the addresses and the 0 that ends them. */
export function lengthsOffset(count: number, word: Layout["word"]): number {
  return (count + 1) * word;
}

/** Where the return area and the output buffer are among a frame's blocks. */
export interface Layout {
  readonly area: number;
  readonly output: number;
  /** Bytes in a pointer. */
  readonly word: 4 | 8;
  /** Bytes in a code unit of each parameter of text; 1 where it is not said. */
  readonly units?: readonly number[];
  /** What errors call the symbol. */
  readonly symbol: string;
}
